"""What a plan depends on, and which stack it is for."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tests.tpa.files.conftest import DEV, Project
from tests.tpa.plan.test_plan_file import PLAN
from tpa.engine.pulumi import Engine
from tpa.errors import TpaError
from tpa.plan.command import check_target
from tpa.plan.inputs import (
    NOT_IMPORTED,
    Fingerprint,
    changes,
    file_hashes,
    forget_compiled,
    plan_key,
    state_hash,
    take_fingerprint,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("stacks/prod.yaml", {**DEV, "embedded_port": 8443})
    for name in ("Pulumi.yaml", "__main__.py", "requirements.txt"):
        made.write(name, name)
    made.write("components/a.py", "x = 1")
    made.write("tpa/files/a.py", "x = 1")
    return made


def edited(project: Project, file: str, text: str) -> list[str]:
    before = file_hashes(project.root, "dev")
    project.write(file, text)
    return list(changes(before, file_hashes(project.root, "dev")))


@pytest.mark.parametrize(
    "file",
    [
        "stacks/dev.yaml",
        "components/a.py",
        "tpa/files/a.py",
        "Pulumi.yaml",
        "stacks/applications/portal.yaml",
    ],
)
def test_a_file_that_decides(project: Project, file: str) -> None:
    assert edited(project, file, "other") == [f"{file} changed"]


@pytest.mark.parametrize(
    "file",
    [
        "yaml.py",
        "yaml.pyc",
        "yaml.abi3.so",
        "yaml/__init__.py",
        "yaml/data.json",
        "httpx/sub/deep.py",
        "sitecustomize.py",
        "tpa/__init__.py",
        "tpa/new_feature/a.py",
        "components/a.pyc",
        "components/.hidden",
        "stacks/applications/.hidden.yaml",
        "stacks/agents/bot.json",
        "constraints.txt",
    ],
)
def test_what_can_be_imported_or_read_in_place_of_something_else(
    project: Project, file: str
) -> None:
    assert edited(project, file, "raise SystemExit") == [f"{file} is new"]


def test_a_folder_behind_a_link_can_not_be_vouched_for(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    behind = tmp_path_factory.mktemp("behind")
    for place in ("yaml", "components/inner"):
        (project.root / place).symlink_to(behind)
        with pytest.raises(TpaError, match=f"{place} is a link"):
            file_hashes(project.root, "dev")
        (project.root / place).unlink()


def test_this_project_as_it_is_checked_out() -> None:
    assert "tpa/init/pipelines/shell/setup.sh" in file_hashes(ROOT, "dev")


def test_a_link_within_the_project_is_followed(project: Project) -> None:
    project.write("pipelines/steps/a.py", "one")
    project.write("pipelines/__pycache__/a.pyc", "forged")
    (project.root / "components/__pycache__").symlink_to("../pipelines")
    (project.root / "tpa/init").mkdir(parents=True, exist_ok=True)
    (project.root / "tpa/init/pipelines").symlink_to("../../pipelines")
    assert edited(project, "pipelines/steps/a.py", "two") == [
        "tpa/init/pipelines/steps/a.py changed"
    ]
    forget_compiled(project.root)
    assert not (project.root / "pipelines/__pycache__").exists()
    assert not (project.root / "components/__pycache__").is_symlink()
    (project.root / "pipelines/again").symlink_to("../components")
    with pytest.raises(TpaError, match="again is a link"):
        file_hashes(project.root, "dev")


def test_a_pipe_among_the_files(project: Project) -> None:
    os.mkfifo(project.root / "components/pipe.py")
    with pytest.raises(OSError, match="no regular file"):
        file_hashes(project.root, "dev")


def test_compiled_modules_are_made_anew(project: Project) -> None:
    for place in ("__pycache__", "components/__pycache__", "tpa/files/__pycache__"):
        project.write(f"{place}/a.pyc", "forged")
    project.write(".venv/lib/__pycache__/a.pyc", "compiled")
    forget_compiled(project.root)
    assert [str(found.relative_to(project.root)) for found in project.root.rglob("*.pyc")] == [
        ".venv/lib/__pycache__/a.pyc"
    ]


def test_folders_that_are_left_out_are_those_of_the_repository() -> None:
    known = {entry.name for entry in ROOT.iterdir() if entry.is_dir()}
    assert {"components", "stacks", "tpa"} == {
        name for name in known if name.isidentifier() and name not in NOT_IMPORTED
    } - {"__pycache__"}


def test_a_new_file_and_one_that_is_gone(project: Project) -> None:
    assert edited(project, "stacks/Pulumi.dev.yaml", "a") == ["stacks/Pulumi.dev.yaml is new"]
    before = file_hashes(project.root, "dev")
    (project.root / "components/a.py").unlink()
    assert list(changes(before, file_hashes(project.root, "dev"))) == ["components/a.py is gone"]


@pytest.mark.parametrize(
    "file",
    [
        *("stacks/prod.yaml", "stacks/Pulumi.prod.yaml", "tests/a.py"),
        *("components/__pycache__/a.pyc", "__pycache__/__main__.cpython-311.pyc"),
    ],
)
def test_a_file_that_does_not(project: Project, file: str) -> None:
    assert edited(project, file, "other") == []


def test_the_state_counts_by_its_resources_alone() -> None:
    one = '{"deployment": {"manifest": {"time": "a"}, "resources": [{"urn": "u"}]}}'
    assert state_hash(one) == state_hash(one.replace('"a"', '"b"'))
    assert state_hash(one) != state_hash(one.replace('"u"', '"v"'))


def test_where_the_key_comes_from(tmp_path: Path) -> None:
    both = {"TPA_PLAN_KEY": "own", "PULUMI_CONFIG_PASSPHRASE": "stack's"}
    assert plan_key(both) == "own"
    assert plan_key({"PULUMI_CONFIG_PASSPHRASE": "stack's"}) == "stack's"
    file = tmp_path / "passphrase"
    file.write_text("in a file\n", encoding="utf-8")
    assert plan_key({"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}) == "in a file"
    assert plan_key({}) == ""


def engine(domain: str) -> Engine:
    return cast(Engine, SimpleNamespace(workspace=None, tenant=SimpleNamespace(domain=domain)))


def test_a_plan_for_another_tenant() -> None:
    check_target(PLAN, engine("acme.test"))
    with pytest.raises(TpaError, match=r"the plan is for acme\.test, and dev is now other\.test"):
        check_target(PLAN, engine("other.test"))


def test_a_plan_with_resources_of_another_stack() -> None:
    urn = "urn:pulumi:prod::auth0-third-party-apps::auth0:index/client:Client::portal"
    foreign: dict[str, Any] = {"resourcePlans": {urn: {"steps": ["update"]}}}
    with pytest.raises(TpaError, match="resources of the stack prod, not dev"):
        check_target(PLAN.model_copy(update={"engine_plan": foreign}), engine("acme.test"))


Take = Callable[[], Fingerprint]
THIRD_PARTY = {
    "app_type": "regular_web",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "token_endpoint_auth_method": "client_secret_post",
}
SCOPES = ["read:orders"]


@pytest.fixture
def portal(live_tenant: LiveTenant) -> dict[str, Any]:
    """A third-party client with a grant, as the stack would record it."""
    client: dict[str, Any] = live_tenant.api.create("/clients", {"name": "Portal", **THIRD_PARTY})
    grant = {"client_id": client["client_id"], "audience": "https://orders.example.com"}
    live_tenant.api.create("/client-grants", {**grant, "scope": SCOPES, "subject_type": "user"})
    return client


@pytest.fixture
def take(live_tenant: LiveTenant, portal: dict[str, Any], tmp_path: Path) -> Take:
    project = Project(tmp_path)
    project.dev(connections={"customers": "customers"})
    catalog = project.load()
    outputs = {"applications": {"portal": {"client_id": portal["client_id"]}}}

    def now() -> Fingerprint:
        with ManagementClient(live_tenant.credentials) as client:
            return take_fingerprint(client, catalog, outputs)

    return now


def moved(before: Fingerprint, after: Fingerprint) -> list[str]:
    return list(changes(before, after))


def test_nothing_changes_by_itself(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    assert {"application portal", "connection customers"} <= before.keys()
    live_tenant.forget_log()
    assert moved(before, take()) == []
    assert live_tenant.writes() == []
    assert len(live_tenant.requests()) == 4


def test_another_client_does_not_count(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    live_tenant.api.create("/clients", {"name": "Registered", **THIRD_PARTY})
    assert moved(before, take()) == []


def test_what_carries_our_mark_does(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    tagged = {"name": "Twin", **THIRD_PARTY, "client_metadata": {"tpa_application": "portal"}}
    twin = live_tenant.api.create("/clients", tagged)["client_id"]
    assert moved(before, take()) == [f"application portal, unrecorded {twin} is new"]


def test_a_changed_field_is_named(
    take: Take, live_tenant: LiveTenant, portal: dict[str, Any]
) -> None:
    before = take()
    path = f"/clients/{portal['client_id']}"
    assert live_tenant.api("PATCH", path, {"description": "x"}).status_code == 200
    assert moved(before, take()) == ["application portal changed: description"]


def test_a_promotion_moves_it_and_options_do_not(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    live_tenant.promote("customers", promoted=True)
    assert moved(before, take()) == ["connection customers changed: is_domain_connection"]


def test_settings_that_the_files_state(take: Take, live_tenant: LiveTenant, tmp_path: Path) -> None:
    (tmp_path / "stacks/tenant.yaml").write_text("dynamic_client_registration: {}\n", "utf-8")
    project = Project(tmp_path)
    project.dev(connections={"customers": "customers"})
    catalog = project.load()
    with ManagementClient(live_tenant.credentials) as client:
        before = take_fingerprint(client, catalog, {})
        flags = {"flags": {"enable_dynamic_client_registration": True}}
        assert live_tenant.api("PATCH", "/tenants/settings", flags).status_code == 200
        after = take_fingerprint(client, catalog, {})
    assert moved(before, after) == ["tenant settings changed: flags"]
    assert "tenant settings" not in take()


def test_a_deleted_client_is_gone(
    take: Take, live_tenant: LiveTenant, portal: dict[str, Any]
) -> None:
    before = take()
    live_tenant.api("DELETE", f"/clients/{portal['client_id']}")
    assert "application portal is gone" in moved(before, take())


def test_it_holds_no_value_and_no_secret(take: Take, portal: dict[str, Any]) -> None:
    found = take()
    text = json.dumps(found)
    assert portal["client_secret"] not in text
    assert "Portal" not in text
    fields = {field for hashes in found.values() for field in hashes}
    assert not {"client_secret", "signing_keys", "signing_secret", "options"} & fields
