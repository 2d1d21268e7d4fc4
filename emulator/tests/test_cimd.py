"""Clients that are described by a client ID metadata document (CIMD)."""

from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi

URL = "https://agent.example.com/client.json"
DOCUMENT = {
    "client_id": URL,
    "client_name": "Agent",
    "redirect_uris": ["https://agent.example.com/callback"],
    "grant_types": ["authorization_code"],
    "token_endpoint_auth_method": "none",
    "application_type": "native",
}
REGISTER, PREVIEW = "/clients/cimd/register", "/clients/cimd/preview"


def provide(api: ManagementApi, document: Any, url: str = URL) -> None:
    api.control("POST", "/documents", {"url": url, "document": document})


def ready(api: ManagementApi, document: Any = DOCUMENT) -> None:
    api("PATCH", "/tenants/settings", {"client_id_metadata_document_supported": True})
    provide(api, document)


def test_cimd_01_needs_the_tenant_setting(api: ManagementApi) -> None:
    provide(api, DOCUMENT)
    api.refused("POST", REGISTER, {"external_client_id": URL}, 403)
    ready(api)
    assert api("POST", REGISTER, {"external_client_id": URL}).status_code == 200


def test_cimd_02_registering_again_updates(api: ManagementApi) -> None:
    ready(api)
    body = {"external_client_id": URL}
    assert "client_id" not in api("POST", PREVIEW, body).json()
    first = api("POST", REGISTER, body).json()
    provide(api, DOCUMENT | {"client_name": "Agent two"})
    assert api("POST", REGISTER, body).json()["client_id"] == first["client_id"]
    assert api("GET", f"/clients/{first['client_id']}").json()["name"] == "Agent two"
    provide(api, "not json")
    assert "cannot be applied" in api.refused("POST", REGISTER, body)
    answer = api("POST", PREVIEW, body).json()
    assert answer["client_id"] == first["client_id"]
    assert answer["validation"]["valid"] is False


def test_cimd_02_a_document_that_cannot_be_retrieved(api: ManagementApi) -> None:
    ready(api)
    body = {"external_client_id": "https://nowhere.invalid/client.json"}
    assert "could not be retrieved" in api.refused("POST", REGISTER, body)
    answer = api("POST", PREVIEW, body)
    assert (answer.status_code, list(answer.json())) == (200, ["errors"])


def test_cimd_03_unsupported_properties_are_named(api: ManagementApi) -> None:
    ready(api, DOCUMENT | {"client_uri": "https://agent.example.com"})
    answer = api("POST", REGISTER, {"external_client_id": URL}).json()
    assert answer["mapped_fields"]["callbacks"] == DOCUMENT["redirect_uris"]
    assert answer["validation"]["warnings"][0].startswith(
        "Ignoring unsupported properties: client_uri."
    )


def test_cimd_04_always_strict_and_identified_by_its_url(api: ManagementApi) -> None:
    ready(api)
    client_id = api("POST", REGISTER, {"external_client_id": URL}).json()["client_id"]
    assert client_id.startswith("tpc_")
    path = f"/clients/{client_id}"
    shown = api("GET", path).json()
    assert shown["external_client_id"] == URL
    assert shown["external_metadata_type"] == "cimd"
    assert "external_client_id" not in api("PATCH", path, {"description": "x"}).json()
    api.refused("PATCH", path, {"jwt_configuration": {"alg": "HS256"}})


@pytest.mark.parametrize(
    "url",
    [
        "http://agent.example.com/client.json",
        "https://agent.example.com",
        "https://localhost/client.json",
        "https://user@agent.example.com/client.json",
        "https://agent.example.com/client.json?x=1",
        "https://agent.example.com/client.json#x",
        "https://agent.example.com/a/../client.json",
        "https://agent.example.com:0/client.json",
        "https://agent.example.com/cli%ent",
        "https://agent.example.com/" + "x" * 120,
    ],
)
def test_cimd_05_addresses(api: ManagementApi, url: str) -> None:
    ready(api)
    provide(api, DOCUMENT | {"client_id": url}, url)
    api.refused("POST", REGISTER, {"external_client_id": url})
    api.refused("POST", PREVIEW, {"external_client_id": url})


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "https://other.example.com/client.json"},
        {"client_name": None},
        {"grant_types": None},
        {"grant_types": ["client_credentials"]},
        {"redirect_uris": ["https://a.example.com/cb"] * 2},
        {"redirect_uris": ["http://a.example.com/cb"]},
        {"redirect_uris": ["http://127.0.0.1/cb"], "application_type": "web"},
        {"application_type": "desktop"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"jwks": {"keys": []}},
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://other.example.com/jwks",
        },
    ],
    ids=str,
)
def test_cimd_06_documents(api: ManagementApi, change: dict[str, Any]) -> None:
    ready(api, DOCUMENT | change)
    assert "cannot be applied" in api.refused("POST", REGISTER, {"external_client_id": URL})


def test_cimd_06_loopback_is_for_native_applications(api: ManagementApi) -> None:
    ready(api, DOCUMENT | {"redirect_uris": ["http://127.0.0.1:7000/cb"]})
    assert api("POST", REGISTER, {"external_client_id": URL}).status_code == 200


def test_cimd_07_properties_of_the_document_cannot_be_patched(api: ManagementApi) -> None:
    ready(api)
    path = f"/clients/{api('POST', REGISTER, {'external_client_id': URL}).json()['client_id']}"
    for change in ({"name": "x"}, {"callbacks": ["https://x.example/cb"]}, {"logo_uri": ""}):
        assert "metadata document" in api.refused("PATCH", path, change)
    grants = {"grant_types": ["authorization_code", "refresh_token"]}
    assert api("PATCH", path, grants).json()["grant_types"] == grants["grant_types"]
    api("POST", REGISTER, {"external_client_id": URL})
    assert api("GET", path).json()["grant_types"] == ["authorization_code"]


JWKS = "https://agent.example.com/jwks.json"
SIGNS = DOCUMENT | {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": JWKS}


def key_set(kid: str, modulus: str) -> dict[str, Any]:
    return {"keys": [{"kty": "RSA", "kid": kid, "e": "AQAB", "n": modulus}]}


def test_cimd_08_a_kid_never_gets_another_key(api: ManagementApi) -> None:
    ready(api, SIGNS)
    body = {"external_client_id": URL}
    assert "could not be retrieved" in api.refused("POST", REGISTER, body)
    provide(api, key_set("one", "AAAA"), JWKS)
    client_id = api("POST", REGISTER, body).json()["client_id"]
    path = f"/clients/{client_id}/credentials"
    first = api("GET", path).json()
    assert [credential["kid"] for credential in first] == ["one"]
    provide(api, key_set("one", "BBBB"), JWKS)
    assert "other key material" in api.refused("POST", REGISTER, body)
    assert api("GET", path).json() == first
    provide(api, key_set("two", "BBBB"), JWKS)
    assert api("POST", REGISTER, body).status_code == 200
    (second,) = api("GET", path).json()
    assert second["kid"] == "two"
    shown = api("GET", f"/clients/{client_id}").json()
    methods = {"private_key_jwt": {"credentials": [{"id": second["id"]}]}}
    assert shown["client_authentication_methods"] == methods
    assert "client_secret" not in shown


def test_cimd_09_found_by_its_url(api: ManagementApi) -> None:
    ready(api)
    client_id = api("POST", REGISTER, {"external_client_id": URL}).json()["client_id"]
    found = api("GET", "/clients", external_client_id=URL).json()
    assert [client["client_id"] for client in found] == [client_id]
