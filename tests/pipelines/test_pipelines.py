"""The pipelines are copied as they are, so they are checked as they are."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from tests.pipelines.commands import GITHUB, GITLAB, PIPELINES, ROOT, SHELL, calls, scripts
from tpa.cli.app import command

BIN = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )


def github(name: str) -> dict[str, Any]:
    (file,) = (file for file in GITHUB if file.name == name)
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def test_github_workflows_have_the_form_of_workflows() -> None:
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *GITHUB)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_gitlab_pipeline_has_the_form_of_one() -> None:
    form = ("--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci")
    done = run(BIN / "check-jsonschema", *form, GITLAB)
    assert done.returncode == 0, done.stdout + done.stderr


def test_github_workflows_keep_their_secrets() -> None:
    """A security linter's own policy: no injected expressions, wide permissions, kept credentials,
    and no action but by its commit.
    """
    quiet = ("--offline", "--no-progress", "--no-config", "--min-severity", "medium")
    done = run(BIN / "zizmor", *quiet, *GITHUB)
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
        try:
            command(verb).make_context(verb, arguments)
        except click.ClickException as error:
            pytest.fail(f"{place}: tpa {verb} {' '.join(arguments)}: {error.format_message()}")


def test_every_target_of_make_that_is_called_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = {args[0] for script in scripts() for args in calls(script, "make")}
    assert targets == {"setup"}
    assert all(f"\n{target}:" in makefile for target in targets)


def test_every_script_that_is_called_exists_and_runs() -> None:
    text = "\n".join(script.text for script in scripts())
    for file in SHELL:
        assert file.stat().st_mode & 0o111, f"{file.name} is not executable"
        if file.name != "deploy-all.sh":
            assert file.name in text
    for word in text.split():
        if word.startswith("pipelines/"):
            assert (ROOT / word).is_file(), word


def test_one_update_of_a_stack_at_a_time() -> None:
    for workflow, job in (("deploy-environment.yml", "apply"), ("drift.yml", "drift")):
        concurrency = github(workflow)["jobs"][job]["concurrency"]
        assert concurrency["group"].startswith("stack-${{")
        assert concurrency["cancel-in-progress"] is False
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    for job in (".deploy", "prod", "drift"):
        assert gitlab[job]["resource_group"].startswith("stack-")


def test_prod_waits_for_an_approval() -> None:
    assert github("deploy-environment.yml")["jobs"]["apply"]["environment"]
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    assert [rule["when"] for rule in gitlab["prod"]["rules"]] == ["manual"]


def test_a_fork_gets_no_credentials() -> None:
    """Its request runs its own code: jobs with an identity are for branches of this project."""
    jobs = github("preview.yml")["jobs"]
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for name, job in jobs.items():
        granted = {key for key, value in job["permissions"].items() if value == "write"}
        guarded = same in job.get("if", "").split(" && ")
        assert not granted or guarded or job["needs"] == "preview", name
    # Without a condition of its own, a job is skipped where the one that it needs was.
    assert "needs.preview.result != 'skipped'" in jobs["comment"]["if"]
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    own = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID"
    for name, job in gitlab.items():
        rules = job.get("rules", []) if isinstance(job, dict) else []
        if job and "extends" in job and "merge_request_event" in str(rules):
            assert all(own in rule["if"] for rule in rules), name
    assert "extends" not in gitlab["check"]


def test_files_with_secrets_are_for_their_owner_alone() -> None:
    """Those that GitLab's jobs write: an identity, a secret, a plan."""
    gitlab = yaml.safe_load(GITLAB.read_text(encoding="utf-8"))
    before = gitlab["default"]["before_script"]
    assert before[0] == "umask 077"
    assert "umask 077" in (PIPELINES / "shell/deploy-all.sh").read_text(encoding="utf-8")


def test_no_stored_credentials() -> None:
    """Only the note on a merge request takes a token, which GitLab offers no other way for."""
    text = "".join(file.read_text(encoding="utf-8") for file in (*GITHUB, GITLAB))
    assert "secrets." not in text
    for name in ("AWS_ACCESS_KEY_ID", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"):
        assert name not in text
    for workflow in ("preview.yml", "deploy.yml", "drift.yml"):
        assert github(workflow)["permissions"] == {}
