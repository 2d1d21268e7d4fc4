"""The steps that write to GitHub, run as they stand in the workflows; `gh` notes what was asked."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.pipelines.commands import PIPELINES

pytestmark = pytest.mark.skipif(
    shutil.which("jq") is None and "CI" not in os.environ, reason="jq is not installed"
)
GH = """\
#!/bin/sh
test "$1" = api || exit 9
case "$*" in
  *--paginate*) echo "$3" >> asked; cat first.json second.json;;
  *) echo "$3 $4" >> asked; test "$5" = --input || exit 9; cp "$6" sent.json; echo '{}';;
esac
"""
BOT = {"login": "github-actions[bot]"}
NOTE = "<!-- tpa: what each environment would change -->"
ISSUE = "<!-- tpa: drift -->"
HOSTILE = "### dev\n\n`$(touch injected)` ${{ github.token }} \\ %s \"'\n@everyone &amp; ⬜ \u202e"


class Host:
    """Runs the step of a job that calls `gh`. Lists come in two pages, as `gh` joins them."""

    def __init__(self, folder: Path, workflow: str, job: str) -> None:
        self.folder = folder
        content = yaml.safe_load((PIPELINES / "github/workflows" / workflow).read_text("utf-8"))
        (self.step,) = (step for step in content["jobs"][job]["steps"] if "run" in step)
        (folder / "gh").write_text(GH, encoding="utf-8")
        (folder / "gh").chmod(0o755)
        self.has()

    def has(self, *entries: dict[str, Any]) -> None:
        someone = {"id": 1, "number": 1, "user": {"login": "eve"}, "body": f"{NOTE}{ISSUE}"}
        (self.folder / "first.json").write_text(json.dumps([someone]), encoding="utf-8")
        (self.folder / "second.json").write_text(json.dumps(entries), encoding="utf-8")

    def run(
        self, sections: dict[str, str], *environments: str, **variables: str
    ) -> tuple[list[str], Any]:
        """What was asked of the host, and the last content that was sent."""
        for file in (*self.folder.glob("*-*.md"), *self.folder.glob("asked")):
            file.unlink()
        for name, text in sections.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        known = {
            "REPOSITORY": "acme/apps",
            "RUN": "https://host/run/1",
            "ENVIRONMENTS": json.dumps(environments or ["dev"]),
            **({"NUMBER": "7", "CHECK": "success"} if "NUMBER" in self.step["env"] else {}),
            **variables,
        }
        assert self.step["env"].keys() == {*known, "GH_TOKEN", "LC_ALL"}
        subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", self.step["run"]],
            cwd=self.folder,
            env={
                **known,
                "PATH": f"{self.folder}{os.pathsep}/usr/bin:/bin",
                "LC_ALL": self.step["env"]["LC_ALL"],
            },
            check=True,
        )
        sent = self.folder / "sent.json"
        asked = (self.folder / "asked").read_text(encoding="utf-8").splitlines()
        return asked, json.loads(sent.read_text(encoding="utf-8")) if sent.exists() else None


@pytest.fixture
def comments(tmp_path: Path) -> Host:
    return Host(tmp_path, "preview.yml", "comment")


@pytest.fixture
def issues(tmp_path: Path) -> Host:
    return Host(tmp_path, "drift.yml", "issue")


def test_one_comment_is_written_and_then_edited(comments: Host) -> None:
    files = {"preview-dev.md": HOSTILE, "preview-prod.md": "### prod\n"}
    asked, sent = comments.run(files, "prod", "dev")
    assert asked[1] == "POST repos/acme/apps/issues/7/comments"
    assert sent == {"body": f"{NOTE}\n### prod\n\n{HOSTILE}\n"}
    assert not (comments.folder / "injected").exists()
    comments.has({"id": 5, "user": BOT, "body": "other"}, {"id": 6, "user": BOT, "body": NOTE})
    asked, _ = comments.run(files, "prod", "dev")
    assert asked[1] == "PATCH repos/acme/apps/issues/comments/6"


def test_a_job_without_an_answer_is_named(comments: Host) -> None:
    _, sent = comments.run({}, "dev")
    assert "### dev: no answer\n\n[The job](https://host/run/1)" in sent["body"]


@pytest.mark.parametrize("environments", ["", "[]"])
def test_files_that_name_no_environment_are_told_until_they_do(
    comments: Host, environments: str
) -> None:
    """Empty where the list itself failed; `[]` where every tenant is embedded."""
    failed = {"ENVIRONMENTS": environments, "CHECK": "failure"}
    asked, sent = comments.run({}, **failed)
    assert asked[1].startswith("POST ")
    assert sent["body"].startswith(f"{NOTE}\n### files: no answer\n")
    comments.has({"id": 6, "user": BOT, "body": NOTE})
    asked, sent = comments.run({}, ENVIRONMENTS="[]")
    assert asked[1] == "PATCH repos/acme/apps/issues/comments/6"
    assert sent["body"] == f"{NOTE}\nNo environment has a real tenant: nothing is deployed.\n"
    comments.has()
    assert len(comments.run({}, ENVIRONMENTS="[]")[0]) == 1


def test_a_section_that_is_too_long_is_a_link(comments: Host) -> None:
    """65,536 characters; an emoji is one of them."""
    files = {
        "preview-a.md": "### a\n" + "⬜" * 50_000,
        "preview-b.md": "### b $(x)\n" + "x" * 20_000,
    }
    _, sent = comments.run(files | {"preview-c.md": "### c\n"}, "a", "b", "c")
    assert len(sent["body"]) < 65_536
    assert files["preview-a.md"] in sent["body"]
    long = "### b $(x)\n\nToo long for this comment: [artifact preview-b](https://host/run/1)\n"
    assert sent["body"].endswith(f"{long}\n### c\n\n")


def test_one_issue_is_opened_edited_and_closed(issues: Host) -> None:
    asked, sent = issues.run({"drift-dev.md": ""}, "dev")
    assert len(asked) == 1
    assert sent is None
    asked, sent = issues.run({"drift-dev.md": "", "drift-prod.md": HOSTILE}, "dev", "prod")
    assert asked[1] == "POST repos/acme/apps/issues"
    assert sent == {
        "title": "Auth0 differs from what was applied",
        "body": f"{ISSUE}\n{HOSTILE}\n",
    }
    request = {"number": 8, "user": BOT, "body": ISSUE, "pull_request": {}}
    issues.has(request, {"number": 9, "user": BOT, "body": f"{ISSUE}\nold"})
    assert issues.run({"drift-dev.md": HOSTILE})[0][1] == "PATCH repos/acme/apps/issues/9"
    asked, sent = issues.run({"drift-dev.md": ""})
    assert asked[1] == "PATCH repos/acme/apps/issues/9"
    assert sent["state"] == "closed"


def test_an_issue_is_not_closed_where_a_tenant_was_not_read(issues: Host) -> None:
    issues.has({"number": 9, "user": BOT, "body": ISSUE})
    _, sent = issues.run({"drift-dev.md": ""}, "dev", "prod")
    assert "### prod: no answer" in sent["body"]


@pytest.mark.parametrize("status", [0, 1])
def test_a_plan_that_failed_is_in_the_summary_too(tmp_path: Path, status: int) -> None:
    tpa = tmp_path / ".venv/bin/tpa"
    tpa.parent.mkdir(parents=True)
    tpa.write_text(f"#!/bin/sh\necho '### prod' > plan.md\nexit {status}\n", encoding="utf-8")
    tpa.chmod(0o755)
    file = PIPELINES / "github/workflows/deploy-environment.yml"
    jobs = yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
    (step,) = (step for step in jobs["plan"]["steps"] if "run" in step)
    variables = {"PATH": "/usr/bin:/bin", "GITHUB_STEP_SUMMARY": "summary", "ENVIRONMENT": "prod"}
    command = ["bash", "--noprofile", "--norc", "-e", "-c", step["run"]]
    done = subprocess.run(command, cwd=tmp_path, env=variables, check=False)
    assert done.returncode == status
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "### prod\n"
