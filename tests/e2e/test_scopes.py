"""The scopes that `tpa scopes` prints are those that the whole example can be run with."""

import json

import pytest

from tests.e2e.conftest import Project

pytestmark = pytest.mark.e2e


def test_the_printed_scopes_are_enough(project: Project) -> None:
    told = json.loads(project.tpa("scopes", "--json").stdout)
    tenant = project.tenant()
    body = {
        "name": "Deployment",
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "client_secret_post",
    }
    client = tenant.http.post("/api/v2/clients", json=body).raise_for_status().json()
    audience = f"https://{tenant.variables['AUTH0_DOMAIN']}/api/v2/"
    grant = {"client_id": client["client_id"], "audience": audience, "scope": told["scopes"]}
    tenant.http.post("/api/v2/client-grants", json=grant).raise_for_status()
    own = {
        "AUTH0_CLIENT_ID": client["client_id"],
        "AUTH0_CLIENT_SECRET": client["client_secret"],
    }
    tenant.forget_log()
    for command in ("up", "refresh", "destroy"):
        done = project.pulumi(command, "--yes", "--skip-preview", **own)
        assert done.returncode == 0, done.stdout + done.stderr
    answers = tenant.http.get("/_control/log").json()
    assert [entry for entry in answers if entry["status"] == 403] == []
