"""The main job, from files to an applied stack and back; the request log is the witness."""

import json
import re
import subprocess

import pytest

from tests.e2e.conftest import Project, leaks, secrets_in
from tpa.engine import state_repair

pytestmark = pytest.mark.e2e
PORTAL = "stacks/applications/order-portal.yaml"
APPLICATIONS = ("courier-app", "order-portal", "report-collector", "store-widget")


def test_up_makes_every_application_live(project: Project) -> None:
    before = project.tenant()
    before.forget_log()
    summary = project.up()
    tenant = project.tenant()
    ids = {key: app["client_id"] for key, app in summary["applications"].items()}
    assert ids.keys() == {*APPLICATIONS, "shopping-agent"}
    assert all(re.fullmatch(r"tpc_\w{22}", client_id) for client_id in ids.values())
    for client_id in ids.values():
        client = tenant.get(f"clients/{client_id}")
        assert client["is_first_party"] is False
        # Auth0's answers for agents leave the mode out; they are always strict.
        assert client.get("third_party_security_mode", "strict") == "strict"
    granted = {
        (grant.get("client_id", grant.get("default_for")), grant["audience"]): grant["scope"]
        for grant in tenant.get("client-grants")
    }
    assert granted[ids["store-widget"], "https://orders.example.com"] == ["read:orders"]
    assert granted["third_party_clients", "https://catalog.example.com"] == ["read:products"]


def test_the_doors_open_last(project: Project) -> None:
    project.tenant().forget_log()
    project.up()
    tenant = project.tenant()
    promoted = {c["name"] for c in tenant.get("connections") if c["is_domain_connection"]}
    assert promoted == {"customers", "google-oauth2"}
    writes = tenant.writes()
    kinds = [path.split("/")[3] for _, path in writes]
    assert kinds.count("connections") == 2
    after = kinds[kinds.index("connections") :]
    assert not {"clients", "client-grants"} & set(after)


def test_up_again_changes_nothing(project: Project) -> None:
    project.up()
    project.tenant().forget_log()
    said = project.up()["said"]
    assert re.search(r"\d+ unchanged", said)
    assert project.tenant().writes() == []


def test_one_scope_is_one_patch(project: Project) -> None:
    project.up()
    grants = project.read(PORTAL)["grants"]
    grants[0]["scopes"].append("cancel:orders")
    project.edit(PORTAL, grants=grants)
    project.tenant().forget_log()
    project.up()
    ((method, path),) = project.tenant().writes()
    assert (method, path.rsplit("/", 1)[0]) == ("PATCH", "/api/v2/client-grants")


def test_a_removed_application_goes_alone(project: Project) -> None:
    summary = project.up()
    removed = summary["applications"]["report-collector"]["client_id"]
    tenant = project.tenant()
    grants = {g["id"] for g in tenant.get("client-grants") if g.get("client_id") == removed}
    organization = tenant.get("organizations/name/northwind")["id"]
    policies = tenant.get("rate-limit-policies")["rate_limit_policies"]
    limits = [one for one in policies if removed in one["consumer_selector"]]
    (project.folder / "stacks/applications/report-collector.yaml").unlink()
    tenant.forget_log()
    project.up()
    deleted = {path for method, path in tenant.writes() if method == "DELETE"}
    own = {f"/api/v2/organizations/{organization}/client-grants/{grant}" for grant in grants}
    own |= {f"/api/v2/rate-limit-policies/{limit['id']}" for limit in limits}
    assert deleted == {
        f"/api/v2/clients/{removed}",
        *(f"/api/v2/client-grants/{grant}" for grant in grants),
        *own,
    }
    touched = {path for method, path in tenant.writes() if method != "DELETE"}
    assert touched <= {f"/api/v2/clients/{removed}"}


def test_down_leaves_the_tenant_as_it_was(project: Project) -> None:
    before = project.tenant().everything()
    project.up()
    assert project.tenant().everything() != before
    assert "stopped" in project.down()
    assert project.tenant().everything() == before


def test_plain_pulumi_works_in_a_prepared_shell(project: Project) -> None:
    done = project.pulumi("preview")
    assert "to create" in done.stdout, done.stderr
    assert project.pulumi("up", "--yes", "--skip-preview").returncode == 0
    assert project.pulumi("refresh", "--yes", "--expect-no-changes").returncode == 0
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0
    outputs = json.loads(project.pulumi("stack", "output", "--json").stdout)
    lists = {"__access", "__definitions", "applications", "connections"}
    assert outputs.keys() == {"__advance", "tenant", *lists}
    assert outputs["applications"]["courier-app"]["app_type"] == "native"
    assert outputs["connections"]["customers"]["promoted_by_us"] is True
    assert project.pulumi("destroy", "--yes", "--skip-preview").returncode == 0


def test_environments_have_tenants_of_their_own(project: Project) -> None:
    _, staging, prod = (project.up(environment) for environment in ("dev", "staging", "prod"))
    assert staging["tenant"] != prod["tenant"]
    first = staging["applications"]["order-portal"]["client_id"]
    assert first not in {c["client_id"] for c in project.tenant("prod").get("clients")}


def test_a_working_tree_stays_clean(project: Project) -> None:
    def git(*arguments: str) -> str:
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@t.test", *arguments]
        return subprocess.run(
            command, cwd=project.folder, capture_output=True, text=True, check=True
        ).stdout

    ignored = "/.venv\n/.toolchain\n/.embedded/\n__pycache__/\n"
    (project.folder / ".gitignore").write_text(ignored, encoding="utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "x")
    project.up()
    project.down()
    assert git("status", "--porcelain") == ""


def test_no_secret_stands_in_clear(project: Project) -> None:
    said = project.up()["said"]
    tenant = project.tenant()
    secrets = {
        client["client_secret"] for client in tenant.get("clients") if "client_secret" in client
    }
    secrets.add(tenant.variables["AUTH0_CLIENT_SECRET"])
    assert len(secrets) > 4
    exported = project.pulumi("stack", "export").stdout
    shown = project.pulumi("stack", "output", "--json").stdout
    for text in (exported, shown, said, project.pulumi("preview", "--diff").stdout):
        assert [secret for secret in secrets if secret in text] == []
    (file,) = (project.folder / ".embedded/state/.pulumi/stacks").glob("*/dev.json")
    assert json.loads(state_repair.exported(file) or "") == json.loads(exported)


def test_the_scan_after_each_test_can_fail(project: Project) -> None:
    secrets = secrets_in(project.tenant().get("connections"))
    assert len(secrets) >= 3
    planted = project.folder / ".embedded/state/planted.json"
    planted.write_text(secrets.pop(), encoding="utf-8")
    assert leaks(project.folder / ".embedded") == ["planted.json"]
    planted.unlink()
