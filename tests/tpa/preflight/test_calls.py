"""How many calls preflight makes, and what it reports when the tenant fails."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi
from auth0_third_party.management import Credentials, ManagementClient
from tests.conftest import LiveTenant, StartTenant
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.files.problems import CatalogError
from tpa.preflight.run import run_preflight, run_preflight_or_fail
from tpa.tenant.scopes import update_scopes

ALONE = 11
"""Calls apart from those for applications and grants: one for each other list and each template."""
PAGE = 100


def applications(files: Files, api: ManagementApi, count: int) -> None:
    """`count` applications in the files, and as many live ones, each with one grant."""
    files.portal(environments={})
    for number in range(count):
        key = f"partner-{number}"
        files.write(f"stacks/applications/{key}.yaml", {**PORTAL, "name": f"Partner {number}"})
        body = {
            "name": f"Partner {number}",
            "app_type": "regular_web",
            "is_first_party": False,
            "third_party_security_mode": "strict",
            "callbacks": ["https://acme.test/cb"],
            "client_metadata": {"tpa_application": key, "tpa_stack": STACK},
        }
        client = api.create("/clients", body)
        grant = {"client_id": client["client_id"], "audience": "https://orders.example.com"}
        scope = {"scope": ["read:orders"], "subject_type": "user"}
        api.create("/client-grants", {**grant, **scope})


@pytest.mark.parametrize("count", [10, 100, 500])
def test_the_calls_grow_with_pages_alone(files: Files, live_tenant: LiveTenant, count: int) -> None:
    applications(files, live_tenant.api, count)
    present = {
        path: live_tenant.api("GET", path, include_totals="true").json()["total"]
        for path in ("/clients", "/client-grants")
    }
    live_tenant.forget_log()
    with ManagementClient(live_tenant.credentials) as client:
        found = run_preflight(client, files.load(), STACK)
    assert {p.severity for p in found.problems} <= {"warning"}
    asked = live_tenant.requests()
    pages = sum(-(-total // PAGE) for total in present.values())
    assert len(asked) == ALONE - 1 + pages
    assert {method for method, _ in asked} == {"GET"}
    print(f"{count} applications: {len(asked)} calls")  # noqa: T201 - what was measured


def test_within_the_rate_limit_of_a_small_plan(
    files: Files, tenant_process: StartTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two requests a second: preflight waits as the tenant says, and succeeds."""
    running = tenant_process("--rate-limit", "2", "--burst", "4")
    monkeypatch.setenv("SSL_CERT_FILE", running.ready["ca_file"])
    management = running.ready["management"]
    own = Credentials(running.ready["domain"], management["client_id"], management["client_secret"])
    assert run_preflight_or_fail(files.load(), own, {}).problems == ()
    assert any(entry["status"] == 429 for entry in running.api().log())


def failure(files: Files, credentials: Credentials) -> str:
    with pytest.raises(CatalogError) as caught:
        run_preflight_or_fail(files.load(), credentials, {})
    return str(caught.value)


def fault(tenant: LiveTenant, **values: Any) -> None:
    assert tenant.api.control("POST", "/faults", values).status_code == 200


def test_a_tenant_that_is_down(files: Files, live_tenant: LiveTenant) -> None:
    fault(live_tenant, do="status", status=503, path="/api/v2/client-grants")
    assert "GET /client-grants: 503" in failure(files, live_tenant.credentials)
    assert live_tenant.writes() == []


def test_a_tenant_that_closes_the_connection(files: Files, live_tenant: LiveTenant) -> None:
    fault(live_tenant, do="cut-before", path="/api/v2/prompts")
    assert f"{live_tenant.domain} can't be reached" in failure(files, live_tenant.credentials)


def test_a_slow_tenant(files: Files, live_tenant: LiveTenant) -> None:
    fault(live_tenant, do="slow", seconds=0.3, path="/api/v2/*")
    assert run_preflight_or_fail(files.load(), live_tenant.credentials, {}).problems == ()


@pytest.mark.parametrize(
    ("scope", "what"),
    [("read:rules", "Rules"), ("read:prompts", "login experience"),
     ("read:tenant_settings", "open registration"), ("read:email_templates", "lacks the scope")],
)  # fmt: skip
def test_what_a_token_may_not_read_is_a_warning(
    files: Files, live_tenant: LiveTenant, scope: str, what: str
) -> None:
    """No error: an update needs none of these scopes for its writes."""
    optional = ["read:rules", "read:prompts", "read:tenant_settings", "read:email_templates"]
    held = [name for name in (*update_scopes(files.load()), *optional) if name != scope]
    result = run_preflight_or_fail(files.load(), live_tenant.second_client(*held), {})
    (found,) = result.warnings
    assert what in found.what
    assert scope in str(found)


def test_an_active_rule_of_the_tenant(files: Files, live_tenant: LiveTenant) -> None:
    live_tenant.api.create("/rules", {"name": "add-roles", "script": "function () {}"})
    live_tenant.api("PATCH", "/prompts", {"universal_login_experience": "classic"})
    text = failure(files, live_tenant.credentials)
    assert "has active Rules: add-roles" in text
    assert "Classic login page" in text


def test_an_active_hook_of_the_tenant(files: Files, live_tenant: LiveTenant) -> None:
    hook = {"name": "scopes", "script": "x", "triggerId": "credentials-exchange", "enabled": True}
    live_tenant.api.create("/hooks", hook)
    assert run_preflight_or_fail(files.load(), live_tenant.credentials, {}).problems == ()
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    files.portal(grants=[*PORTAL["grants"], grant])
    assert "credentials-exchange Hook: scopes" in failure(files, live_tenant.credentials)


def test_a_template_without_a_fallback(files: Files, live_tenant: LiveTenant) -> None:
    template = {
        "template": "verify_email",
        "from": "",
        "subject": "Your address",
        "syntax": "liquid",
        "enabled": True,
        "body": "{{ application.callback_domain }}/thanks",
    }
    assert live_tenant.api("POST", "/email-templates", template).status_code == 200
    (found,) = run_preflight_or_fail(files.load(), live_tenant.credentials, {}).warnings
    assert "the email template verify_email of " in found.what
    files.portal(redirection_policy="allow_always", redirection_policy_reason="agreed with them")
    assert run_preflight_or_fail(files.load(), live_tenant.credentials, {}).problems == ()


def test_a_document_that_auth0_would_refuse(files: Files, live_tenant: LiveTenant) -> None:
    url = "https://agent.test/client.json"
    owner = {"organization": "A", "contact": "a@agent.test"}
    files.write("stacks/agents/helper.yaml", {"document": url, "owner": owner})
    files.live("helper")
    bad = {"url": url, "document": {"client_id": "https://other.test/x.json"}}
    assert live_tenant.api.control("POST", "/documents", bad).status_code == 204
    live_tenant.forget_log()
    run_preflight_or_fail(files.load(), live_tenant.credentials, {})
    assert live_tenant.writes() == []
    with pytest.raises(CatalogError, match="Auth0 refuses the document"):
        run_preflight_or_fail(files.load(), live_tenant.credentials, {}, updating=True)
    assert live_tenant.writes() == [("POST", "/clients/cimd/preview")]


class Garbage(BaseHTTPRequestHandler):
    """A server whose answers have another shape than Auth0's."""

    def do_GET(self) -> None:
        self._answer([{"unexpected": "shape"}])

    def do_POST(self) -> None:
        self._answer({"access_token": "opaque", "expires_in": 60})

    def _answer(self, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def garbage(monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagementClient]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Garbage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    client = ManagementClient(Credentials(f"localhost:{server.server_port}", "id", "secret"))
    client._transport.http.base_url = f"http://localhost:{server.server_port}"
    yield client
    client.close()
    server.shutdown()
    server.server_close()


def test_an_unusable_answer_is_one_line(files: Files, garbage: ManagementClient) -> None:
    with pytest.raises(Exception, match="the answer has no list 'resource_servers'"):
        run_preflight(garbage, files.load(), STACK)
