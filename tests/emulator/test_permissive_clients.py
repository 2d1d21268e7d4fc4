"""A tenant that is eligible for permissive mode, before and after its end."""

from collections.abc import Iterator

import pytest

from auth0_emulator.clock import Clock, parse
from tests.emulator.conftest import Api, in_process, new_tenant, sign_in

SPA = {"name": "spa", "app_type": "spa", "is_first_party": False}


@pytest.fixture
def legacy() -> Iterator[Api]:
    api = in_process(new_tenant(legacy=True, clock=Clock(parse("2026-08-01"))))
    yield api
    api.client.close()


def test_tp_create_02_the_toggle_makes_permissive_the_default(legacy: Api) -> None:
    client = legacy.made("/clients", SPA)
    assert client["third_party_security_mode"] == "permissive"
    assert len(client["client_id"]) == 32


def test_tp_create_08_defaults_of_a_permissive_single_page_application(legacy: Api) -> None:
    client = legacy.made("/clients", SPA | {"token_endpoint_auth_method": "none"})
    assert client["grant_types"] == ["authorization_code", "implicit", "refresh_token"]
    assert client["jwt_configuration"] == {"secret_encoded": False, "lifetime_in_seconds": 36000}
    assert client["refresh_token"]["rotation_type"] == "rotating"
    assert client["refresh_token"]["token_lifetime"] == 2592000
    assert client["oidc_conformant"] is True
    assert "redirection_policy" not in client


def test_tp_create_23_redirection_policy_is_not_for_permissive_clients(legacy: Api) -> None:
    legacy.refused("POST", "/clients", SPA | {"redirection_policy": "allow_always"})


def test_permissive_clients_keep_all_properties_and_grants(legacy: Api) -> None:
    body = SPA | {"grant_types": ["implicit", "password"], "callbacks": ["https://*.example.com"]}
    assert legacy.made("/clients", body)["grant_types"] == ["implicit", "password"]


def test_mig_01_the_toggle_goes_off_for_good(legacy: Api) -> None:
    old = legacy.made("/clients", SPA)
    legacy.control("POST", "/clock", {"now": "2026-10-23T00:00:00Z"})
    sign_in(legacy.client, legacy.control("GET", "/ready").json())
    assert legacy.made("/clients", SPA)["third_party_security_mode"] == "strict"
    asked = SPA | {"third_party_security_mode": "permissive"}
    assert legacy.made("/clients", asked)["third_party_security_mode"] == "permissive"
    kept = legacy("GET", f"/clients/{old['client_id']}").json()
    assert kept["third_party_security_mode"] == "permissive"


def test_mig_04_older_third_parties_report_permissive(legacy: Api) -> None:
    found = legacy("GET", "/clients", is_first_party="false").json()
    assert [client["third_party_security_mode"] for client in found] == ["permissive"]


def test_org_08_permissive_clients_take_no_part_in_organizations(legacy: Api) -> None:
    message = legacy.refused("POST", "/clients", SPA | {"organization_usage": "allow"}, 403)
    assert message.startswith("Organizations are only available to first party clients")
    strict = SPA | {"third_party_security_mode": "strict", "organization_usage": "allow"}
    assert legacy.made("/clients", strict)["organization_usage"] == "allow"


def test_dcr_08_the_registration_mode_is_for_eligible_tenants(api: Api, legacy: Api) -> None:
    for mode in ("strict", "permissive"):
        change = {"dynamic_client_registration_security_mode": mode}
        answer = legacy("PATCH", "/tenants/settings", change).json()
        assert answer["dynamic_client_registration_security_mode"] == mode
    api.refused("PATCH", "/tenants/settings", change)
