"""What a plan depends on, and which stack it is for."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.tpa.files.conftest import DEV, Project
from tests.tpa.plan.test_plan_file import PLAN
from tpa.engine.pulumi import Engine
from tpa.errors import TpaError
from tpa.plan.command import check_target
from tpa.plan.fingerprint import changes
from tpa.plan.inputs import NOT_IMPORTED, file_hashes, forget_compiled, plan_key, state_hash

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


def test_a_folder_behind_a_link_can_not_be_vouched_for(project: Project, tmp_path: Path) -> None:
    for place in ("yaml", "components/inner"):
        (tmp_path / "behind").mkdir(exist_ok=True)
        (project.root / place).symlink_to(tmp_path / "behind")
        with pytest.raises(TpaError, match=f"{place} is a link"):
            file_hashes(project.root, "dev")
        (project.root / place).unlink()


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
    ["stacks/prod.yaml", "stacks/Pulumi.prod.yaml", "components/__pycache__/a.pyc", "tests/a.py"],
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
