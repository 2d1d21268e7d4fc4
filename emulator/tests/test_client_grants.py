"""Client grants: which client may call which API (CG)."""

from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi

ORDERS = "https://orders.example.com"
MACHINE = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}


def grant(client: Any, **changes: Any) -> dict[str, Any]:
    return {"client_id": client["client_id"], "audience": ORDERS, "scope": []} | changes


def default(**changes: Any) -> dict[str, Any]:
    return {"default_for": "third_party_clients", "audience": ORDERS, "scope": []} | changes


def test_cg_01_no_token_without_a_client_grant(api: ManagementApi) -> None:
    machine = api.create_third_party(**MACHINE)
    answer = api.token(machine, ORDERS)
    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")
    api.create("/client-grants", grant(machine, scope=["read:orders"], subject_type="user"))
    assert api.token(machine, ORDERS).status_code == 403
    api.create("/client-grants", grant(machine, scope=["read:orders"]))
    answer = api.token(machine, ORDERS)
    assert answer.json()["scope"] == "read:orders"


@pytest.mark.parametrize("both", [True, False])
def test_cg_02_either_a_client_or_a_default(api: ManagementApi, both: bool) -> None:
    body: dict[str, Any] = {"audience": ORDERS, "scope": []}
    if both:
        body |= grant(api.create_third_party()) | default()
    assert "exactly one" in api.refused("POST", "/client-grants", body)


def test_cg_02_the_only_default_is_for_third_parties(api: ManagementApi) -> None:
    api.refused("POST", "/client-grants", default(default_for="everyone"))


def test_cg_03_a_default_grant_names_no_client(api: ManagementApi) -> None:
    made = api.create("/client-grants", default(scope=["read:orders"]))
    assert set(made) == {"id", "audience", "scope", "subject_type", "default_for"}


def test_cg_04_the_subject_type_is_client_unless_given(api: ManagementApi) -> None:
    assert api.create("/client-grants", default())["subject_type"] == "client"
    api.refused("POST", "/client-grants", default(subject_type="both"))


def test_cg_05_one_grant_per_client_api_and_subject_type(api: ManagementApi) -> None:
    client = api.create_third_party()
    for body in (grant(client), default()):
        api.create("/client-grants", body)
        api.create("/client-grants", body | {"subject_type": "user"})
        answer = api("POST", "/client-grants", body)
        assert (answer.status_code, answer.json()["error"]) == (409, "Conflict")
    other = api.create_third_party()
    api.create("/client-grants", grant(other))


def test_cg_06_a_grant_of_the_client_replaces_the_default(api: ManagementApi) -> None:
    machine = api.create_third_party(**MACHINE)
    api.create("/client-grants", default(scope=["read:orders", "write:orders"]))
    assert api.token(machine, ORDERS).json()["scope"] == "read:orders write:orders"
    api.create("/client-grants", grant(machine, scope=["cancel:orders"]))
    assert api.token(machine, ORDERS).json()["scope"] == "cancel:orders"


def test_cg_06_defaults_do_not_apply_to_first_parties(api: ManagementApi) -> None:
    api.create("/client-grants", default(scope=["read:orders"]))
    machine = api.create_third_party(**MACHINE, is_first_party=True)
    assert api.token(machine, ORDERS).status_code == 403


def test_cg_07_all_scopes_or_some(api: ManagementApi) -> None:
    machine = api.create_third_party(**MACHINE)
    body = grant(machine, allow_all_scopes=True)
    assert "exclude each other" in api.refused("POST", "/client-grants", body)
    del body["scope"]
    made = api.create("/client-grants", body)
    assert "scope" not in made
    assert "cancel:orders" in api.token(machine, ORDERS).json()["scope"]
    change = {"allow_all_scopes": False, "scope": []}
    path = f"/client-grants/{made['id']}"
    assert "exclude each other" in api.refused("PATCH", path, {"scope": ["read:orders"]})
    changed = api("PATCH", path, change).json()
    assert changed == made | change


def test_cg_08_authorization_details_are_for_user_access(api: ManagementApi) -> None:
    body = grant(api.create_third_party(), authorization_details_types=["payment"])
    assert "subject_type" in api.refused("POST", "/client-grants", body)
    api.create("/client-grants", body | {"subject_type": "user"})


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "other"},
        {"audience": ORDERS},
        {"subject_type": "client"},
        {"default_for": "third_party_clients"},
        {},
    ],
    ids=str,
)
def test_cg_09_the_key_is_fixed_at_creation(api: ManagementApi, change: dict[str, Any]) -> None:
    made = api.create("/client-grants", grant(api.create_third_party()))
    message = api.refused("PATCH", f"/client-grants/{made['id']}", change)
    assert message.startswith("Payload validation error: ")


def test_cg_10_a_patch_keeps_what_it_leaves_out(api: ManagementApi) -> None:
    details = {"subject_type": "user", "authorization_details_types": ["payment"]}
    made = api.create(
        "/client-grants", grant(api.create_third_party(), scope=["a", "b"], **details)
    )
    changed = api("PATCH", f"/client-grants/{made['id']}", {"scope": ["b"]}).json()
    assert changed == made | {"scope": ["b"]}


def test_cg_11_auth0s_own_apis_are_not_for_third_parties(api: ManagementApi) -> None:
    audience = "https://localhost:4443/api/v2/"
    for body in (
        grant(api.create_third_party(), audience=audience),
        default(audience=audience),
    ):
        message = api.refused("POST", "/client-grants", body)
        assert message == "Client grants for this API cannot be created for third-party clients."
    first = api.create("/clients", {"name": "deployer", **MACHINE})
    api.create("/client-grants", grant(first, audience=audience))


def test_cg_12_unknown_objects(api: ManagementApi) -> None:
    client = api.create_third_party()
    body = grant(client, audience="https://unknown.example.com")
    assert api.refused("POST", "/client-grants", body, 404) == "Resource server not found"
    body = grant({"client_id": "unknown"})
    assert api.refused("POST", "/client-grants", body, 404) == "Client not found"
    for method, change in (("GET", None), ("PATCH", {"scope": []})):
        words = api.refused(method, "/client-grants/cgr_aaaaaaaaaaaaaaaa", change, 404)
        assert words == "The client grant does not exist."


def test_cg_13_any_organization_is_not_for_third_parties(api: ManagementApi) -> None:
    body = {"organization_usage": "allow", "allow_any_organization": True}
    message = api.refused("POST", "/client-grants", grant(api.create_third_party(), **body))
    assert "allow_any_organization" in message
    made = api.create("/client-grants", grant(api.create_third_party()))
    assert not made.keys() & {"organization_usage", "allow_any_organization"}
    api.refused("PATCH", f"/client-grants/{made['id']}", {"allow_any_organization": True})


def test_cg_14_policies_of_a_new_api(api: ManagementApi) -> None:
    made = api.create("/resource-servers", {"identifier": "https://new.example.com"})
    assert made["subject_type_authorization"] == {
        "client": {"policy": "require_client_grant"},
        "user": {"policy": "allow_all"},
    }
    path = f"/resource-servers/{made['id']}"
    for kind, policy in (("user", "sometimes"), ("client", "allow_all")):
        api.refused("PATCH", path, {"subject_type_authorization": {kind: {"policy": policy}}})
    change = {"subject_type_authorization": {"user": {"policy": "deny_all"}}}
    changed = api("PATCH", path, change).json()["subject_type_authorization"]
    assert changed["client"] == {"policy": "require_client_grant"}


def test_cg_15_deny_all_overrides_a_grant(api: ManagementApi) -> None:
    machine = api.create_third_party(**MACHINE)
    api.create("/client-grants", grant(machine))
    assert api.token(machine, ORDERS).status_code == 200
    path = "/resource-servers/https:%2F%2Forders.example.com"
    api("PATCH", path, {"subject_type_authorization": {"client": {"policy": "deny_all"}}})
    assert api.token(machine, ORDERS).status_code == 403


def test_cg_18_filters(api: ManagementApi) -> None:
    client = api.create_third_party()
    mine = api.create("/client-grants", grant(client))
    users = api.create("/client-grants", grant(client, subject_type="user"))
    base = api.create("/client-grants", default())
    listed = [
        api("GET", "/client-grants", **query).json()
        for query in (
            {"client_id": client["client_id"], "audience": ORDERS},
            {"audience": ORDERS, "subject_type": "user"},
            {"default_for": "third_party_clients"},
            {"allow_any_organization": "true"},
        )
    ]
    assert listed == [[mine, users], [users], [base], []]


def test_cg_19_delete_is_idempotent(api: ManagementApi) -> None:
    path = f"/client-grants/{api.create('/client-grants', default())['id']}"
    assert [api("DELETE", path).status_code for _ in range(2)] == [204, 204]
    assert api("GET", path).status_code == 404


def test_cg_20_each_verb_has_its_scope(api: ManagementApi) -> None:
    machine = api.create("/clients", {"name": "reader", **MACHINE})
    audience = "https://localhost:4443/api/v2/"
    body = grant(machine, audience=audience, scope=["read:client_grants"])
    made = api.create("/client-grants", body)
    token = api.token(machine, audience).json()
    assert token["scope"] == "read:client_grants"
    mine = {"authorization": f"Bearer {token['access_token']}"}
    url = "/api/v2/client-grants"
    assert api.client.get(url, headers=mine).status_code == 200
    refused = api.client.post(url, headers=mine, json=default())
    assert (refused.status_code, refused.json()["errorCode"]) == (403, "insufficient_scope")
    assert refused.json()["message"] == (
        "Insufficient scope, expected any of: create:client_grants"
    )
    more = {"scope": ["read:client_grants", "create:client_grants"]}
    api("PATCH", f"/client-grants/{made['id']}", more)
    mine = {"authorization": f"Bearer {api.token(machine, audience).json()['access_token']}"}
    assert api.client.post(url, headers=mine, json=default()).status_code == 201
