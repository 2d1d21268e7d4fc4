"""What only the partner knows, asked in its file and held against strict mode."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.tpa.files.conftest import APIS, Project
from tpa.files.problems import Problem
from tpa.files.warnings import file_warnings

PortalProblem = Callable[..., Problem]


@pytest.mark.parametrize(
    ("need", "field", "says"),
    [
        ({"id_token": True}, "needs.id_token", "ID token"),
        ({"userinfo": True}, "needs.userinfo", "/userinfo"),
        ({"logout_endpoint": True}, "needs.logout_endpoint", "revoke its refresh token"),
        ({"authorize_parameters": ["state", "x"]}, "needs.authorize_parameters[1]", "'x'"),
        ({"response_types": ["code", "id_token"]}, "needs.response_types[1]", "implicit"),
        ({"client_id_max_length": 25}, "needs.client_id_max_length", "26 in all"),
    ],
)
def test_a_need_that_strict_mode_does_not_meet(
    portal_problem: PortalProblem, need: dict[str, Any], field: str, says: str
) -> None:
    found = portal_problem(needs=need)
    assert found.file == "stacks/applications/portal.yaml"
    assert found.field == field
    assert says in str(found)


@pytest.mark.parametrize(
    "name", ["screen_hint", "login_ticket", "invitation", "request", "request_uri", "organization"]
)
def test_a_refused_parameter(portal_problem: PortalProblem, name: str) -> None:
    assert f"'{name}'" in portal_problem(needs={"authorize_parameters": [name]}).what


def test_needs_that_are_met(project: Project) -> None:
    project.portal(
        needs={
            "authorize_parameters": ["login_hint", "ui_locales", "ext-campaign"],
            "response_types": ["code"],
            "client_id_max_length": 26,
            "reusable_refresh_token": True,
        },
        refresh_token={"rotation_type": "non-rotating"},
    )
    assert project.load().applications


@pytest.mark.parametrize("settings", [{}, {"rotation_type": "rotating"}])
def test_a_partner_that_keeps_its_first_refresh_token(
    portal_problem: PortalProblem, settings: dict[str, str]
) -> None:
    found = portal_problem(
        app_type="spa", refresh_token=settings, needs={"reusable_refresh_token": True}
    )
    assert found.field == "needs.reusable_refresh_token"
    assert "rotation_type: non-rotating" in found.fix


def test_a_confidential_partner_keeps_its_refresh_token(project: Project) -> None:
    project.portal(refresh_token={}, needs={"reusable_refresh_token": True})
    assert project.load().applications


def test_the_legacy_mode_gives_what_strict_mode_does_not(project: Project) -> None:
    project.dev(permissive_eligible=True)
    project.portal(security_mode="permissive", needs={"id_token": True, "userinfo": True})
    assert project.load().applications


def test_a_misspelt_need(portal_problem: PortalProblem) -> None:
    assert "did you mean 'id_token'?" in portal_problem(needs={"id_tokn": True}).fix


def test_scopes_of_openid_connect(project: Project, portal_problem: PortalProblem) -> None:
    orders = {"audience": "https://orders.test", "scopes": ["openid", "read:orders"]}
    project.apis(apis={**APIS["apis"], "orders": orders})
    found = portal_problem(
        grants=[{"api": "orders", "subject_type": "user", "scopes": ["openid", "read:orders"]}]
    )
    assert found.field == "grants[0].scopes[0]"
    assert "OpenID Connect" in found.what


def test_a_grant_that_takes_away_what_the_default_gave(project: Project) -> None:
    both = ["read:products", "read:prices"]
    catalog = {"audience": "https://catalog.test", "scopes": both}
    default = {"api": "catalog", "subject_type": "user", "scopes": both}
    project.apis(apis={**APIS["apis"], "catalog": catalog}, default_permissions=[default])
    own = {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}
    project.portal(grants=[own])
    (found,) = file_warnings(project.load())
    assert (found.severity, found.field) == ("warning", "grants[0]")
    assert found.what.startswith("removes read:prices on 'https://catalog.test' (user)")
    assert "replaces" in found.why
    project.portal(grants=[{**own, "scopes": both}])
    assert list(file_warnings(project.load())) == []
    project.portal(grants=[{**own, "subject_type": "client"}])
    assert list(file_warnings(project.load())) == []


def test_a_sign_in_that_leads_to_no_api(project: Project) -> None:
    """CG-01, CG-15: with client access alone, its users could sign in to nothing."""
    project.apis(default_permissions=[])
    own = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    project.portal(grants=[own])
    found = project.problem()
    assert found.what == "the application has user access to no API (subject_type user)"
    assert "allows all applications" in found.why


def test_tokens_of_its_own_without_a_grant(project: Project) -> None:
    project.portal(grant_types=["authorization_code", "client_credentials"])
    assert "has client access to no API (subject_type client)" in project.problem().what


def test_a_callback_on_the_users_machine_has_a_port(project: Project) -> None:
    """TP-CREATE-20: an application's, and that of an agent's document."""
    project.portal(app_type="native", callbacks=["http://127.0.0.1/cb", "http://127.0.0.1:8765/cb"])
    document = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    agent = {"document": document, "owner": owner, "copy_of_document": "bot.json"}
    project.write("stacks/agents/bot.yaml", agent)
    copy = {
        "client_id": document,
        "client_name": "Bot",
        "application_type": "native",
        "grant_types": ["authorization_code"],
        "redirect_uris": ["http://localhost/callback"],
    }
    (project.root / "stacks/agents/bot.json").write_text(json.dumps(copy), encoding="utf-8")
    project.live("bot")
    found = {
        (each.file, each.field): each.what for each in file_warnings(project.load(), project.root)
    }
    assert found == {
        ("stacks/applications/portal.yaml", "callbacks[0]"): (
            "'http://127.0.0.1/cb' has no port, and so may match port 80 alone"
        ),
        ("stacks/agents/bot.yaml", "copy_of_document"): (
            "'http://localhost/callback' has no port, and so may match port 80 alone"
        ),
    }
