"""Client grants: existing ones, default ones, and what an update sends."""

from typing import Any

import grpc
import pytest

from .caller import Caller, shown
from .playback import Exchange, PlaybackTenant

Bag = dict[str, Any]
GRANTS = "/api/v2/client-grants"
LIST = f"{GRANTS}?audience=https%3A%2F%2Forders&client_id=tpc_1&include_totals=true&per_page=50"


def grant(**changes: Any) -> Bag:
    base = {"clientId": "tpc_1", "audience": "https://orders", "subjectType": "user"}
    return {**base, "scopes": ["read:orders"], **changes}


def served(**changes: Any) -> Bag:
    base = {"id": "cgr_1", "client_id": "tpc_1", "audience": "https://orders"}
    return {**base, "scope": ["read:orders"], "subject_type": "user", **changes}


def listed(*grants: Bag) -> Exchange:
    return Exchange("GET", LIST, None, 200, {"client_grants": list(grants), "total": len(grants)})


def read(**changes: Any) -> Exchange:
    return Exchange("GET", f"{GRANTS}/cgr_1", None, 200, served(**changes))


def test_a_create_finds_an_existing_grant_and_keeps_its_scopes(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    old = served(scope=["old:scope"])
    tenant.script.expect(listed(old), read(scope=["old:scope"]))
    made, outputs = caller.create("ClientGrant", "g", grant())
    assert (made, outputs["scopes"]) == ("cgr_1", ["old:scope"])
    tenant.script.expect(
        Exchange("PATCH", f"{GRANTS}/cgr_1", {"scope": ["read:orders"]}, 200, served()), read()
    )
    assert caller.update("ClientGrant", "g", outputs, grant())["scopes"] == ["read:orders"]


def test_a_grant_of_the_other_subject_type_is_not_that_grant(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    body: Bag = {"client_id": "tpc_1", "audience": "https://orders"}
    body |= {"scope": ["read:orders"], "subject_type": "user"}
    other = served(subject_type=None)
    tenant.script.expect(listed(other), Exchange("POST", GRANTS, body, 201, served()), read())
    caller.create("ClientGrant", "g", grant())
    assert [method for method, _, _ in tenant.script.seen] == ["GET", "POST", "GET"]


def test_an_existing_default_grant_is_not_searched_for(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    inputs = grant(defaultFor="third_party_clients")
    del inputs["clientId"]
    tenant.script.expect(Exchange("POST", GRANTS, None, 201, served()), read())
    caller.create("ClientGrant", "d", inputs)
    assert tenant.script.seen[0][2]["default_for"] == "third_party_clients"


def test_leaving_all_scopes_takes_two_steps(caller: Caller, tenant: PlaybackTenant) -> None:
    path = f"{GRANTS}/cgr_1"
    before = {**grant(scopes=[]), "id": "cgr_1", "allowAllScopes": True}
    tenant.script.expect(
        Exchange("PATCH", path, None, 200, {}), Exchange("PATCH", path, None, 200, {}), read()
    )
    caller.update("ClientGrant", "g", before, grant())
    assert [body for _, _, body in tenant.script.seen[:2]] == [
        {"allow_all_scopes": False, "scope": []},
        {"scope": ["read:orders"]},
    ]


def test_a_grant_without_sendable_changes_is_only_read(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    before = {**grant(), "id": "cgr_1", "organizationUsage": "allow"}
    tenant.script.expect(read(organization_usage="allow"))
    caller.update("ClientGrant", "g", before, grant())
    assert [method for method, _, _ in tenant.script.seen] == ["GET"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"allowAllScopes": True}, "`scopes` cannot be provided when `allow_all_scopes`"),
        ({"scopes": None}, "either `scopes` must be provided or `allow_all_scopes`"),
    ],
)
def test_scopes_and_all_scopes_exclude_each_other(
    caller: Caller, tenant: PlaybackTenant, changes: Bag, message: str
) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        caller.preview("ClientGrant", "g", grant(**changes))
    assert message in shown(refusal.value)
    assert tenant.script.seen == []


def test_a_grant_is_for_one_client_or_the_default(caller: Caller) -> None:
    both = caller.checked("ClientGrant", "g", grant(defaultFor="third_party_clients"))
    assert len(both.failures) == 2
    assert 'Conflicting configuration arguments. "default_for"' in both.failures[0].reason


def test_the_key_of_a_grant_replaces_it(caller: Caller) -> None:
    before = {**grant(), "id": "cgr_1"}
    response = caller.diff("ClientGrant", "g", before, grant(subjectType="client"))
    assert list(response.replaces) == ["subjectType"]
    assert list(response.stables) == ["audience", "clientId", "defaultFor"]
    assert not response.deleteBeforeReplace
