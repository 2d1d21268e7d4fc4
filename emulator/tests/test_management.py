"""What all objects of the Management API have in common (MG)."""

import re
from typing import Any

import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.limits import EntityLimits
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi


def test_mg_01_the_error_envelope(api: ManagementApi) -> None:
    assert api("GET", "/clients/unknown").json() == {
        "statusCode": 404,
        "error": "Not Found",
        "message": "The client does not exist",
        "errorCode": "inexistent_client",
    }


WORDS: list[tuple[Any, str]] = [
    ({"name": 1}, "'Expected type string but found type integer' on property name."),
    ({}, "'Missing required property: name'."),
    ({"name": "x", "y": 1}, "'Additional properties not allowed: y'."),
    ({"name": "x", "app_type": "y"}, "'No enum match for: y' on property app_type."),
    ([], "'Expected type object but found type array'."),
    (
        {"name": "x", "callbacks": ["not a url"]},
        "'Object didn't pass validation for format callback-url: not a url' on property"
        " callbacks[0].",
    ),
    (
        {"name": "x", "token_quota": {"client_credentials": {"per_day": 0}}},
        "'Value 0 is less than minimum 1' on property token_quota.client_credentials.per_day.",
    ),
    (
        {"name": "x", "description": "x" * 141},
        "'String is too long (141 chars), maximum 140' on property description.",
    ),
]


@pytest.mark.parametrize(("body", "words"), WORDS, ids=[words[:40] for _, words in WORDS])
def test_mg_02_validation_in_auth0s_words(api: ManagementApi, body: Any, words: str) -> None:
    assert api.refused("POST", "/clients", body) == f"Payload validation error: {words}"


@pytest.mark.parametrize("text", ["{", "NaN", '"\\ud800"', "[" * 100_000, "\xff"])
def test_mg_02_a_body_that_is_not_json_is_refused(api: ManagementApi, text: str) -> None:
    answer = api.client.post("/api/v2/clients", content=text.encode("latin-1"))
    assert answer.status_code == 400


def test_mg_03_a_missing_scope_is_named(api: ManagementApi, tenant: Tenant) -> None:
    assert api.client.get("/api/v2/clients", headers={"authorization": ""}).status_code == 401
    bad = {"authorization": "Bearer a.b.c"}
    assert api.client.get("/api/v2/clients", headers=bad).json()["message"] == "Invalid token"
    machine = api.create("/clients", {"name": "m", "app_type": "non_interactive"})
    body = {"client_id": machine["client_id"], "audience": tenant.audience, "scope": []}
    api.create("/client-grants", body)
    token = api.token(machine, tenant.audience).json()["access_token"]
    mine = {"authorization": f"Bearer {token}"}
    answer = api.client.get("/api/v2/organizations", headers=mine).json()
    assert answer["message"] == (
        "Insufficient scope, expected any of: read:organizations,read:organizations_summary"
    )
    assert answer["errorCode"] == "insufficient_scope"


def test_a_token_expires(api: ManagementApi, tenant: Tenant) -> None:
    api.control("POST", "/clock", {"advance": 86_401})
    answer = api("GET", "/clients")
    assert (answer.status_code, "Expired" in answer.text) == (401, True)


UNKNOWN = {
    "/clients/x": ("The client does not exist", "inexistent_client"),
    "/connections/x": ("The connection does not exist", "inexistent_connection"),
    "/resource-servers/x": ("The resource server does not exist", "inexistent_resource_server"),
    "/organizations/x": ("No organization found by that id or name", None),
    "/organizations/name/x": ("No organization found by that id or name", None),
    "/users/x": ("The user does not exist.", "inexistent_user"),
    "/emails/provider": (
        "There is not a configured email provider",
        "inexistent_email_provider",
    ),
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_mg_04_unknown_ids(api: ManagementApi, path: str) -> None:
    answer = api("GET", path)
    assert answer.status_code == 404
    assert (answer.json()["message"], answer.json().get("errorCode")) == UNKNOWN[path]


def test_mg_05_statuses(api: ManagementApi) -> None:
    made = api("POST", "/resource-servers", {"identifier": "https://a.example.com"})
    path = f"/resource-servers/{made.json()['id']}"
    changed = api("PATCH", path, {"name": "A"})
    gone = [api("DELETE", path).status_code for _ in range(2)]
    assert (made.status_code, changed.status_code, gone) == (201, 200, [204, 204])


def as_reader(api: ManagementApi, tenant: Tenant, *scopes: str) -> dict[str, str]:
    machine = api.create("/clients", {"name": "reader", "app_type": "non_interactive"})
    body = {
        "client_id": machine["client_id"],
        "audience": tenant.audience,
        "scope": list(scopes),
    }
    api.create("/client-grants", body)
    token = api.token(machine, tenant.audience).json()["access_token"]
    return {"authorization": f"Bearer {token}"}


def test_mg_09_secrets_need_additional_scopes(api: ManagementApi, tenant: Tenant) -> None:
    path = f"/clients/{api.create_third_party()['client_id']}"
    for scopes, sees in (
        (["read:clients"], False),
        (["read:client_keys"], True),
        (["read:client_credentials", "read:clients"], True),
    ):
        shown = api.client.get(f"/api/v2{path}", headers=as_reader(api, tenant, *scopes)).json()
        assert ("client_secret" in shown) is sees
        assert shown["app_type"] == "regular_web"
    headers = as_reader(api, tenant, "read:client_summary")
    summary = api.client.get(f"/api/v2{path}", headers=headers).json()
    assert "grant_types" not in summary
    headers = as_reader(api, tenant, "update:clients")
    change = {"client_secret": "chosen"}
    refused = api.client.patch(f"/api/v2{path}", headers=headers, json=change)
    assert "update:client_keys" in refused.json()["message"]
    plain = api.client.patch(f"/api/v2{path}", headers=headers, json={"description": "x"})
    assert "client_secret" not in plain.json()
    assert api("PATCH", path, change).json()["client_secret"] == "chosen"


def test_mg_10_null_removes_and_an_empty_patch_is_refused(api: ManagementApi) -> None:
    quota = {"client_credentials": {"per_day": 5}}
    client = api.create_third_party(token_quota=quota)
    path = f"/clients/{client['client_id']}"
    assert api("GET", path).json()["token_quota"] == quota
    assert "token_quota" not in api("PATCH", path, {"token_quota": None}).json()
    assert "Too few properties" in api.refused("PATCH", path, {})
    page = {"error_page": {"html": "x", "show_log_link": True, "url": ""}}
    api("PATCH", "/tenants/settings", page)
    assert "error_page" not in api("PATCH", "/tenants/settings", {"error_page": None}).json()


def test_mg_10_null_in_metadata_is_not_stored(api: ManagementApi) -> None:
    metadata = {"a": None, "b": "kept"}
    assert api.create_third_party(client_metadata=metadata)["client_metadata"] == {"b": "kept"}
    body = {"name": "tagged", "strategy": "github", "metadata": metadata}
    made = api.create("/connections", body)
    assert made["metadata"] == {"b": "kept"}
    path = f"/connections/{made['id']}"
    assert "options" not in api("PATCH", path, {"options": None}).json()
    assert api("PATCH", path, {"metadata": {"b": None}}).json()["metadata"] == {}
    organization = api.create("/organizations", {"name": "tagged", "metadata": metadata})
    assert organization["metadata"] == {"b": "kept"}


def test_mg_11_unset_properties_are_absent(api: ManagementApi) -> None:
    assert "description" not in api.create_third_party()


def test_mg_13_ids(api: ManagementApi) -> None:
    client = api.create_third_party()["client_id"]
    grant = {"client_id": client, "audience": "https://orders.example.com", "scope": []}
    policy = {
        "resource": "oauth_authentication_api",
        "consumer": "client",
        "consumer_selector": "third_party_clients",
        "configuration": {"action": "block", "limit": 1},
    }
    shapes = {
        r"cgr_\w{16}": api.create("/client-grants", grant)["id"],
        r"con_\w{16}": api.create("/connections", {"name": "c", "strategy": "github"})["id"],
        r"org_\w{16}": api.create("/organizations", {"name": "o"})["id"],
        r"rlp_\w{21}": api.create("/rate-limit-policies", policy)["id"],
        r"[0-9a-f]{24}": api.create("/resource-servers", {"identifier": "urn:x"})["id"],
    }
    for shape, value in shapes.items():
        assert re.fullmatch(shape, value)
    other = policy | {"consumer_selector": "everyone"}
    assert "consumer_selector" in api.refused("POST", "/rate-limit-policies", other)
    api.refused("POST", "/rate-limit-policies", policy, 409)


def test_mg_14_apis_are_found_by_identifier(api: ManagementApi) -> None:
    made = api.create("/resource-servers", {"identifier": "https://a.example.com/x y"})
    for escaped in (
        "https:%2F%2Fa.example.com%2Fx%20y",
        "https:%252F%252Fa.example.com%252Fx%2520y",
    ):
        assert api.client.get(f"/api/v2/resource-servers/{escaped}").json() == made
    message = api.refused("POST", "/resource-servers", {"identifier": made["identifier"]}, 409)
    assert message == "A resource server with the same identifier already exists."
    system = next(s for s in api("GET", "/resource-servers").json() if s.get("is_system"))
    path = f"/resource-servers/{system['id']}"
    words = api.refused("PATCH", path, {"name": "x"})
    assert words == "System resource servers cannot be patched."
    assert api("DELETE", path).json()["message"] == "System resource servers cannot be deleted."


def test_mg_16_grants_are_removed_with_their_client_or_api(api: ManagementApi) -> None:
    client = api.create_third_party()["client_id"]
    api.create("/resource-servers", {"identifier": "urn:a"})
    grants = [
        api.create("/client-grants", {"client_id": client, "audience": audience, "scope": []})["id"]
        for audience in ("urn:a", "https://orders.example.com")
    ]
    api("DELETE", "/resource-servers/urn:a")
    assert api("GET", f"/client-grants/{grants[0]}").status_code == 404
    assert [api("DELETE", f"/clients/{client}").status_code for _ in range(2)] == [204, 204]
    assert api("GET", f"/client-grants/{grants[1]}").status_code == 404


def test_mg_18_consent_is_listed_and_revoked(api: ManagementApi, tenant: Tenant) -> None:
    consent = {
        "id": "one",
        "clientID": "c",
        "user_id": "auth0|u",
        "audience": "urn:a",
        "scope": ["read"],
    }
    for name in ("one", "two"):
        tenant.add("user_grant", name, consent | {"id": name})
    query = {"user_id": "auth0|u", "client_id": "c", "audience": "urn:a"}
    assert api("GET", "/grants", **query).json()[0] == consent
    assert api("GET", "/grants", client_id="other").json() == []
    assert api("DELETE", "/grants/one").status_code == 204
    assert api("DELETE", "/grants").status_code == 400
    assert api("DELETE", "/grants", user_id="auth0|u").status_code == 204
    assert api("GET", "/grants").json() == []


def test_mg_19_a_plan_limits_the_number_of_objects() -> None:
    api = in_process(new_tenant(limits=EntityLimits(clients=3, client_grants=1)))
    client = api.create_third_party()["client_id"]
    answer = api("POST", "/clients", {"name": "one too many"})
    assert (answer.status_code, answer.json()["errorCode"]) == (403, "too_many_entities")
    body = {"client_id": client, "audience": "https://orders.example.com", "scope": []}
    assert api("POST", "/client-grants", body).status_code == 403
    api("DELETE", f"/clients/{client}")
    api.create_third_party()
    api.client.close()
