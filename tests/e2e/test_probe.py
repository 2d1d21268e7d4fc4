"""The example, deployed: it holds, it breaks in as many ways as it is bent, and a user signs in."""

import json
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.e2e.by_hand import ORDERS, PARTNERS
from tests.e2e.conftest import Live, Project
from tests.e2e.test_access import grant_of
from tpa.oauth.deployed import Person
from tpa.oauth.http import TenantHttp
from tpa.oauth.pages import sign_in

pytestmark = pytest.mark.e2e
USERS = ("courier-app", "order-portal", "store-widget")


def probe(project: Project, status: int) -> dict[str, Any]:
    done = project.tpa("probe", "--json")
    assert done.returncode == status, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def results(answer: dict[str, Any], result: str) -> dict[tuple[str, str], str]:
    """(application, check) -> reason, of the rows with that result."""
    return {
        (row["application"], row["check"]): row["reason"]
        for row in answer["rows"]
        if row["result"] == result
    }


def bend(tenant: Live, ids: Mapping[str, str]) -> None:
    """What an administrator might do by hand, after which deployments still look fine."""
    elsewhere = {"callbacks": ["https://elsewhere.example/callback"]}
    tenant.patch(f"clients/{ids['store-widget']}", elsewhere)
    longer = {"lifetime_in_seconds": 86400, "alg": "RS256"}
    changes = {"redirection_policy": "allow_always", "jwt_configuration": longer}
    tenant.patch(f"clients/{ids['courier-app']}", changes)
    method = {"token_endpoint_auth_method": "client_secret_basic"}
    tenant.patch(f"clients/{ids['order-portal']}", method)
    grant = grant_of(tenant, ids["report-collector"], PARTNERS, "client")
    wider = ["read:partners", "read:reports", "write:partners"]
    tenant.patch(f"client-grants/{grant}", {"scope": wider})
    (google,) = (c for c in tenant.get("connections") if c["name"] == "google-oauth2")
    tenant.patch(f"connections/{google['id']}", {"is_domain_connection": False})


def test_the_example_holds_until_it_is_bent(project: Project) -> None:
    ids = {key: app["client_id"] for key, app in project.up()["applications"].items()}
    tenant = project.tenant()
    tenant.forget_log()
    answer = probe(project, 0)
    assert tenant.writes() == []
    assert results(answer, "broken") == {}
    held = results(answer, "held")
    by_a_user = {"sign-in", "state", "verifier", "code-once", "scopes", "consent", "declined"}
    assert {(key, check) for key in USERS for check in by_a_user} <= held.keys()
    assert {("courier-app", "refresh-rotation"), ("courier-app", "refresh-family")} <= held.keys()
    assert "read:partners read:reports" in held["report-collector", "client-tokens"]
    unclear = {check for _, check in results(answer, "not_observable")}
    assert unclear <= {"rate-limit", "refresh-family"}

    bend(tenant, ids)
    broken = results(probe(project, 1), "broken")
    assert "unauthorized_client" in broken["store-widget", "callbacks"]
    assert "errors redirect to the callback" in broken["courier-app", "open-redirect"]
    assert "at the callback" in broken["courier-app", "declined"]
    assert "it lives 86400 s, declared are 3600" in broken["courier-app", "sign-in"]
    assert "401" in broken["order-portal", "client-tokens"]
    assert "google-oauth2" in broken["order-portal", "connections"]
    assert "write:partners" in broken["report-collector", "client-scopes"]
    untouched = {("", "metadata"), ("report-collector", "client-authentication")}
    assert broken.keys() & untouched == set()


def test_a_user_signs_in_to_try_it(project: Project) -> None:
    project.up()
    listed = json.loads(project.tpa("users", "--json").stdout)["users"]
    person = Person(listed[0]["email"], listed[0]["password"])
    process = subprocess.Popen(
        [sys.executable, "-m", "tpa", "try", "courier-app", "--no-browser", "--json"],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = ""
        while not (found := re.search(r"(https://localhost:\d+)/authorize\?(\S+)", said)):
            line = process.stderr.readline()
            assert line, said
            said += line
        go_through_the_browser(project, found[1], found[2], person)
        output, errors = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0, errors
    answer = json.loads(output)
    assert (answer["application"], answer["audience"]) == ("courier-app", [ORDERS])
    assert answer["scopes"] == ["read:orders", "cancel:orders", "offline_access"]
    assert (answer["lifetime"], answer["refresh_token"]) == (3600, True)
    assert answer["claims"]["aud"] == ORDERS
    assert "tokens" not in answer
    assert "eyJ" not in output + errors
    paths = [path for _, path in project.tenant().log()]
    assert "/oauth/revoke" in paths

    refused = project.tpa("try", "order-portal")
    assert refused.returncode == 2
    assert "order-portal has no callback on this machine" in refused.stderr
    assert "http://localhost:3000/callback" in refused.stderr


def go_through_the_browser(project: Project, url: str, query: str, person: Person) -> None:
    """What a person does in a browser: sign in, consent, and be sent back."""
    trust = ssl.create_default_context(cafile=project.variables()["SSL_CERT_FILE"])
    with TenantHttp(urlsplit(url).netloc, trust) as http:
        end = sign_in(http, person, dict(parse_qsl(query))).end
        assert urlsplit(end.location).hostname == "127.0.0.1"
        page = http.send("GET", end.location)
    assert (page.status, "Signed in" in page.text) == (200, True)
