"""Offline rules of grants, keys, agents and the tenant as a whole; names carry the rule id."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.public_keys import elliptic_key, rsa_key
from tests.tpa.files.conftest import PORTAL, Project
from tpa.files.problems import Problem

PortalProblem = Callable[..., Problem]
USER = {"api": "orders", "subject_type": "user"}
CLIENT = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
PUBLIC = rsa_key()
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n"
URL = "https://agent.test/client.json"
AGENT: dict[str, Any] = {
    "document": URL,
    "owner": {"organization": "Agents", "contact": "a@agent.test"},
    "copy_of_document": "bot.json",
    "connections": ["customers"],
}
DOCUMENT: dict[str, Any] = {
    "client_id": URL,
    "client_name": "Bot",
    "grant_types": ["authorization_code"],
    "redirect_uris": ["https://agent.test/cb"],
}


@pytest.mark.parametrize(
    "grant",
    [
        {**USER, "allow_all_scopes": True},
        {**USER, "allow_all_scopes": True, "allow_all_scopes_reason": "  "},
        {**USER, "allow_all_scopes": True, "allow_all_scopes_reason": "x", "scopes": []},
        USER,
    ],
)
def test_cg_07_all_scopes_or_a_list(portal_problem: PortalProblem, grant: dict[str, Any]) -> None:
    assert portal_problem(grants=[grant]).field.startswith("grants[0].")


def test_cg_07_all_scopes_for_a_reason(project: Project) -> None:
    project.portal(grants=[{**USER, "allow_all_scopes": True, "allow_all_scopes_reason": "ours"}])
    assert project.load().applications["portal"].grants[0].allow_all_scopes


def test_cg_08_details_are_a_users(portal_problem: PortalProblem) -> None:
    found = portal_problem(grants=[{**CLIENT, "authorization_details_types": ["payment"]}])
    assert found.field == "grants[0].authorization_details_types"


def test_org_05_organizations_are_for_client_access(project: Project) -> None:
    project.dev(organizations={"acme": {"name": "acme"}})
    project.portal(grants=[{**USER, "scopes": ["read:orders"], "organizations": ["acme"]}])
    assert project.problem().field == "grants[0].organizations"


def test_org_05_an_unknown_organization(project: Project) -> None:
    project.dev(organizations={"acme": {"name": "acme"}})
    project.portal(grants=[{**CLIENT, "organizations": ["acne"]}])
    found = project.problem()
    assert (found.field, "'acme'" in found.fix) == ("grants[0].organizations[0]", True)


def test_org_03_an_unknown_connection_of_an_organization(project: Project) -> None:
    project.dev(organizations={"acme": {"name": "acme", "connections": ["customer"]}})
    assert project.problem().field == "organizations.acme.connections[0]"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"keys": [{"name": "a", "pem": PRIVATE}]}, "keys[0].pem"),
        ({"keys": [{"name": "a", "pem": "ssh-rsa AAAA"}]}, "keys[0].pem"),
        ({"keys": [{"name": n, "pem": rsa_key(number=ord(n))} for n in "abc"]}, "keys"),
        ({"keys": [{"name": "a", "pem": rsa_key(number=n)} for n in (0, 1)]}, "keys[1].name"),
        ({"keys": [{"name": n, "pem": PUBLIC} for n in "ab"]}, "keys[1].pem"),
        ({"keys": [{"name": "a", "pem": rsa_key(1024)}]}, "keys[0].pem"),
        ({"keys": [{"name": "a", "pem": elliptic_key()}]}, "keys[0].pem"),
        ({"keys": [{"name": "a", "pem": PUBLIC.replace("A", "", 3)}]}, "keys[0].pem"),
        ({"keys": [{"name": "a", "pem": PUBLIC + rsa_key(number=1)}]}, "keys[0].pem"),
        (
            {
                "keys": [{"name": "a", "pem": PUBLIC}],
                "token_endpoint_auth_method": "client_secret_post",
            },
            "keys",
        ),
        ({"keys": [{"name": "a", "pem": PUBLIC}], "app_type": "spa"}, "keys"),
    ],
)
def test_tp_create_15_keys(
    portal_problem: PortalProblem, changes: dict[str, Any], field: str
) -> None:
    found = portal_problem(**changes)
    assert found.field == field
    assert "MII" not in str(found)


def test_tp_create_02_permissive_needs_an_eligible_tenant(project: Project) -> None:
    project.portal(security_mode="permissive")
    assert project.problem().field == "security_mode"
    project.dev(permissive_eligible=True)
    assert not project.load().applications["portal"].strict


def test_x_07_password_in_either_mode(project: Project) -> None:
    project.dev(permissive_eligible=True)
    project.portal(
        security_mode="permissive", grant_types=["authorization_code", "password", "implicit"]
    )
    assert project.problem().field == "grant_types[1]"


def test_tp_create_23_protection_comes_with_strict_mode(project: Project) -> None:
    project.dev(permissive_eligible=True)
    project.portal(
        security_mode="permissive",
        redirection_policy="open_redirect_protection",
    )
    assert project.problem().field == "redirection_policy"


@pytest.mark.parametrize(
    "defaults",
    [
        [],
        [{"api": "catalog", "subject_type": "user", "scopes": []}],
        [{"api": "catalog", "subject_type": "client", "scopes": ["read:products"]}],
    ],
)
def test_dcr_07_registration_without_a_baseline(
    project: Project, defaults: list[dict[str, Any]]
) -> None:
    """Registered clients sign users in: client access is not for them (DCR-04)."""
    project.apis(default_permissions=defaults)
    project.portal(
        grants=[
            *PORTAL["grants"],
            {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]},
        ]
    )
    project.write("stacks/tenant.yaml", {"dynamic_client_registration": {}})
    found = project.problem()
    assert (found.file, found.field) == ("stacks/tenant.yaml", "dynamic_client_registration")


def test_dcr_08_the_mode_is_chosen_on_eligible_tenants_alone(project: Project) -> None:
    registration = {"dynamic_client_registration": {"security_mode": "permissive"}}
    project.write("stacks/tenant.yaml", registration)
    assert project.problem().field == "dynamic_client_registration.security_mode"


@pytest.mark.parametrize("limit", [{"limit": -1}, {"limit": 10_001}, {"action": "block"}])
def test_rt_21_rate_limits(project: Project, limit: dict[str, Any]) -> None:
    project.write("stacks/tenant.yaml", {"rate_limit": limit})
    assert project.problem().field.startswith("rate_limit")


def test_rt_21_a_limit_of_its_own(project: Project) -> None:
    project.portal(rate_limit={"limit": -1})
    assert project.problem().field == "rate_limit.limit"
    project.portal(rate_limit={"limit": 5, "action": "log"})
    assert project.load().applications["portal"].rate_limit is not None


def agent(project: Project, content: object = DOCUMENT, **changes: Any) -> None:
    project.write("stacks/agents/bot.yaml", {**AGENT, **changes})
    project.live("bot")
    project.write("stacks/agents/bot.json", json.dumps(content))


def test_a_sound_agent_loads(project: Project) -> None:
    agent(project)
    catalog = project.load()
    assert catalog.agents["bot"].document == URL
    assert {row.source for row in catalog.access if row.application == "bot"} == {"default"}


@pytest.mark.parametrize(
    "url",
    [
        "http://agent.test/client.json",
        "https://agent.test",
        "https://agent.test/",
        "https://user:word@agent.test/client.json",
        "https://agent.test/client.json?x=1",
        "https://agent.test/client.json#x",
        "https://agent.test/a/../client.json",
        "https://agent.test:0/client.json",
        "https://agent.test/cli ent.json",
        "https://agent.test/client%zz.json",
        "https://localhost/client.json",
        "https://agent.test/" + "x" * 120,
        "https://[agent/client.json",
    ],
)
def test_cimd_05_the_url(project: Project, url: str) -> None:
    agent(project, {**DOCUMENT, "client_id": url}, document=url)
    assert {found.field for found in project.problems()} == {"document"}


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "https://other.test/client.json"},
        {"client_name": ""},
        {"grant_types": []},
        {"grant_types": ["implicit"]},
        {"redirect_uris": ["http://agent.test/cb"]},
        {"redirect_uris": ["https://agent.test/cb", "https://agent.test/cb"]},
        {"application_type": "spa"},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "https://x.test/jwks"},
        {"jwks": {"keys": []}},
        {"client_name": "x" * 6000},
    ],
)
def test_cimd_06_the_document(project: Project, changes: dict[str, Any]) -> None:
    agent(project, {**DOCUMENT, **changes})
    assert {found.field for found in project.problems()} == {"copy_of_document"}


def test_cimd_06_loopback_for_native_agents(project: Project) -> None:
    native = {"application_type": "native", "redirect_uris": ["http://127.0.0.1/cb"]}
    agent(project, {**DOCUMENT, **native})
    assert project.load().agents


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_copy_that_is_no_document(project: Project, text: str) -> None:
    agent(project)
    project.write("stacks/agents/bot.json", text)
    assert project.problem().field == "copy_of_document"


def test_tp_create_14_agents_have_no_tokens_of_their_own(project: Project) -> None:
    agent(project, grants=[CLIENT])
    assert project.problem().field == "grants[0].subject_type"


def test_file_07_agents_and_applications_name_connections_alike(project: Project) -> None:
    agent(project, connections=["nowhere"])
    project.portal(connections=["nowhere"])
    of_agent, of_portal = sorted(project.problems(), key=lambda problem: problem.file)
    assert of_agent.file == "stacks/agents/bot.yaml"
    assert of_portal.file == "stacks/applications/portal.yaml"
    assert of_agent.field == of_portal.field == "connections[0]"
    assert (of_agent.what, of_agent.fix) == (of_portal.what, of_portal.fix)
