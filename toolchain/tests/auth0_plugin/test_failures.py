"""What a failed call leaves in the state, and what the user is shown."""

import time
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from pulumi_toolchain.auth0_plugin.servicer import Auth0

from .caller import Caller, details, partly_created, serving, shown, urn
from .partner import PATH, PROGRAM, SERVED, Bag, changed
from .playback import Exchange, PlaybackTenant


def test_an_object_that_could_not_be_read_after_its_create_stays_in_the_state(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    inputs = caller.inputs("Client", "c", PROGRAM)
    forbidden = {"statusCode": 403, "error": "Forbidden", "message": "no scope"}
    tenant.script.expect(
        Exchange("POST", "/api/v2/clients", None, 201, SERVED),
        Exchange("GET", PATH, None, 403, forbidden),
    )
    with pytest.raises(grpc.RpcError) as failure:
        caller.create("Client", "c", inputs)
    kept, outputs, reasons = partly_created(failure.value)
    assert kept == outputs["id"] == "tpc_1"
    assert outputs["name"] == "Partner"
    assert outputs["clientId"] is None
    assert outputs["oidcBackchannelLogoutUrls"] == []
    assert reasons == [
        f"creating {urn('Client', 'c')}: 1 error occurred:\n\t* 403 Forbidden: no scope\n\n"
    ]


def test_a_failed_create_leaves_nothing_in_the_state(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    inputs = caller.inputs("Client", "c", PROGRAM)
    refused = {"statusCode": 400, "error": "Bad Request", "message": "Payload validation error"}
    tenant.script.expect(Exchange("POST", "/api/v2/clients", None, 400, refused))
    with pytest.raises(grpc.RpcError) as failure:
        caller.create("Client", "c", inputs)
    reason = "400 Bad Request: Payload validation error"
    assert shown(failure.value) == f"1 error occurred:\n\t* {reason}\n\n"
    assert details(failure.value) == []


def test_an_update_of_a_deleted_client_says_what_to_do(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    tenant.script.expect(Exchange("PATCH", PATH, None, 404, {"statusCode": 404}))
    with pytest.raises(grpc.RpcError) as failure:
        caller.update("Client", "c", outputs, changed(inputs, callbacks=[]))
    assert "did not exist while updating" in shown(failure.value)
    assert "pulumi refresh" in shown(failure.value)


def test_a_wrong_value_is_named(caller: Caller) -> None:
    response = caller.checked("ClientGrant", "g", {"subjectType": "robot", "scopes": []})
    reasons = [each.reason for each in response.failures]
    assert any("expected subject_type to be one of" in reason for reason in reasons)
    assert any('"audience" is required' in reason for reason in reasons)


def test_an_unsupported_type_is_refused(caller: Caller) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        caller.checked("auth0:index/role:Role", "r", {})
    assert "not offered by the stand-in" in shown(refusal.value)


def test_the_handshake_is_not_offered(caller: Caller) -> None:
    from pulumi.runtime.proto import provider_pb2  # noqa: PLC0415

    with pytest.raises(grpc.RpcError) as refusal:
        caller.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    assert refusal.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("answer", "message"),
    [([], "did not understand the tenant's answer"), (None, "did not understand the tenant's")],
)
def test_an_answer_of_another_shape_is_one_line(
    caller: Caller, tenant: PlaybackTenant, answer: list[str] | None, message: str
) -> None:
    tenant.script.expect(Exchange("GET", PATH, None, 200, answer))
    with pytest.raises(grpc.RpcError) as failure:
        caller.read("Client", "c", "tpc_1", {}, {})
    assert message in shown(failure.value)
    assert "\n" not in shown(failure.value)


def test_ctrl_c_ends_the_wait_for_the_rate_limit(tenant: PlaybackTenant) -> None:
    limited = Exchange("GET", PATH, None, 429, None, (("X-RateLimit-Reset", "99999999999"),))
    tenant.script.expect(limited)
    with serving(Auth0()) as caller, ThreadPoolExecutor(1) as pool:
        caller.configure()
        waiting = pool.submit(caller.read, "Client", "c", "tpc_1", {}, {})
        while not tenant.script.seen:
            assert not waiting.done()
        time.sleep(0.2)  # so that the plugin has the answer and waits
        caller.stub.Cancel(Empty())
        with pytest.raises(grpc.RpcError, match="cancelled"):
            waiting.result(30)
