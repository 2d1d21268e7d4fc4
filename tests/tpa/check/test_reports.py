"""`tpa check --sarif`: a file that code hosts accept, with findings that keep their identity."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic_sarif.model import (  # type: ignore[import-untyped]  # the official schema's models
    StaticAnalysisResultsFormatSarifVersion210JsonSchema as Log,
)
from typer.testing import CliRunner

from auth0_third_party.rules.registry import rules
from tests.tpa.files.conftest import Project
from tpa.check.reports import sarif
from tpa.cli.app import app
from tpa.files.problems import Problem

PORTAL_FILE = "stacks/applications/portal.yaml"


@pytest.fixture
def checked(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(project.root)
    project.write("Pulumi.yaml", {"name": "sample", "runtime": "python"})
    return project


def run(status: int, file: str = "out/findings.sarif") -> dict[str, Any]:
    """The only run in the file that a check of the files writes."""
    done = CliRunner().invoke(app, ["check", "--offline", "--sarif", file])
    assert done.exit_code == status, done.output
    content = json.loads(Path(file).read_text(encoding="utf-8"))
    Log.model_validate(content)
    (only,) = content["runs"]
    return dict(only)


def identities(found: dict[str, Any]) -> list[str]:
    return [each["partialFingerprints"]["findingHash/v1"] for each in found["results"]]


def test_findings_have_rule_level_place_and_message(checked: Project) -> None:
    grant = {"api": "orders", "subject_type": "user", "scopes": ["read:orders", "read:nothing"]}
    checked.portal(callbacks=["https://*.acme.test/cb"], grants=[grant])
    found = run(1)
    assert found["automationDetails"]["id"] == "tpa-check/dev/"
    texts = (checked.root / PORTAL_FILE).read_text(encoding="utf-8").splitlines()
    by_rule = {each["ruleId"]: each for each in found["results"]}
    assert by_rule.keys() == {"TP-CREATE-19", "CG-07"}
    for rule, value in (("TP-CREATE-19", "https://*.acme.test/cb"), ("CG-07", "read:nothing")):
        result = by_rule[rule]
        assert result["level"] == "error"
        assert value in result["message"]["text"]
        assert "\nFix: " in result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == PORTAL_FILE
        assert value in texts[place["region"]["startLine"] - 1]
        shown = found["tool"]["driver"]["rules"][result["ruleIndex"]]
        assert (shown["id"], shown["helpUri"]) == (rule, rules()[rule].source)


def test_a_finding_is_the_same_on_another_line(checked: Project) -> None:
    checked.portal(callbacks=["https://*.acme.test/cb"])
    before = run(1)
    file = checked.root / PORTAL_FILE
    file.write_text("# a comment\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    moved = run(1)
    assert moved["results"] != before["results"]
    assert identities(moved) == identities(before)
    checked.portal(callbacks=["https://acme.test/{tenant}"])
    assert identities(run(1)) != identities(before)


def test_the_same_findings_as_a_code_quality_report(checked: Project) -> None:
    """Its required fields: https://docs.gitlab.com/ci/testing/code_quality/."""
    checked.portal(callbacks=["https://*.acme.test/cb"])
    found = run(1)
    done = CliRunner().invoke(app, ["check", "--offline", "--code-quality", "out/report.json"])
    assert done.exit_code == 1
    (only,) = json.loads(Path("out/report.json").read_text(encoding="utf-8"))
    (result,) = found["results"]
    place = result["locations"][0]["physicalLocation"]
    assert only == {
        "description": result["message"]["text"],
        "check_name": "TP-CREATE-19",
        "fingerprint": identities(found)[0],
        "severity": "critical",
        "location": {
            "path": PORTAL_FILE,
            "lines": {"begin": place["region"]["startLine"]},
        },
    }


def test_no_finding(checked: Project) -> None:
    assert run(0)["results"] == []


def test_every_rule_can_be_written_and_notes_are_kept() -> None:
    found = [
        Problem("stacks/a b.yaml", 0, ("x", 0), "what\x1b", severity=severity, rule=rule)
        for rule in rules()
        for severity in ("error", "warning")
    ]
    content = sarif("dev", found, ["not checked: the state of dev"])
    Log.model_validate(content)
    (only,) = content["runs"]
    assert len({*identities(only)}) == len(rules())
    shown = {rule["id"]: rule for rule in only["tool"]["driver"]["rules"]}
    assert "helpUri" not in shown["ENV-07"]  # of a page of the repository
    assert only["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    for result in only["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == (
            "stacks/a%20b.yaml",
            1,
        )
        assert re.match(r"x\[0\]: what\\x1b\nWhy: ", result["message"]["text"])
