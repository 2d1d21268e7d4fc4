"""The real engine, the stand-in plugin and an emulated tenant, from create to delete."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pulumi_toolchain.auth0_plugin.servicer import Auth0

from .conftest import EmulatedTenant
from .stack import Stack, new_stack

pytestmark = pytest.mark.e2e

EVERYTHING = """
api = auth0.ResourceServer("api", identifier="https://everything", name="Every",
    token_lifetime=600)
scopes = auth0.ResourceServerScopes("scopes", resource_server_identifier=api.identifier,
    scopes=[{"name": "read:all", "description": "Read"}, {"name": "write:all"}])
app = auth0.Client("app", name="Every", app_type="regular_web", is_first_party=False,
    third_party_security_mode="strict", callbacks=["https://p.example/cb"],
    client_metadata={"owner": "acme"}, grant_types=["authorization_code", "refresh_token"],
    refresh_token={"rotation_type": "rotating", "expiration_type": "expiring"})
how = auth0.ClientCredentials("how", client_id=app.client_id,
    authentication_method="client_secret_post")
grant = auth0.ClientGrant("grant", client_id=app.client_id, audience=api.identifier,
    scopes=SCOPES, subject_type="user", opts=pulumi.ResourceOptions(depends_on=[scopes]))
database = auth0.Connection("database", name="every-users", strategy="auth0",
    is_domain_connection=True)
users = auth0.ConnectionClients("users", connection_id=database.id,
    enabled_clients=[app.client_id])
acme = auth0.Organization("acme", name="acme", third_party_client_access="allow",
    metadata={"tier": "gold"})
auth0.OrganizationConnection("acme-users", organization_id=acme.id, connection_id=database.id)
auth0.Tenant("tenant", friendly_name="Every")
auth0.Prompt("prompt", identifier_first=False)
auth0.RateLimitPolicy("limit", resource="oauth_authentication_api", consumer="client",
    consumer_selector="third_party_clients", configuration={"action": "log", "limit": 100})
pulumi.export("name", auth0.get_client_output(client_id=app.client_id).name)
"""


SIGN_IN = """
app = auth0.Client("app", name="Keys", app_type="regular_web", is_first_party=False)
auth0.ClientCredentials("how", client_id=app.client_id, authentication_method="private_key_jwt",
    private_key_jwt={"credentials": [KEYS]})
auth0.Connection("oidc", name="every-oidc", strategy="oidc", is_domain_connection=True,
    options={"type": "front_channel", "issuer": "https://i.example", "client_id": "cid",
        "authorization_endpoint": "https://i.example/a", "jwks_uri": "https://i.example/j",
        "scopes": ["openid", "email"]})
auth0.Connection("social", name="every-oauth2", strategy="oauth2", options={"client_id": "id",
    "client_secret": pulumi.Output.secret("sec"), "scopes": ["profile"],
    "authorization_endpoint": "https://s.example/a", "token_endpoint": "https://s.example/t",
    "scripts": {"fetchUserProfile": "function () {}"},
    "upstream_params": '{"screen_name": {"alias": "login_hint"}}'})
auth0.Connection("scripts", name="every-scripts", strategy="auth0", options={
    "enabled_database_customization": True, "configuration": {"DB_PASSWORD": "in-no-state"}})
"""


def public_key(name: str) -> str:
    """A program's text for a fresh key of this name."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_bytes(serialization.Encoding.PEM, form).decode()
    return repr({"name": name, "credential_type": "public_key", "algorithm": "RS256", "pem": pem})


def program(scopes: str = "['read:all']") -> str:
    return EVERYTHING.replace("SCOPES", scopes)


@pytest.fixture
def stack(
    emulated: EmulatedTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stack]:
    monkeypatch.setenv("AUTH0_DOMAIN", emulated.domain)
    monkeypatch.setenv("AUTH0_CLIENT_ID", emulated.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", emulated.client_secret)
    with new_stack(tmp_path, {}, Auth0()) as made:
        yield made


def test_one_of_everything(stack: Stack, emulated: EmulatedTenant) -> None:
    seen_before = emulated.requests()
    previewed = stack.preview(program())
    assert previewed.code == 0, previewed.output
    assert emulated.requests() == seen_before

    made = stack.up(program())
    assert made.code == 0, made.output
    for entry in stack.entries().values():
        assert "initErrors" not in entry

    emulated.forget_log()
    again = stack.up(program())
    assert "13 unchanged" in again.output, again.output
    assert emulated.writes() == []

    refreshed = stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert refreshed.code == 0, refreshed.output
    after = stack.run("preview", "--expect-no-changes", program=program())
    assert after.code == 0, after.output

    emulated.forget_log()
    widened = stack.up(program("['read:all', 'write:all']"))
    assert "1 updated" in widened.output, widened.output
    assert [method for method, _ in emulated.writes()] == ["PATCH"]

    gone = stack.destroy()
    assert gone.code == 0, gone.output
    assert set(stack.entries()) == set()


def test_a_state_of_another_tool_shows_no_change(stack: Stack) -> None:
    """Entries of the official plugin have more bookkeeping, those of other tools less."""
    assert stack.up(program()).code == 0
    exported = stack.run("stack", "export", "--show-secrets").output
    stack.import_state(
        exported, {"__meta", "__defaults"}, {"__pulumi_raw_state_delta": {"obj": {}}}
    )
    after = stack.run("preview", "--expect-no-changes", program=program())
    assert after.code == 0, after.output
    assert stack.destroy().code == 0


def test_keys_and_connections_of_all_strategies(stack: Stack, emulated: EmulatedTenant) -> None:
    first, second = public_key("first"), public_key("second")
    for keys in (first, f"{first}, {second}", second):
        made = stack.up(SIGN_IN.replace("KEYS", keys))
        assert made.code == 0, made.output
        emulated.forget_log()
        refreshed = stack.run("refresh", "--yes", "--skip-preview", "--expect-no-changes")
        assert refreshed.code == 0, refreshed.output
        again = stack.up(SIGN_IN.replace("KEYS", keys))
        assert "6 unchanged" in again.output, again.output
        assert emulated.writes() == []
    # The program calls none of its maps secret, the plugin does: an engine may lose that.
    assert "in-no-state" in stack.run("stack", "export", "--show-secrets").output
    assert "in-no-state" not in stack.run("stack", "export").output
    assert stack.destroy().code == 0


def test_an_import_of_a_client_that_another_tool_made(
    stack: Stack, emulated: EmulatedTenant
) -> None:
    client = emulated.api.create_third_party(name="By hand", callbacks=["https://h.example/cb"])
    taken = f"""
auth0.Client("c", name="By hand", description="", app_type="regular_web", is_first_party=False,
    callbacks=["https://h.example/cb"],
    opts=pulumi.ResourceOptions(import_="{client["client_id"]}", retain_on_delete=True))
"""
    emulated.forget_log()
    done = stack.up(taken)
    assert done.code == 0, done.output
    assert "1 imported" in done.output
    assert emulated.writes() == []
    assert stack.destroy().code == 0
    assert emulated.writes() == []


def test_a_refusal_reads_cleanly(stack: Stack) -> None:
    refused = stack.up(
        'auth0.ClientGrant("g", client_id="nobody", audience="https://no", scopes=[])'
    )
    assert refused.code != 0
    assert "404 Not Found" in refused.output or "400 Bad Request" in refused.output
    assert "Traceback" not in refused.output
