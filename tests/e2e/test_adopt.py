"""An existing tenant becomes files and a stack: nothing in it changes, and nothing is lost."""

import json
from typing import Any

import pytest
import yaml

from tests.e2e.adopting import adopted, meaning
from tests.e2e.by_hand import CALLBACK, CATALOG, ORDERS, STRICT, ByHand, empty
from tests.e2e.conftest import Project

pytestmark = pytest.mark.e2e
AGENT: dict[str, Any] = {
    "client_id": "https://agent.example.com/oauth/client.json",
    "client_name": "Shopping Agent",
    "grant_types": ["authorization_code"],
    "redirect_uris": ["https://agent.example.com/callback"],
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks_uri": "https://agent.example.com/oauth/jwks.json",
}
"""It signs with a key, which its document says where to find."""
KEYS = {"keys": [{"kty": "RSA", "kid": "one", "e": "AQAB", "n": "AAAA"}]}


def test_a_tenant_made_by_hand(project: Project) -> None:
    empty(project, permissive_eligible=True)
    tenant = project.tenant()
    ids = ByHand(tenant).whole()
    before = meaning(tenant)
    tenant.forget_log()

    planned = adopted(project, "--dry-run", status=1)
    assert planned["unapplied"] == []
    assert tenant.writes() == []
    assert not (project.folder / "stacks/applications").exists()

    told = adopted(project, "--organization", "Acme", "--contact", "it@acme.example", status=1)
    assert told["applications"] == planned["applications"]
    keys = {each["client_id"]: each["key"] for each in told["applications"]}
    assert ids.keys() - {name for name, i in ids.items() if i in keys} == {"typeless"}
    (left,) = told["left_out"]
    assert ids["typeless"] in left["what"]
    assert "no application type" in left["why"]
    assert "unchanged" in told["said"]

    assert meaning(tenant) == before
    tagged = {f"/api/v2/clients/{client}" for client in keys}
    grants = {path for _, path in tenant.writes() if path.startswith("/api/v2/client-grants/")}
    assert len(grants) == 1  # one that said nothing of organizations; it is told what it meant
    assert sorted(tenant.writes()) == sorted(("PATCH", path) for path in (*tagged, *grants))

    assert "adopt" not in project.read("stacks/dev.yaml")
    web = project.read(f"stacks/applications/{keys[ids['web']]}.yaml")
    assert web["environments"] == {"dev": {"callbacks": CALLBACK}}
    native = (project.folder / f"stacks/applications/{keys[ids['native']]}.yaml").read_text()
    assert yaml.safe_load(native)["name"] == "Courier: «évil» # ‹3 مرحبا"
    assert yaml.safe_load(native)["owner"] == {"organization": "Acme", "contact": "it@acme.example"}
    secrets = {
        client["client_secret"]
        for client in tenant.get("clients")
        if client["client_id"] in ids.values()
    }
    written = "".join(f.read_text() for f in (project.folder / "stacks").rglob("*.yaml"))
    assert [secret for secret in secrets if secret in written] == []

    assert project.pulumi("preview", "--refresh", "--expect-no-changes").returncode == 0
    drift = project.tpa("drift", "--json")
    named = [each["path"] for each in json.loads(drift.stdout)["differences"]]
    assert named == [f"unmanaged/{ids['typeless']}"]  # what was left out is told until it is gone


def test_what_hangs_on_an_application_is_taken_along_and_no_link_is_made(project: Project) -> None:
    """Its rate limit comes with it; an organization that the files link and the tenant does not is
    a change, and stops the run."""
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    prompt = {"skip_non_verifiable_callback_uri_confirmation_prompt": True}
    more: dict[str, Any] = {"organization_usage": "allow", **prompt, **STRICT}
    client = hand.client(name="Stranger", app_type="spa", callbacks=CALLBACK, **more)
    hand.grant(client, ORDERS, "read:orders")
    policy = {
        "resource": "oauth_authentication_api",
        "consumer": "client",
        "consumer_selector": f"client_id:{client}",
        "configuration": {"action": "block", "limit": 7},
    }
    tenant.http.post("/api/v2/rate-limit-policies", json=policy).raise_for_status()
    (organization,) = tenant.get("organizations")
    tenant.patch(f"organizations/{organization['id']}", {"third_party_client_access": "allow"})
    linked = {"customers": {"name": organization["name"], "connections": ["customers"]}}
    project.edit("stacks/dev.yaml", connections={"customers": "customers"}, organizations=linked)
    before = meaning(tenant)
    tenant.forget_log()
    stopped = project.tpa("adopt")
    assert stopped.returncode == 2
    assert "create organization-customers-customers" in stopped.stderr
    assert tenant.writes() == []

    project.edit("stacks/dev.yaml", organizations=None)
    told = adopted(project)
    assert told["unmanaged"] == [
        {"what": f"Stranger ({client})", "properties": f"organization_usage, {next(iter(prompt))}"}
    ]
    stated = project.read("stacks/applications/stranger.yaml")
    assert stated["rate_limit"] == {"action": "block", "limit": 7}
    assert tenant.writes() == [("PATCH", f"/api/v2/clients/{client}")]
    assert meaning(tenant) == before
    assert project.tpa("drift").returncode == 0

    elsewhere = dict.fromkeys(prompt, False) | {"organization_discovery_methods": ["email"]}
    tenant.patch(f"clients/{client}", elsewhere)
    before = tenant.get(f"clients/{client}")
    project.edit("stacks/applications/stranger.yaml", description="Known by now")
    project.up()
    assert tenant.get(f"clients/{client}") == {**before, "description": "Known by now"}
    tenant.forget_log()
    assert project.pulumi("up", "--refresh", "--yes", "--skip-preview").returncode == 0
    assert tenant.writes() == []


def test_a_grant_that_no_update_would_take_keeps_nothing_else_out(project: Project) -> None:
    """Its API does not define a scope: told by the dry run already, and the rest is taken over."""
    empty(project)
    hand = ByHand(project.tenant())
    hand.promote("customers")
    ids = [
        hand.client(name=name, app_type="spa", callbacks=CALLBACK, **STRICT)
        for name in ("Good", "Odd")
    ]
    hand.grant(ids[0], ORDERS, "read:orders")
    hand.grant(ids[1], ORDERS, "read:orders", "nonexistent:scope")
    planned = adopted(project, "--dry-run", status=1)
    told = adopted(project, status=1)
    assert (planned["left_out"], planned["refusals"]) == (told["left_out"], [])
    (left,) = told["left_out"]
    assert left["what"] == f"Odd ({ids[1]})"
    assert "has no scope 'nonexistent:scope' (in the tenant: define it" in left["why"]
    assert [each["client_id"] for each in told["applications"]] == ids[:1]


def test_an_agent_that_somebody_registered(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    hand.grant("", CATALOG, "read:products")
    tenant.patch("tenants/settings", {"client_id_metadata_document_supported": True})
    document = {"external_client_id": AGENT["client_id"]}
    for url, content in ((AGENT["client_id"], AGENT), (AGENT["jwks_uri"], KEYS)):
        found = {"url": url, "document": content}
        tenant.http.post("/_control/documents", json=found).raise_for_status()
    made = tenant.http.post("/api/v2/clients/cimd/register", json=document).raise_for_status()
    more = {"description": "By hand", "client_metadata": {"tier": "gold"}}
    tenant.patch(
        f"clients/{made.json()['client_id']}", {**more, "allowed_origins": ["https://a.example"]}
    )
    before = meaning(tenant)
    tenant.forget_log()
    told = adopted(project)
    (agent,) = told["applications"]
    (stays,) = told["unmanaged"]
    assert stays["properties"] == "description, client_metadata, allowed_origins"
    stated = project.read(agent["file"])
    assert stated["document"] == document["external_client_id"]
    assert stated["connections"] == ["customers"]
    assert stated["environments"] == {"dev": {}}
    assert {path for _, path in tenant.writes()} <= {"/api/v2/clients/cimd/preview"}
    assert meaning(tenant) == before
    fresh = project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert fresh.returncode == 0, fresh.stdout
