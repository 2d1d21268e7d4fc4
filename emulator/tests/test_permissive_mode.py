"""A tenant that is eligible for permissive mode, before and after its end."""

from collections.abc import Iterator

import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Clock, parse_time
from auth0_emulator.testing import ManagementApi, sign_in

SPA = {"name": "spa", "app_type": "spa", "is_first_party": False}


@pytest.fixture
def legacy() -> Iterator[ManagementApi]:
    api = in_process(new_tenant(legacy=True, clock=Clock(parse_time("2026-08-01"))))
    yield api
    api.client.close()


def test_tp_create_02_permissive_is_the_default(legacy: ManagementApi) -> None:
    client = legacy.create("/clients", SPA)
    assert client["third_party_security_mode"] == "permissive"
    assert len(client["client_id"]) == 32


def test_tp_create_08_defaults_of_a_permissive_single_page_application(
    legacy: ManagementApi,
) -> None:
    client = legacy.create("/clients", SPA | {"token_endpoint_auth_method": "none"})
    assert client["grant_types"] == ["authorization_code", "implicit", "refresh_token"]
    assert client["jwt_configuration"] == {"secret_encoded": False, "lifetime_in_seconds": 36000}
    assert client["refresh_token"]["rotation_type"] == "rotating"
    assert client["refresh_token"]["token_lifetime"] == 2592000
    assert client["oidc_conformant"] is True
    assert "redirection_policy" not in client


def test_tp_create_23_redirection_policy_is_not_for_permissive_clients(
    legacy: ManagementApi,
) -> None:
    legacy.refused("POST", "/clients", SPA | {"redirection_policy": "allow_always"})


def test_permissive_clients_keep_all_properties_and_grants(legacy: ManagementApi) -> None:
    body = SPA | {"grant_types": ["implicit", "password"], "callbacks": ["https://*.example.com"]}
    assert legacy.create("/clients", body)["grant_types"] == ["implicit", "password"]


def test_mig_01_strict_is_the_default_after_the_migration(legacy: ManagementApi) -> None:
    old = legacy.create("/clients", SPA)
    legacy.control("POST", "/clock", {"now": "2026-10-23T00:00:00Z"})
    sign_in(legacy.client, legacy.control("GET", "/ready").json())
    assert legacy.create("/clients", SPA)["third_party_security_mode"] == "strict"
    asked = SPA | {"third_party_security_mode": "permissive"}
    assert legacy.create("/clients", asked)["third_party_security_mode"] == "permissive"
    kept = legacy("GET", f"/clients/{old['client_id']}").json()
    assert kept["third_party_security_mode"] == "permissive"


def test_mig_04_older_third_parties_report_permissive(legacy: ManagementApi) -> None:
    found = legacy("GET", "/clients", is_first_party="false").json()
    assert [client["third_party_security_mode"] for client in found] == ["permissive"]


def test_org_08_organizations_are_not_for_permissive_clients(legacy: ManagementApi) -> None:
    message = legacy.refused("POST", "/clients", SPA | {"organization_usage": "allow"}, 403)
    assert message.startswith("Organizations are only available to first party clients")
    strict = SPA | {"third_party_security_mode": "strict", "organization_usage": "allow"}
    assert legacy.create("/clients", strict)["organization_usage"] == "allow"


def test_dcr_08_the_registration_mode_is_for_eligible_tenants(
    api: ManagementApi, legacy: ManagementApi
) -> None:
    for mode in ("strict", "permissive"):
        change = {"dynamic_client_registration_security_mode": mode}
        answer = legacy("PATCH", "/tenants/settings", change).json()
        assert answer["dynamic_client_registration_security_mode"] == mode
    api.refused("PATCH", "/tenants/settings", change)
