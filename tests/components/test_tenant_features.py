"""Agents, organizations, registration, limits, new connections, legacy: recorded inputs."""

import pulumi
import pytest

from auth0_third_party import (
    Agent,
    DefaultPermissions,
    DynamicClientRegistration,
    MetadataDocumentSupport,
    NewDomainConnection,
    PermissiveApplication,
    RateLimits,
    ThirdPartyApplication,
    ThirdPartyOrganization,
)
from auth0_third_party.model.application import Agent as AgentModel
from auth0_third_party.model.application import PublicKey, RateLimit
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tests.components.conftest import Register, only
from tests.components.test_third_party_application import CLIENT, CREDENTIALS, GRANT, application

URL = "https://agent.test/client.json"
KEY = PublicKey(name="2026", pem="-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----")


def test_an_agent_is_its_document_and_its_grants(register: Register) -> None:
    grant = ClientGrant(audience="https://a.test", subject_type="user", scopes=("r",), api="a")
    model = AgentModel(document=URL, grants=(grant,))
    seen = register(lambda: Agent("bot", model, [MetadataDocumentSupport("documents")]))
    client = only(seen, "auth0:index/clientCimd:ClientCimd")
    assert client.inputs == {"externalClientId": URL}
    assert only(seen, GRANT).name == "bot-grant-a-user"
    assert only(seen, "auth0-third-party:index:MetadataDocuments").inputs == {}


def test_an_organization_is_admitted_after_its_connections(register: Register) -> None:
    seen = register(lambda: ThirdPartyOrganization("acme", "acme-corp", ["db", "Google SSO"]))
    links = [r for r in seen if r.type == "auth0-third-party:index:OrganizationConnection"]
    assert {r.name: r.inputs for r in links} == {
        "acme-db": {"organization": "acme-corp", "connection": "db"},
        "acme-google-sso": {"organization": "acme-corp", "connection": "Google SSO"},
    }
    access = only(seen, "auth0-third-party:index:OrganizationAccess")
    assert access.inputs == {"organization": "acme-corp"}
    assert seen.index(access) > max(map(seen.index, links))


def test_a_machines_grant_is_good_in_its_organizations(register: Register) -> None:
    grant = ClientGrant(
        audience="https://a.test",
        subject_type="client",
        scopes=("r",),
        api="a",
        organizations=("acme",),
    )
    machine = application(app_type="non_interactive", callbacks=[], grants=[grant])
    seen = register(lambda: ThirdPartyApplication("m2m", machine))
    assert only(seen, GRANT).inputs["organizationUsage"] == "allow"
    link = only(seen, "auth0-third-party:index:OrganizationGrant")
    assert link.name == "m2m-grant-a-client-acme"
    assert link.inputs == {"organization": "acme", "grant": "m2m-grant-a-client-id"}


@pytest.mark.parametrize(("ours", "inputs"), [(False, {}), (True, {"securityMode": "strict"})])
def test_registration_writes_a_mode_only_where_it_may(
    register: Register, ours: bool, inputs: dict[str, str]
) -> None:
    default = DefaultPermission(audience="https://a.test", subject_type="user", scopes=("r",))

    def program() -> None:
        defaults = DefaultPermissions("defaults", [default])
        DynamicClientRegistration("dcr", defaults, security_mode="strict" if ours else None)

    seen = register(program)
    switch = only(seen, "auth0-third-party:index:DynamicRegistration")
    assert switch.inputs == inputs
    assert seen.index(only(seen, GRANT)) < seen.index(switch)


def test_limits_for_all_and_for_one(register: Register) -> None:
    own = {"crm": (pulumi.Output.from_input("tpc_1"), RateLimit(action="log", limit=5))}
    seen = register(lambda: RateLimits("limits", RateLimit(limit=100), own))
    policies = [r for r in seen if r.type == "auth0:index/rateLimitPolicy:RateLimitPolicy"]
    assert {
        r.name: (r.inputs["consumerSelector"], r.inputs["configuration"]) for r in policies
    } == {
        "limits-third-parties": ("third_party_clients", {"action": "block", "limit": 100}),
        "limits-crm": ("client_id:tpc_1", {"action": "log", "limit": 5}),
    }


def test_a_new_connection_is_made_open(register: Register) -> None:
    seen = register(lambda: NewDomainConnection("partners", "partners-db", "auth0"))
    made = only(seen, "auth0:index/connection:Connection")
    assert made.inputs == {
        "name": "partners-db",
        "strategy": "auth0",
        "isDomainConnection": True,
    }


def test_the_legacy_mode_has_a_component_of_its_own(register: Register) -> None:
    old = application(security_mode="permissive")
    client = only(register(lambda: PermissiveApplication("old", old)), CLIENT)
    assert client.inputs["thirdPartySecurityMode"] == "permissive"
    assert "redirectionPolicy" not in client.inputs
    with pytest.raises(ValueError, match="old is permissive, not strict"):
        register(lambda: ThirdPartyApplication("old", old))


def test_keys_stand_in_place_of_a_secret(register: Register) -> None:
    seen = register(lambda: ThirdPartyApplication("crm", application(keys=[KEY])))
    credentials = only(seen, CREDENTIALS)
    assert credentials.inputs["authenticationMethod"] == "private_key_jwt"
    (key,) = credentials.inputs["privateKeyJwt"]["credentials"]
    assert key == {
        "name": "2026",
        "credentialType": "public_key",
        "algorithm": "RS256",
        "pem": KEY.pem,
    }


def test_all_scopes_leave_no_list(register: Register) -> None:
    everything = ClientGrant(
        audience="https://a.test",
        subject_type="user",
        allow_all_scopes=True,
        allow_all_scopes_reason="ours",
    )
    seen = register(lambda: ThirdPartyApplication("crm", application(grants=[everything])))
    grant = only(seen, GRANT)
    assert grant.inputs["allowAllScopes"] is True
    assert "scopes" not in grant.inputs
