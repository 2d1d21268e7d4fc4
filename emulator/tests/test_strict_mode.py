"""Defaults of a strict third-party client, and what is refused (TP-CREATE)."""

from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi

PUBLIC = {"app_type": "native", "token_endpoint_auth_method": "none"}
TOKENS = {"rotation_type": "rotating", "expiration_type": "expiring"}
MACHINE = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}


def test_tp_create_02_third_parties_are_strict_by_default(api: ManagementApi) -> None:
    assert api.create_third_party()["third_party_security_mode"] == "strict"
    body = {"name": "x", "is_first_party": False, "third_party_security_mode": "permissive"}
    assert "not available" in api.refused("POST", "/clients", body)
    assert "third_party_security_mode" not in api.create("/clients", {"name": "first party"})


def test_tp_create_03_a_strict_client_id_has_a_prefix(api: ManagementApi) -> None:
    client_id = api.create_third_party()["client_id"]
    assert client_id.startswith("tpc_")
    assert len(client_id) == 26
    assert len(api.create("/clients", {"name": "first party"})["client_id"]) == 32


def test_tp_create_04_defaults_of_a_confidential_client(api: ManagementApi) -> None:
    client = api.create_third_party()
    assert client["oidc_conformant"] is True
    assert client["jwt_configuration"] == {
        "secret_encoded": False,
        "alg": "RS256",
        "lifetime_in_seconds": 3600,
    }
    assert client["custom_login_page_on"] is True
    assert client["sso_disabled"] is False


def test_tp_create_05_refresh_tokens_of_a_confidential_client(api: ManagementApi) -> None:
    assert api.create_third_party()["refresh_token"] == {
        "rotation_type": "non-rotating",
        "expiration_type": "expiring",
        "leeway": 0,
        "token_lifetime": 31557600,
        "infinite_token_lifetime": True,
        "infinite_idle_token_lifetime": False,
        "idle_token_lifetime": 2592000,
    }


def test_tp_create_06_authorization_code_only(api: ManagementApi) -> None:
    assert api.create_third_party()["grant_types"] == ["authorization_code"]


def test_tp_create_07_public_clients_rotate(api: ManagementApi) -> None:
    assert api.create_third_party(**PUBLIC)["refresh_token"] == {
        "rotation_type": "rotating",
        "expiration_type": "expiring",
        "leeway": 0,
        "token_lifetime": 2592000,
        "infinite_token_lifetime": False,
        "infinite_idle_token_lifetime": False,
        "idle_token_lifetime": 1296000,
    }


REFUSED: dict[str, dict[str, Any]] = {
    "tp_create_09_unreviewed_property": {"allowed_clients": ["x"]},
    "tp_create_10_addons": {"addons": {"samlp": {}}},
    "tp_create_10_logout_urls": {"allowed_logout_urls": ["https://a.example/out"]},
    "tp_create_10_pushed_requests": {"require_pushed_authorization_requests": True},
    "tp_create_10_cross_origin": {"cross_origin_authentication": True},
    "tp_create_11_not_oidc_conformant": {"oidc_conformant": False},
    "tp_create_12_app_type": {"app_type": "sharepoint"},
    "tp_create_13_implicit": {"grant_types": ["implicit"]},
    "tp_create_13_password": {"grant_types": ["password"]},
    "tp_create_14_public_machine": MACHINE | {"token_endpoint_auth_method": "none"},
    "tp_create_15_two_methods": {
        "client_authentication_methods": {
            "tls_client_auth": {
                "credentials": [{"credential_type": "cert_subject_dn", "subject_dn": "CN=a"}]
            }
        }
    },
    "tp_create_16_hs256": {"jwt_configuration": {"alg": "HS256"}},
    "tp_create_17_non_expiring": {
        "refresh_token": {"rotation_type": "non-rotating", "expiration_type": "non-expiring"}
    },
    "tp_create_17_idle_for_ever": {
        "refresh_token": TOKENS | {"infinite_idle_token_lifetime": True, "token_lifetime": 99}
    },
    "tp_create_18_idle_above_maximum": {
        "refresh_token": TOKENS
        | {"token_lifetime": 60, "idle_token_lifetime": 61, "infinite_token_lifetime": False}
    },
    "tp_create_18_half_a_refresh_token": {"refresh_token": {"rotation_type": "rotating"}},
    "tp_create_18_lifetime_out_of_range": {"refresh_token": TOKENS | {"token_lifetime": 157788001}},
    "tp_create_18_rotation_must_expire": {
        "refresh_token": {"rotation_type": "rotating", "expiration_type": "non-expiring"}
    },
    "tp_create_19_wildcard": {"callbacks": ["https://*.example.com/cb"]},
    "tp_create_19_placeholder": {"web_origins": ["https://{organization_name}.example.com"]},
    "tp_create_21_long_value": {"client_metadata": {"key": "x" * 256}},
    "tp_create_21_odd_key": {"client_metadata": {"schlüssel": "x"}},
    "tp_create_21_eleven_keys": {"client_metadata": {f"k{n}": "v" for n in range(11)}},
    "tp_create_22_description": {"description": "x" * 141},
    "tp_create_22_relative_logo": {"logo_uri": "logo.png"},
    "tp_create_23_unknown_policy": {"redirection_policy": "sometimes"},
    "tp_create_27_chosen_id": {"client_id": "tpc_abcdefghijklmnopqrstuv"},
    "tp_create_01_name_with_markup": {"name": "<b>"},
}


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(api: ManagementApi, name: str) -> None:
    body = {
        "name": "partner",
        "app_type": "regular_web",
        "is_first_party": False,
        "token_endpoint_auth_method": "client_secret_post",
    }
    answer = api("POST", "/clients", body | REFUSED[name])
    assert (answer.status_code, answer.json()["errorCode"]) == (400, "invalid_body"), answer.text
    assert api("GET", "/clients", include_totals="true").json()["total"] == 3


@pytest.mark.parametrize("name", [name for name in REFUSED if "15" not in name])
def test_it_is_refused_in_a_patch_too(api: ManagementApi, name: str) -> None:
    client = api.create_third_party()
    path = f"/clients/{client['client_id']}"
    before = api("GET", path).json()
    api.refused("PATCH", path, REFUSED[name])
    assert api("GET", path).json() == before


def test_tp_create_01_a_name_is_enough(api: ManagementApi) -> None:
    assert api("POST", "/clients", {"name": "x"}).status_code == 201
    assert "Missing required property: name" in api.refused("POST", "/clients", {})


def test_tp_create_14_a_confidential_machine_is_accepted(api: ManagementApi) -> None:
    assert api.create_third_party(**MACHINE)["grant_types"] == ["client_credentials"]


def test_tp_create_15_mtls_is_refused_to_third_parties(api: ManagementApi) -> None:
    subject = {"credential_type": "cert_subject_dn", "subject_dn": "CN=partner"}
    body = {
        "name": "partner",
        "is_first_party": False,
        "client_authentication_methods": {"tls_client_auth": {"credentials": [subject]}},
    }
    assert "tls_client_auth" in api.refused("POST", "/clients", body)
    assert api("POST", "/clients", body | {"is_first_party": True}).status_code == 201


def test_tp_create_20_loopback_and_custom_schemes_are_accepted(api: ManagementApi) -> None:
    urls = ["http://127.0.0.1:8080/callback", "com.example.app:/callback"]
    assert api.create_third_party(callbacks=urls)["callbacks"] == urls


def test_tp_create_21_metadata_is_merged_and_null_deletes(api: ManagementApi) -> None:
    path = f"/clients/{api.create_third_party(client_metadata={'a': '1', 'b': '2'})['client_id']}"
    change = {"client_metadata": {"a": None, "c": "3"}}
    assert api("PATCH", path, change).json()["client_metadata"] == {"b": "2", "c": "3"}
    many = {"client_metadata": {f"k{n}": "v" for n in range(9)}}
    assert "11 keys" in api.refused("PATCH", path, many)


def test_tp_create_23_redirection_is_protected_by_default(api: ManagementApi) -> None:
    client = api.create_third_party()
    assert client["redirection_policy"] == "open_redirect_protection"
    path = f"/clients/{client['client_id']}"
    changed = api("PATCH", path, {"redirection_policy": "allow_always"})
    assert changed.json()["redirection_policy"] == "allow_always"
    body = {"name": "first party", "redirection_policy": "allow_always"}
    assert "redirection_policy" in api.refused("POST", "/clients", body)


@pytest.mark.parametrize(
    ("echo", "change"),
    [
        ({"third_party_security_mode": "strict"}, {"third_party_security_mode": "permissive"}),
        ({"is_first_party": False}, {"is_first_party": True}),
    ],
    ids=["tp_create_24", "tp_create_25"],
)
def test_tp_create_24_25_fixed_at_creation(
    api: ManagementApi, echo: dict[str, Any], change: dict[str, Any]
) -> None:
    path = f"/clients/{api.create_third_party()['client_id']}"
    assert api("PATCH", path, echo).status_code == 200
    assert "cannot be changed" in api.refused("PATCH", path, change)


def test_tp_create_25_first_party_stays_first_party(api: ManagementApi) -> None:
    path = f"/clients/{api.create('/clients', {'name': 'x'})['client_id']}"
    api.refused("PATCH", path, {"is_first_party": False})


def test_tp_create_26_a_patch_keeps_what_is_not_sent(api: ManagementApi) -> None:
    before = api.create_third_party(grant_types=["authorization_code", "refresh_token"])
    path = f"/clients/{before['client_id']}"
    after = api("PATCH", path, {"description": "new"}).json()
    assert after == {k: v for k, v in before.items() if k != "encrypted"} | {"description": "new"}


def test_tp_create_28_public_clients_have_a_secret_too(api: ManagementApi) -> None:
    assert len(api.create_third_party(**PUBLIC)["client_secret"]) == 64
