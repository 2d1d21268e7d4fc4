"""A seeded user on a running tenant, for the kinds of applications that the example lacks."""

from typing import Any

import pytest
from joserfc.jwk import RSAKey

from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.files.conftest import Project
from tpa.oauth.credentials import find_credential
from tpa.oauth.deployed import Deployed, Person, deployed
from tpa.oauth.http import TenantHttp
from tpa.oauth.tokens import TokenClient
from tpa.probe.checks import Row, prepare
from tpa.probe.journey import SignedIn

BEN = Person("ben@example.com", "Ben-signs-in-2")
KEY = RSAKey.generate_key(2048, private=True)
BY_KEY = {"keys": [{"name": "k", "pem": KEY.as_pem(private=False).decode()}]}


def probed(app: Deployed, live: LiveTenant, secrets: dict[str, str]) -> dict[str, Row]:
    """Every row of one application, as on an embedded tenant."""
    credential = find_credential(app, secrets)
    (organization,) = live.api("GET", "/organizations").json()
    live.forget_log()
    prepared = prepare([(app, credential)], f"https://{live.domain}")
    with TenantHttp(live.domain) as http:
        prepared.ask(http)
        assert http.sent == prepared.size
        client = TokenClient(http, app, credential)
        user = SignedIn(client, http, BEN, {"northwind": organization["id"]})
        prepared.answers[app.key].update(user.run())
    assert live.requests() == []
    return {row.check: row for row in prepared.rows()}


def use_key(live: LiveTenant, client_id: str) -> None:
    """It authenticates with the key, instead of its secret."""
    body = {"credential_type": "public_key", "name": "k", "pem": BY_KEY["keys"][0]["pem"]}
    made = live.api.create(f"/clients/{client_id}/credentials", body)
    methods = {"private_key_jwt": {"credentials": [{"id": made["id"]}]}}
    changes = {"client_authentication_methods": methods, "token_endpoint_auth_method": None}
    answer = live.api("PATCH", f"/clients/{client_id}", changes)
    assert answer.status_code == 200, answer.text


def allow_offline_access(live: LiveTenant) -> None:
    """RT-11: refresh tokens take the API's permission."""
    for api in live.api("GET", "/resource-servers").json():
        if not api.get("is_system"):
            live.api("PATCH", f"/resource-servers/{api['id']}", {"allow_offline_access": True})


@pytest.mark.parametrize(
    "changes",
    [
        {"app_type": "spa", "require_proof_of_possession": True},
        {"redirection_policy": "allow_always", "redirection_policy_reason": "their support"},
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"refresh_token": None},
        BY_KEY,
    ],
    ids=["dpop", "allow-always", "basic", "no-refresh", "key"],
)
def test_a_kind_of_application(
    changes: dict[str, Any],
    project: Project,
    live_tenant: LiveTenant,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
) -> None:
    settings = {"refresh_token": {}, **changes}
    stated = {key: value for key, value in settings.items() if value is not None}
    project.portal(**{key: value for key, value in stated.items() if key != "keys"})
    stack = AppliedStack(project, live_tenant, monkeypatch)
    stack.apply()
    allow_offline_access(live_tenant)
    if changes is BY_KEY:
        project.portal(**stated)
        use_key(live_tenant, stack.clients["portal"])
        file = tmp_path / "key.pem"
        file.write_bytes(KEY.as_pem(private=True))
        monkeypatch.setenv("TPA_PRIVATE_KEY_FILE_PORTAL", str(file))
    app = deployed(project.load(), "portal", stack.clients["portal"])
    secrets = {"portal": stack.client().get("client_secret", "")}
    rows = probed(app, live_tenant, secrets)
    assert [row for row in rows.values() if row.result == "broken"] == []
    user = (
        "sign-in",
        "state",
        "verifier",
        "code-once",
        "scopes",
        "consent",
        "declined",
        "userinfo",
    )
    assert {rows[check].result for check in user} == {"held"}
    assert rows["organizations"].reason == "a stranger at northwind: invalid_request"
    refreshes = {"refresh-rotation", "refresh-scopes", "revoke", "code-replay"}
    if settings["refresh_token"] is None:
        assert refreshes & rows.keys() == set()
    else:
        assert {rows[check].result for check in refreshes & rows.keys()} == {"held"}
