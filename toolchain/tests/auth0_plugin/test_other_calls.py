"""Resource types of the second SDK, tenant settings, functions."""

from typing import Any

import grpc
import pytest

from .caller import Caller, bag, shown
from .playback import Exchange, PlaybackTenant

Bag = dict[str, Any]


def test_what_a_404_means_depends_on_the_sdk(caller: Caller, tenant: PlaybackTenant) -> None:
    gone = {"statusCode": 404, "message": "gone"}
    path = "/api/v2/rate-limit-policies/rlp_1"
    inputs = {
        "resource": "oauth_authentication_api",
        "consumer": "client",
        "consumerSelector": "default",
        "configuration": {"action": "log"},
    }
    held = {**inputs, "id": "rlp_1"}
    tenant.script.expect(Exchange("GET", path, None, 404, gone))
    with pytest.raises(grpc.RpcError) as failure:
        caller.read("RateLimitPolicy", "r", "rlp_1", held, inputs)
    assert shown(failure.value).startswith("refreshing urn:")
    assert "* 404: {" in shown(failure.value)
    tenant.script.expect(Exchange("DELETE", path, None, 404, gone))
    with pytest.raises(grpc.RpcError) as failure:
        caller.delete("RateLimitPolicy", "r", held, inputs)
    assert shown(failure.value).startswith("deleting urn:")


def test_tenant_settings_are_updated_on_create_and_kept_on_delete(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    settings = "/api/v2/tenants/settings"
    tenant.script.expect(
        Exchange("PATCH", settings, {}, 200, {}),
        Exchange("PATCH", settings, None, 200, {}),
        Exchange("GET", settings, None, 200, {"friendly_name": "T"}),
    )
    made, outputs = caller.create("Tenant", "t", {})
    cleared = ("default_token_quota", "error_page", "mtls")
    assert tenant.script.seen[1][2] == dict.fromkeys(
        (*cleared, "skip_non_verifiable_callback_uri_confirmation_prompt")
    )
    assert made.startswith("terraform-")
    assert outputs["mtls"] == {"disable": True, "enableEndpointAliases": False}
    caller.delete("Tenant", "t", outputs, {})
    assert len(tenant.script.seen) == 3


def test_functions_read_in_previews_too(caller: Caller, tenant: PlaybackTenant) -> None:
    from pulumi.runtime.proto import provider_pb2  # noqa: PLC0415

    from pulumi_toolchain.auth0_plugin.values import to_struct  # noqa: PLC0415

    answer = {"id": "rs", "identifier": "https://orders", "scopes": [{"value": "a"}]}
    path = "/api/v2/resource-servers/https:%252F%252Forders"
    tenant.script.expect(Exchange("GET", path, None, 200, answer))
    request = provider_pb2.InvokeRequest(
        tok="auth0:index/getResourceServer:getResourceServer",
        args=to_struct({"identifier": "https://orders"}),
    )
    found = bag(getattr(caller.stub.Invoke(request), "return"))
    assert found["scopes"] == [{"name": "a", "description": ""}]
    assert found["tokenEncryptions"] == [{"disable": True, "encryptionKeys": [], "format": ""}]
