"""Agents, organizations, registration, limits, new connections, legacy: recorded inputs."""

from typing import Any

import pulumi
import pytest

from auth0_third_party import (
    Agent,
    ClientGrantArgs,
    DefaultPermissions,
    DynamicClientRegistration,
    InvalidArguments,
    MetadataDocumentSetting,
    NewDomainConnection,
    PermissiveApplication,
    ThirdPartyApplication,
    ThirdPartyOrganization,
    ThirdPartyRateLimit,
)
from tests.components.conftest import Register, only
from tests.components.test_tenant_level import CATALOG
from tests.components.test_third_party_application import CLIENT, CREDENTIALS, GRANT, application
from tests.public_keys import rsa_key

URL = "https://agent.test/client.json"
PEM = rsa_key()
REGISTRATION = "auth0-third-party:index:RegistrationSetting"


def test_an_agent_is_its_document_and_its_grants(register: Register) -> None:
    grant = ClientGrantArgs(audience="https://a.test", subject_type="user", scopes=["r"], api="a")

    def program() -> None:
        support = MetadataDocumentSetting("documents")
        after = pulumi.ResourceOptions(depends_on=[support])
        Agent("bot", {"document": URL, "grants": [grant]}, after)

    seen = register(program)
    client = only(seen, "auth0:index/clientCimd:ClientCimd")
    assert client.inputs == {"externalClientId": URL}
    assert only(seen, GRANT).name == "bot-grant-a-user"
    documents = only(seen, "auth0-third-party:index:MetadataDocumentSetting")
    assert documents.inputs == {}
    assert seen.index(documents) < seen.index(client)


def test_an_organization_is_admitted_after_its_connections(register: Register) -> None:
    args: Any = {"organization": "acme-corp", "connections": {"db": "db", "sso": "Google SSO"}}
    seen = register(lambda: ThirdPartyOrganization("acme", args))
    links = [r for r in seen if r.type == "auth0-third-party:index:OrganizationConnection"]
    assert {r.name: r.inputs for r in links} == {
        "acme-db": {"organization": "acme-corp", "connection": "db"},
        "acme-sso": {"organization": "acme-corp", "connection": "Google SSO"},
    }
    access = only(seen, "auth0-third-party:index:OrganizationAccess")
    assert access.inputs == {"organization": "acme-corp"}
    assert seen.index(access) > max(map(seen.index, links))


def test_a_machines_grant_is_usable_in_its_organizations(register: Register) -> None:
    grant = ClientGrantArgs(
        audience="https://a.test",
        subject_type="client",
        scopes=["r"],
        api="a",
        organizations=["acme"],
    )
    machine = application(app_type="non_interactive", callbacks=[], grants=[grant])
    seen = register(lambda: ThirdPartyApplication("m2m", machine))
    assert only(seen, GRANT).inputs["organizationUsage"] == "allow"
    link = only(seen, "auth0-third-party:index:OrganizationGrant")
    assert link.name == "m2m-grant-a-client-acme"
    assert link.inputs == {"organization": "acme", "grant": "m2m-grant-a-client-id"}


@pytest.mark.parametrize(
    ("stated", "inputs"), [({}, {}), ({"security_mode": "strict"}, {"securityMode": "strict"})]
)
def test_registration_writes_a_mode_only_where_it_may(
    register: Register, stated: Any, inputs: dict[str, str]
) -> None:
    def program() -> None:
        defaults = DefaultPermissions("defaults", {"permissions": [CATALOG]})
        args: Any = {"baseline": defaults.grants, **stated}
        DynamicClientRegistration("dcr", args)

    seen = register(program)
    setting = only(seen, REGISTRATION)
    assert setting.inputs == {"enabled": True, **inputs}
    assert seen.index(only(seen, GRANT)) < seen.index(setting)


@pytest.mark.parametrize(
    "permissions",
    [[], [{**CATALOG, "scopes": []}], [{**CATALOG, "subject_type": "client"}]],
    ids=["none", "no scopes", "client access"],
)
def test_dcr_07_registration_without_a_baseline_is_refused(
    register: Register, permissions: Any
) -> None:
    """A registered client could call nothing."""

    def program() -> None:
        defaults = DefaultPermissions("defaults", {"permissions": permissions})
        DynamicClientRegistration("dcr", {"baseline": defaults.grants})

    with pytest.raises(InvalidArguments, match=r"baseline: on, with.*permissions.*\(DCR-07\)"):
        register(program)
    assert REGISTRATION not in {each.type for each in register.seen}


def test_the_limit_of_all_third_parties(register: Register) -> None:
    seen = register(lambda: ThirdPartyRateLimit("limit", {"limit": 100}))
    policy = only(seen, "auth0:index/rateLimitPolicy:RateLimitPolicy")
    assert policy.name == "limit-policy"
    assert policy.inputs["consumerSelector"] == "third_party_clients"
    assert policy.inputs["configuration"] == {"action": "block", "limit": 100}


def test_a_new_connection_is_made_at_the_domain_level(register: Register) -> None:
    args: Any = {"connection": "partners-db", "strategy": "auth0"}
    made = only(
        register(lambda: NewDomainConnection("partners", args)), "auth0:index/connection:Connection"
    )
    assert made.inputs == {
        "name": "partners-db",
        "strategy": "auth0",
        "isDomainConnection": True,
    }


def test_the_legacy_mode_has_a_component_of_its_own(register: Register) -> None:
    seen = register(lambda: PermissiveApplication("old", application()))
    client = only(seen, CLIENT)
    assert client.inputs["thirdPartySecurityMode"] == "permissive"
    assert "redirectionPolicy" not in client.inputs
    assert only(seen, "auth0-third-party:index:PermissiveApplication").name == "old"


def test_keys_replace_a_secret(register: Register) -> None:
    keys = [{"name": "2026", "pem": PEM}]
    seen = register(lambda: ThirdPartyApplication("crm", application(keys=keys)))
    credentials = only(seen, CREDENTIALS)
    assert credentials.inputs["authenticationMethod"] == "private_key_jwt"
    (key,) = credentials.inputs["privateKeyJwt"]["credentials"]
    assert key == {
        "name": "2026",
        "credentialType": "public_key",
        "algorithm": "RS256",
        "pem": PEM.strip(),
    }


def test_all_scopes_leave_no_list(register: Register) -> None:
    everything = ClientGrantArgs(
        audience="https://a.test",
        subject_type="user",
        allow_all_scopes=True,
        allow_all_scopes_reason="ours",
    )
    seen = register(lambda: ThirdPartyApplication("crm", application(grants=[everything])))
    grant = only(seen, GRANT)
    assert grant.inputs["allowAllScopes"] is True
    assert "scopes" not in grant.inputs
