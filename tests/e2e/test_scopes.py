"""The scopes that `tpa scopes` prints are those that the whole example can be run with."""

import json

import pytest

from tests.e2e.conftest import Live, Project
from tests.e2e.test_advance import WIDGET, widen
from tests.e2e.test_bad_input import refused

pytestmark = pytest.mark.e2e


def signed_in_with(tenant: Live, scopes: list[str]) -> dict[str, str]:
    """The variables of a new management client that has just these scopes."""
    body = {
        "name": "Deployment",
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client = tenant.http.post("/api/v2/clients", json=body).raise_for_status().json()
    audience = f"https://{tenant.variables['AUTH0_DOMAIN']}/api/v2/"
    grant = {"client_id": client["client_id"], "audience": audience, "scope": scopes}
    tenant.http.post("/api/v2/client-grants", json=grant).raise_for_status()
    tenant.forget_log()
    return {
        "AUTH0_CLIENT_ID": client["client_id"],
        "AUTH0_CLIENT_SECRET": client["client_secret"],
    }


def no_answer_was_forbidden(tenant: Live) -> bool:
    answers = tenant.http.get("/_control/log").json()
    assert answers
    return not [entry for entry in answers if entry["status"] == 403]


def test_the_printed_scopes_are_enough(project: Project) -> None:
    told = json.loads(project.tpa("scopes", "--json").stdout)
    tenant = project.tenant()
    own = signed_in_with(tenant, told["scopes"])
    for command in ("up", "refresh", "destroy"):
        done = project.pulumi(command, "--yes", "--skip-preview", **own)
        assert done.returncode == 0, done.stdout + done.stderr
    assert no_answer_was_forbidden(tenant)


def test_scopes_that_only_read_are_enough_for_a_preview(project: Project) -> None:
    """What a pull request needs: it sees the change, and can't make it."""
    told = json.loads(project.tpa("scopes", "--read-only", "--json").stdout)
    project.up()
    tenant = project.tenant()
    own = signed_in_with(tenant, told["scopes"])
    widen(project, WIDGET, "write:orders")
    seen = project.pulumi("preview", **own)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "only reads" in seen.stdout
    assert "1 to update" in seen.stdout
    assert no_answer_was_forbidden(tenant)
    done = project.pulumi("up", "--yes", "--skip-preview", **own)
    refused(done, "lacks the scopes ", "update:client_grants")
    assert tenant.writes() == []
