"""What a failed update left: the state has it as written, and no later update would write it."""

from typing import Any

import pytest
from pulumi import ResourceHookArgs

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tests.public_keys import rsa_key
from tpa.composition.guards import Refused, keep_known_keys
from tpa.composition.unfinished import UnfinishedWrites
from tpa.environments.stack_state import CLIENT, CREDENTIALS, GRANT

AUDIENCE = "https://orders.example.com"
TAGS = {"tpa_application": "portal", "tpa_owner": "Old", "campaign": "spring"}


@pytest.fixture
def grant(live_tenant: LiveTenant) -> dict[str, Any]:
    body = {"name": "Portal", "app_type": "non_interactive", "client_metadata": TAGS}
    client = live_tenant.api.create("/clients", body)
    scopes = {"audience": AUDIENCE, "scope": ["read:orders", "write:orders"]}
    made: dict[str, Any] = live_tenant.api.create(
        "/client-grants", {"client_id": client["client_id"], **scopes}
    )
    return made


def before_update(
    kind: str, identity: str, applied: Any, recorded: Any, wanted: Any
) -> ResourceHookArgs:
    return ResourceHookArgs("urn", identity, "portal-it", kind, wanted, applied, None, recorded)


WIDE = {"scopes": ["read:orders", "write:orders"]}
NARROW = {"scopes": ["read:orders"]}
ALL = {"allowAllScopes": True}


@pytest.mark.parametrize(
    ("live", "states", "after"),
    [
        ({}, (WIDE, NARROW, NARROW), ["read:orders"]),
        ({"scope": ["read:orders"]}, (NARROW, WIDE, WIDE), ["read:orders", "write:orders"]),
        # reverted in the files after the answer was lost: the state is right, the plugin writes it
        ({"scope": ["read:orders"]}, (WIDE, NARROW, WIDE), ["read:orders"]),
        ({"allow_all_scopes": True}, (ALL, NARROW, NARROW), ["read:orders"]),
        ({"scope": []}, (ALL, NARROW, NARROW), ["read:orders"]),
    ],
)
def test_a_grant_gets_what_the_state_has_as_written(
    live_tenant: LiveTenant,
    grant: dict[str, Any],
    live: dict[str, Any],
    states: tuple[Any, Any, Any],
    after: list[str],
) -> None:
    path = f"/client-grants/{grant['id']}"
    if live:
        live_tenant.api("PATCH", path, live).raise_for_status()
    write = UnfinishedWrites(live_tenant.credentials).write
    arguments = before_update(GRANT, grant["id"], *states)
    write(arguments)
    found = live_tenant.api("GET", path).json()
    assert sorted(found["scope"]) == after
    assert not found.get("allow_all_scopes")
    live_tenant.forget_log()
    write(arguments)
    assert live_tenant.writes() == []


def test_every_scope_again(live_tenant: LiveTenant, grant: dict[str, Any]) -> None:
    write = UnfinishedWrites(live_tenant.credentials).write
    write(before_update(GRANT, grant["id"], WIDE, ALL, ALL))
    assert (
        live_tenant.api("GET", f"/client-grants/{grant['id']}").json()["allow_all_scopes"] is True
    )


def test_ownership_tags_and_entries_that_were_taken_out(
    live_tenant: LiveTenant, grant: dict[str, Any]
) -> None:
    """What another tool added stays."""
    path = f"/clients/{grant['client_id']}"
    live_tenant.api("PATCH", path, {"client_metadata": {"theirs": "kept"}})
    wanted = {"tpa_application": "portal", "tpa_owner": "New"}
    states = ({"clientMetadata": each} for each in (TAGS, wanted, wanted))
    UnfinishedWrites(live_tenant.credentials).write(
        before_update(CLIENT, grant["client_id"], *states)
    )
    assert live_tenant.api("GET", path).json()["client_metadata"] == {**wanted, "theirs": "kept"}


def test_the_way_a_client_authenticates(live_tenant: LiveTenant, grant: dict[str, Any]) -> None:
    old, new = ({"authenticationMethod": f"client_secret_{each}"} for each in ("post", "basic"))
    write = UnfinishedWrites(live_tenant.credentials).write
    write(before_update(CREDENTIALS, grant["client_id"], old, new, new))
    live = live_tenant.api("GET", f"/clients/{grant['client_id']}").json()
    assert live["token_endpoint_auth_method"] == "client_secret_basic"


def test_an_update_after_a_good_one_asks_nothing(
    live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*_: object) -> None:
        raise AssertionError("a request was made")

    monkeypatch.setattr(ManagementClient, "get", ask)
    recorded = {**WIDE, "allowAllScopes": False, "organizationUsage": "", "__defaults": []}
    write = UnfinishedWrites(live_tenant.credentials).write
    write(before_update(GRANT, "cgr_1", {**WIDE, "__defaults": []}, recorded, NARROW))


def keys(*pems: str, registered: bool = True) -> dict[str, Any]:
    found = ({"pem": pem, "id": f"cred_{pem}" if registered else None} for pem in pems)
    return {"privateKeyJwt": {"credentials": list(found)}}


def test_keys_are_read_before_they_are_exchanged_again() -> None:
    """Which of them were registered is not in the state."""
    keep_known_keys(before_update(CREDENTIALS, "tpc_1", keys("a"), keys("a"), keys("b")))
    with pytest.raises(Refused, match="pulumi up --refresh"):
        keep_known_keys(before_update(CREDENTIALS, "tpc_1", keys("a"), keys("b"), keys("b")))
    unread = keys("a", registered=False)
    with pytest.raises(Refused, match="pulumi up --refresh"):
        keep_known_keys(before_update(CREDENTIALS, "tpc_1", keys("a"), unread, keys("a")))


@pytest.mark.parametrize("attached", [False, True])
def test_a_key_that_an_interrupted_run_registered(
    live_tenant: LiveTenant, grant: dict[str, Any], attached: bool
) -> None:
    """Auth0 would refuse the same key; one with another name is somebody else's."""
    identity, pem = grant["client_id"], rsa_key(number=1)
    place = f"/clients/{identity}/credentials"
    for name, key in (("theirs", rsa_key(number=2)), ("ours", pem)):
        body = {"credential_type": "public_key", "name": name, "pem": key}
        made = live_tenant.api.create(place, body)
    if attached:
        methods = {"private_key_jwt": {"credentials": [{"id": made["id"]}]}}
        change = {"client_authentication_methods": methods, "token_endpoint_auth_method": None}
        live_tenant.api("PATCH", f"/clients/{identity}", change).raise_for_status()
    wanted = {"clientId": identity, **keys(pem)}
    wanted["privateKeyJwt"]["credentials"][0]["name"] = "ours"
    arguments = ResourceHookArgs("urn", "", "portal-credentials", CREDENTIALS, wanted)
    UnfinishedWrites(live_tenant.credentials).remove_lost_keys(arguments)
    assert [each["name"] for each in live_tenant.api("GET", place).json()] == ["theirs"]
