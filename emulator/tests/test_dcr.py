"""Dynamic client registration (DCR)."""

from typing import Any

import httpx

from auth0_emulator.testing import ManagementApi


def dynamic(api: ManagementApi, **changes: Any) -> httpx.Response:
    body = {"client_name": "Bot", "redirect_uris": ["https://bot.example.com/cb"]} | changes
    return api.client.post("/oidc/register", json=body, headers={"authorization": ""})


def allow_dynamic(api: ManagementApi) -> None:
    flags = {"flags": {"enable_dynamic_client_registration": True}}
    assert api("PATCH", "/tenants/settings", flags).status_code == 200


def test_dcr_01_registration_is_off_by_default(api: ManagementApi) -> None:
    assert dynamic(api).status_code == 403
    allow_dynamic(api)
    assert dynamic(api).status_code == 201


def test_dcr_02_five_registrations_a_second_without_a_token(api: ManagementApi) -> None:
    allow_dynamic(api)
    statuses = [dynamic(api).status_code for _ in range(8)]
    assert statuses[:5] == [201] * 5
    assert 429 in statuses


def test_dcr_03_redirects_are_required_and_the_code_grant_is_the_default(
    api: ManagementApi,
) -> None:
    allow_dynamic(api)
    assert dynamic(api, redirect_uris=[]).json()["error"] == "invalid_redirect_uri"
    made = dynamic(api).json()
    assert made["grant_types"] == ["authorization_code"]
    assert made["token_endpoint_auth_method"] == "client_secret_post"


def test_dcr_04_unavailable_grant_types_are_dropped(api: ManagementApi) -> None:
    allow_dynamic(api)
    wanted = ["implicit", "refresh_token", "client_credentials", "authorization_code"]
    made = dynamic(api, grant_types=wanted).json()
    assert made["grant_types"] == ["authorization_code", "refresh_token"]


def test_dcr_05_the_answer(api: ManagementApi) -> None:
    allow_dynamic(api)
    made = dynamic(api).json()
    assert made["client_id"].startswith("tpc_")
    assert made["client_secret_expires_at"] == 0
    assert set(made) == {
        *("client_id", "client_name", "redirect_uris", "grant_types"),
        *("token_endpoint_auth_method", "client_secret", "client_secret_expires_at"),
    }
    assert "client_secret" not in dynamic(api, token_endpoint_auth_method="none").json()
    assert dynamic(api, redirect_uris=["https://*.example.com"]).status_code == 400


def test_tp_create_14_self_registered_clients_have_no_client_credentials(
    api: ManagementApi,
) -> None:
    allow_dynamic(api)
    path = f"/clients/{dynamic(api).json()['client_id']}"
    assert "register themselves" in api.refused(
        "PATCH", path, {"grant_types": ["client_credentials"]}
    )
    shown = api("GET", path).json()
    assert not [key for key in shown if key.startswith("_")]
