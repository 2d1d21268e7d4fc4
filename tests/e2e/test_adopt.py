"""An existing tenant becomes files and a stack: nothing in it changes, and nothing is lost."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.by_hand import CALLBACK, CATALOG, ORDERS, PARTNERS, STRICT, ByHand, empty
from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e
OURS = ("tpa_application", "tpa_stack", "tpa_owner")
EMPTY = ("allowed_origins", "callbacks", "description", "logo_uri", "web_origins")


def adopted(project: Project, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = project.tpa("adopt", "--json", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {**told, "said": done.stderr}


def meaning(tenant: Live) -> dict[str, Any]:
    """Every listed collection, without our marks and without values that say nothing."""
    everything = tenant.everything()
    for client in everything["clients"]:
        metadata = client.get("client_metadata") or {}
        client["client_metadata"] = {k: v for k, v in metadata.items() if k not in OURS}
        for name in ("client_metadata", *EMPTY):
            if not client.get(name):
                client.pop(name, None)
        if client.get("require_proof_of_possession") is False:
            del client["require_proof_of_possession"]
    for grant in everything["client-grants"]:
        if grant.get("organization_usage") == "deny":
            del grant["organization_usage"]
    return everything


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
    (left,) = told["left"]
    assert ids["typeless"] in left["what"]
    assert "no application type" in left["why"]
    assert "unchanged" in told["said"]

    assert meaning(tenant) == before
    marked = {f"/api/v2/clients/{client}" for client in keys}
    grants = {path for _, path in tenant.writes() if path.startswith("/api/v2/client-grants/")}
    assert len(grants) == 1  # one that said nothing of organizations; it is told what it meant
    assert sorted(tenant.writes()) == sorted(("PATCH", path) for path in (*marked, *grants))

    environment = project.read("stacks/dev.yaml")
    assert "adopt" not in environment
    assert environment["applications"][keys[ids["web"]]] == {"callbacks": CALLBACK}
    native = (project.folder / f"stacks/applications/{keys[ids['native']]}.yaml").read_text()
    assert "\u202e" not in native  # shown as an escape, not hidden in a reviewed file
    assert yaml.safe_load(native)["owner"] == {"organization": "Acme", "contact": "it@acme.example"}
    secrets = {
        client["client_secret"]
        for client in tenant.get("clients")
        if client["client_id"] in ids.values()
    }
    written = "".join(f.read_text() for f in (project.folder / "stacks").rglob("*.yaml"))
    assert [secret for secret in secrets if secret in written] == []

    assert project.pulumi("preview", "--refresh", "--expect-no-changes").returncode == 0
    drift = project.tpa("drift")
    assert drift.returncode == 0, drift.stdout


def test_only_what_is_new_is_added_the_second_time(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    web = {"app_type": "regular_web", "callbacks": CALLBACK, **STRICT}
    first = hand.client(name="First", token_endpoint_auth_method="client_secret_post", **web)
    hand.grant(first, ORDERS, "read:orders")
    assert len(adopted(project)["applications"]) == 1
    files = {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")}
    tenant.forget_log()

    nothing = adopted(project)
    assert (nothing["applications"], nothing["adopted"]) == ([], False)
    assert {f: f.read_bytes() for f in files} == files
    assert tenant.writes() == []

    second = hand.client(name="First", app_type="spa", callbacks=CALLBACK, **STRICT)
    hand.grant(second, ORDERS, "write:orders")
    extra = hand.grant(first, PARTNERS, "read:partners")
    told = adopted(project)
    assert told["applications"][0]["key"] == "first-2"
    assert told["grants"] == [{"application": "first", "id": extra}]
    assert project.read("stacks/applications/first.yaml")["grants"][1] == {
        "api": "partners",
        "subject_type": "user",
        "scopes": ["read:partners"],
    }
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_an_adoption_that_is_cut_off_goes_on_where_it_was(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    web = {"app_type": "regular_web", "callbacks": CALLBACK, **STRICT}
    ids = [
        hand.client(name=f"Partner {n}", **web, token_endpoint_auth_method="client_secret_post")
        for n in range(4)
    ]
    for client in ids:
        hand.grant(client, ORDERS, "read:orders")
    clients = len(tenant.get("clients"))
    slow = {"do": "slow", "seconds": 0.5, "method": "PATCH", "path": "/api/v2/clients/tpc_*"}
    tenant.http.post("/_control/faults", json=[slow]).raise_for_status()
    tenant.forget_log()
    run = subprocess.Popen(
        [sys.executable, "-m", "tpa.app", "adopt"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not any(method == "PATCH" for method, _ in tenant.log()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    tenant.http.delete("/_control/faults").raise_for_status()
    time.sleep(1)
    assert project.pulumi("cancel", "--yes").returncode == 0

    assert set(project.read("stacks/dev.yaml")["adopt"].values()) == set(ids)
    told = adopted(project)
    assert told["applications"] == []
    assert told["adopted"] is True
    assert len(tenant.get("clients")) == clients
    assert "adopt" not in project.read("stacks/dev.yaml")
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_a_file_that_is_there_is_never_overwritten(project: Project) -> None:
    """Other environments have it: it is used where it says the same, and left alone where not."""
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers", "google-oauth2")
    live = project.read("stacks/dev.yaml")["applications"]
    for key in ("store-widget", "report-collector"):
        live.pop(key)
    project.edit("stacks/dev.yaml", applications=live)
    project.up()
    widget = project.read("stacks/applications/store-widget.yaml")
    same = hand.client(
        name="Store widget".replace("Store widget", "Store Widget"),
        app_type="spa",
        callbacks=["https://widget.example/cb"],
        token_endpoint_auth_method="none",
        **STRICT,
    )
    hand.grant(same, ORDERS, "read:orders")
    other = hand.client(
        name="Report Collector",
        app_type="non_interactive",
        grant_types=["client_credentials"],
        token_endpoint_auth_method="client_secret_post",
        **STRICT,
    )
    hand.grant(other, PARTNERS, "write:partners", subject_type="client")
    project.edit("stacks/applications/store-widget.yaml", name="Store Widget", description=None)
    kept = (project.folder / "stacks/applications/report-collector.yaml").read_text()

    told = adopted(project, status=1)
    assert [each["key"] for each in told["applications"]] == ["store-widget"]
    (left,) = told["left"]
    assert "report-collector.yaml says otherwise" in left["why"]
    assert (project.folder / "stacks/applications/report-collector.yaml").read_text() == kept
    assert project.read("stacks/applications/store-widget.yaml")["owner"] == widget["owner"]
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_what_hangs_on_an_application_is_taken_along_and_no_link_is_made(project: Project) -> None:
    """Its rate limit comes with it; an organization that the files link and the tenant does not is
    a change, and stops the run."""
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    more: dict[str, Any] = {"organization_usage": "allow", **STRICT}
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
    assert told["beside"] == [{"what": f"Stranger ({client})", "stays": "organization_usage"}]
    stated = project.read("stacks/applications/stranger.yaml")
    assert stated["rate_limit"] == {"action": "block", "limit": 7}
    assert tenant.writes() == [("PATCH", f"/api/v2/clients/{client}")]
    assert meaning(tenant) == before
    assert project.tpa("drift").returncode == 0


def test_a_second_environment_takes_over_what_the_files_say_already(project: Project) -> None:
    empty(project)
    empty_too: dict[str, Any] = {
        "applications": {},
        "connections": {},
        "agents": None,
        "organizations": None,
    }
    project.edit("stacks/staging.yaml", advances_from=None, **empty_too)
    for environment in ("dev", "staging"):
        hand = ByHand(Live(project.variables(environment)))
        hand.promote("customers")
        for name in ("Alpha", "Alpha", "\U0001f600"):
            address = [f"https://{environment}.partner.example/cb"]
            client = hand.client(name=name, app_type="spa", callbacks=address, **STRICT)
            hand.grant(client, ORDERS, "read:orders")
        hand.grant("", CATALOG, "read:products")
    adopted(project)
    shared = {f: f.read_bytes() for f in (project.folder / "stacks/applications").iterdir()}
    told = adopted(project, "-e", "staging")
    assert {f: f.read_bytes() for f in (project.folder / "stacks/applications").iterdir()} == shared
    assert [each["key"] for each in told["applications"]] == ["alpha", "alpha-2", "application"]
    assert told["pending"] == ["default-permissions-catalog-user"]
    assert project.read("stacks/staging.yaml")["applications"]["alpha-2"] == {
        "callbacks": ["https://staging.partner.example/cb"]
    }


def test_a_dry_run_on_a_tenant_with_a_name_leaves_nothing_behind(project: Project) -> None:
    """No file, no stack; and what is wrong with the tenant's name or credentials is said."""
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    client = hand.client(name="Stranger", app_type="spa", callbacks=CALLBACK, **STRICT)
    hand.grant(client, ORDERS, "read:orders")
    project.edit("stacks/dev.yaml", tenant=tenant.variables["AUTH0_DOMAIN"], embedded_port=None)
    backend = project.folder / "elsewhere"
    backend.mkdir()
    own = {
        name: tenant.variables[name]
        for name in ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "SSL_CERT_FILE")
    }
    own |= {"PULUMI_BACKEND_URL": backend.as_uri(), "PULUMI_CONFIG_PASSPHRASE": "x"}

    def files() -> dict[Path, int]:
        found = (*project.folder.glob("*.yaml"), *(project.folder / "stacks").rglob("*.yaml"))
        return {file: file.stat().st_mtime_ns for file in found}

    before = files()
    done = project.tpa("adopt", "--dry-run", **own)
    assert done.returncode == 0, done.stderr
    assert "writes stacks/applications/stranger.yaml" in done.stdout
    assert files() == before
    assert list(backend.rglob("dev*")) == []

    wrong = project.tpa("adopt", "--dry-run", "--json", **{**own, "AUTH0_CLIENT_SECRET": "wrong"})
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET" in wrong.stderr
    project.edit("stacks/dev.yaml", tenant="nowhere.invalid")
    lost = project.tpa("adopt", "--dry-run", "--json", **own)
    assert (lost.returncode, lost.stdout) == (2, "")
    assert "nowhere.invalid" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_files_that_were_not_applied_stop_it_before_anything_is_written(project: Project) -> None:
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    client = hand.client(name="Stranger", app_type="spa", callbacks=CALLBACK, **STRICT)
    hand.grant(client, ORDERS, "read:orders")
    before = {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")}
    tenant.forget_log()
    planned = project.tpa("adopt", "--dry-run")
    assert planned.returncode == 0
    (told,) = (line for line in planned.stdout.splitlines() if line.startswith("not applied yet"))
    assert "order-portal" in told
    assert "nothing is taken over" in told
    done = project.tpa("adopt")
    assert done.returncode == 2
    assert "the take-over would be more than that" in done.stderr
    assert "create order-portal-client" in done.stderr
    assert {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")} == before
    assert tenant.writes() == []


def test_an_environment_that_advances_from_another(project: Project) -> None:
    """What was live before it was in files needs no proof, and the record says so."""
    empty(project, "prod", advances_from="staging")
    tenant = Live(project.variables("prod"))
    hand = ByHand(tenant)
    hand.promote("customers")
    client = hand.client(name="Stranger", app_type="spa", callbacks=CALLBACK, **STRICT)
    hand.grant(client, ORDERS, "read:orders")
    told = adopted(project, "-e", "prod")
    assert [each["key"] for each in told["applications"]] == ["stranger"]
    reasons = project.read("stacks/prod.yaml")["advance_anyway"]
    assert "was live before it was in files" in reasons["stranger"]
    done = project.tpa("up", "-e", "prod")
    assert done.returncode == 0, done.stderr
    assert "unchanged" in done.stdout


def test_an_application_is_given_back_as_it_is(project: Project) -> None:
    """By the steps of the platform guide: the state forgets it, and nothing in the tenant moves."""
    empty(project, protect=True)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    for name in ("Goes", "Stays"):
        client = hand.client(name=name, app_type="spa", callbacks=CALLBACK, **STRICT)
        hand.grant(client, ORDERS, "read:orders")
    adopted(project)
    before = tenant.everything()
    tenant.forget_log()
    shown = project.pulumi("stack", "--show-urns", "--show-ids").stdout
    (urn,) = re.findall(r"URN: (\S+ThirdPartyApplication::goes)\n", shown)
    forget = ("state", "delete", urn, "--target-dependents", "--force", "--yes")
    assert project.pulumi(*forget).returncode == 0
    live = project.read("stacks/dev.yaml")["applications"]
    project.edit("stacks/dev.yaml", applications={"stays": live["stays"]})
    assert list(project.up()["applications"]) == ["stays"]
    assert tenant.writes() == []
    assert tenant.everything() == before
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_an_agent_that_somebody_registered(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    hand.grant("", CATALOG, "read:products")
    tenant.patch("tenants/settings", {"client_id_metadata_document_supported": True})
    document = {"external_client_id": "https://agent.example.com/oauth/client.json"}
    tenant.http.post("/api/v2/clients/cimd/register", json=document).raise_for_status()
    before = meaning(tenant)
    tenant.forget_log()
    (agent,) = adopted(project)["applications"]
    stated = project.read(agent["file"])
    assert stated["document"] == document["external_client_id"]
    assert stated["connections"] == ["customers"]
    assert project.read("stacks/dev.yaml")["agents"] == [agent["key"]]
    assert {path for _, path in tenant.writes()} <= {"/api/v2/clients/cimd/preview"}
    assert meaning(tenant) == before
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0
