"""A client from check to delete, over real gRPC and real HTTPS."""

from typing import Any

import pytest

from pulumi_toolchain.auth0_plugin.values import DEFAULTS, SECRET, SIGNATURE, UNKNOWN

from .caller import Caller, bag
from .partner import PATH, PROGRAM, SENT, Bag, changed, patched, served
from .playback import Exchange, PlaybackTenant


def test_inputs_keep_what_is_declared_and_list_the_defaults(caller: Caller) -> None:
    assert caller.inputs("Client", "c", PROGRAM) == {DEFAULTS: [], **PROGRAM}
    nested = caller.inputs("Client", "c", {**PROGRAM, "tokenQuota": {"clientCredentials": {}}})
    assert nested["tokenQuota"] == {DEFAULTS: [], "clientCredentials": {DEFAULTS: []}}


def test_an_automatic_name_is_stable_and_kept(caller: Caller) -> None:
    first = caller.inputs("Client", "bare", {})
    assert first == caller.inputs("Client", "bare", {})
    assert first[DEFAULTS] == ["name"]
    assert first["name"].startswith("bare-")
    assert len(first["name"]) == len("bare-") + 7
    later = bag(caller.checked("Client", "bare", {}, first, seed=b"another seed").inputs)
    assert later["name"] == first["name"]
    assert bag(caller.checked("Client", "bare", {}, {}, seed=b"another").inputs) != first


def test_a_preview_has_unknown_values_and_makes_no_call(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    outputs = caller.preview("Client", "c", caller.inputs("Client", "c", PROGRAM))
    assert outputs["id"] == outputs["clientId"] == outputs["grantTypes"] == UNKNOWN
    assert outputs["signingKeys"] == {SIGNATURE: SECRET, "value": UNKNOWN}
    assert outputs["isFirstParty"] is False
    assert outputs["crossOriginLoc"] is None
    assert tenant.script.seen == []


def test_the_state_has_every_property(made: tuple[Bag, Bag]) -> None:
    _, outputs = made
    assert outputs["id"] == outputs["clientId"] == "tpc_1"
    assert outputs["allowedOrigins"] is None
    assert outputs["oidcBackchannelLogoutUrls"] == []
    assert outputs["complianceLevel"] == ""
    assert outputs["sso"] is False
    assert outputs["jwtConfiguration"]["scopes"] == {}
    assert outputs["defaultOrganization"] == {"disable": True, "flows": [], "organizationId": ""}
    assert outputs["signingKeys"] == {SIGNATURE: SECRET, "value": [{"cert": "C"}]}
    assert "never-in-a-client's-state" not in str(outputs)
    assert "__pulumi_raw_state_delta" not in outputs
    assert "__meta" not in outputs


@pytest.mark.parametrize(
    "state",
    [
        lambda outputs: outputs,
        lambda outputs: {**outputs, "__pulumi_raw_state_delta": {"obj": {}}, "stranger": 1},
        lambda outputs: {k: v for k, v in outputs.items() if v not in (None, "", [], {}, False)},
    ],
    ids=["the stand-in's", "the official plugin's", "values only"],
)
def test_no_change(caller: Caller, made: tuple[Bag, Bag], state: Any) -> None:
    inputs, outputs = made
    response = caller.diff("Client", "c", state(outputs), inputs, inputs)
    assert response.changes == response.DIFF_NONE
    assert response.hasDetailedDiff


def test_a_change_names_its_path(caller: Caller, made: tuple[Bag, Bag]) -> None:
    inputs, outputs = made
    news = changed(
        inputs,
        callbacks=["https://p.example/cb", "https://p.example/2"],
        clientMetadata={"owner": "acme"},
        refreshToken={"rotationType": "rotating", "expirationType": "expiring"},
    )
    response = caller.diff("Client", "c", outputs, news, inputs)
    kinds = {path: each.kind for path, each in response.detailedDiff.items()}
    assert kinds == {"callbacks[1]": 0, "clientMetadata.tier": 2, "refreshToken.rotationType": 4}
    assert not response.replaces


def test_a_replacement_with_a_chosen_name_deletes_first(
    caller: Caller, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    news = changed(inputs, jwtConfiguration={"secretEncoded": True})
    response = caller.diff("Client", "c", outputs, news, inputs)
    assert list(response.replaces) == ["jwtConfiguration.secretEncoded"]
    assert response.deleteBeforeReplace
    automatic = caller.diff("Client", "c", outputs, {**news, DEFAULTS: ["name"]}, inputs)
    assert not automatic.deleteBeforeReplace


def test_an_update_sends_all_declared_properties_but_unchanged_metadata(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    body = {**SENT, "callbacks": []}
    tenant.script.expect(patched(body), served(callbacks=[]))
    news = changed(inputs, callbacks=[])
    assert caller.update("Client", "c", outputs, news)["callbacks"] == []
    assert tenant.script.seen == [("PATCH", PATH, body), ("GET", PATH, None)]


@pytest.mark.parametrize(
    ("change", "sent"),
    [
        ({}, {"alg": "RS256"}),
        ({"lifetimeInSeconds": 600}, {"alg": "RS256", "lifetime_in_seconds": 600}),
        ({"scopes": {"a": "b"}}, {"alg": "RS256", "scopes": {"a": "b"}}),
        ({"alg": None}, None),
    ],
    ids=str,
)
def test_a_token_lifetime_is_sent_only_when_it_changed(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag], change: Bag, sent: Bag | None
) -> None:
    """Measured: the official plugin's update has the algorithm alone."""
    inputs, outputs = made
    declared = changed({"alg": "RS256", "lifetimeInSeconds": 3600}, **change)
    body = {**SENT, "callbacks": [], **({"jwt_configuration": sent} if sent else {})}
    tenant.script.expect(patched(body), served(callbacks=[]))
    caller.update("Client", "c", outputs, changed(inputs, callbacks=[], jwtConfiguration=declared))
    assert tenant.script.seen[0] == ("PATCH", PATH, body)


def test_a_dropped_metadata_key_is_sent_as_null(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    body = {**SENT, "client_metadata": {"owner": "acme", "tier": None}}
    tenant.script.expect(patched(body), served())
    caller.update("Client", "c", outputs, changed(inputs, clientMetadata={"owner": "acme"}))
    assert tenant.script.seen[0] == ("PATCH", PATH, body)


def test_nullable_properties_are_cleared_first_and_computed_ones_stay(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    quota = {"clientCredentials": {"enforce": True, "perDay": 10}}
    held = {**outputs, "tokenQuota": quota}
    tenant.script.expect(patched({"token_quota": None}), patched(SENT), served())
    caller.update("Client", "c", held, inputs)
    assert tenant.script.seen[:2] == [("PATCH", PATH, {"token_quota": None}), ("PATCH", PATH, SENT)]
    bare = changed(inputs, callbacks=None)
    response = caller.diff("Client", "c", outputs, bare, inputs)
    assert response.changes == response.DIFF_NONE


@pytest.mark.parametrize("status", [204, 404])
def test_a_delete_accepts_that_the_client_does_not_exist(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag], status: int
) -> None:
    inputs, outputs = made
    tenant.script.expect(Exchange("DELETE", PATH, None, status, None))
    caller.delete("Client", "c", outputs, inputs)
    assert tenant.script.seen == [("DELETE", PATH, None)]


def test_a_refresh_changes_declared_inputs_only(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    tenant.script.expect(served(callbacks=["https://evil.example/"], web_origins=["https://x"]))
    found = caller.read("Client", "c", "tpc_1", outputs, inputs)
    fresh = bag(found.inputs)
    assert fresh["callbacks"] == ["https://evil.example/"]
    assert set(fresh) == set(PROGRAM)
    assert bag(found.properties)["webOrigins"] == ["https://x"]
    response = caller.diff("Client", "c", bag(found.properties), inputs, fresh)
    assert set(response.detailedDiff) == {"callbacks[0]", "webOrigins"}


def test_a_deleted_client_leaves_the_state(
    caller: Caller, tenant: PlaybackTenant, made: tuple[Bag, Bag]
) -> None:
    inputs, outputs = made
    tenant.script.expect(Exchange("GET", PATH, None, 404, {"statusCode": 404}))
    assert caller.read("Client", "c", "tpc_1", outputs, inputs).id == ""


def test_an_import_declares_what_is_not_zero(caller: Caller, tenant: PlaybackTenant) -> None:
    tenant.script.expect(served(), served())
    found = bag(caller.read("Client", "c", "tpc_1", {}, {}).inputs)
    assert found["refreshToken"] == {
        DEFAULTS: [],
        "rotationType": "non-rotating",
        "expirationType": "expiring",
    }
    assert found["clientMetadata"] == {DEFAULTS: [], "owner": "acme", "tier": "gold"}
    assert "isFirstParty" not in found
    assert "clientId" not in found
    assert "signingKeys" not in found
    assert len(tenant.script.seen) == 2


def test_changes_that_the_program_ignores(caller: Caller) -> None:
    """What someone else set stays in the plan, at the top and in a block."""
    program = {
        **PROGRAM,
        "refreshToken": {"rotationType": "rotating", "expirationType": "expiring"},
    }
    ignored = ("organizationDiscoveryMethods", "tokenQuota", "refreshToken.policies")
    inputs = caller.inputs("Client", "c", program)
    found = caller.preview("Client", "c", inputs) | {
        "id": "tpc_1",
        "organizationDiscoveryMethods": ["email"],
        "tokenQuota": {"clientCredentials": {"perDay": 5}},
        "refreshToken": {**program["refreshToken"], "policies": [{"audience": "a", "scopes": []}]},
    }
    tops = {"organizationDiscoveryMethods", "tokenQuota", "refreshToken"}
    assert tops <= {*caller.diff("Client", "c", found, inputs).diffs}
    assert not tops & {*caller.diff("Client", "c", found, inputs, ignored=ignored).diffs}
