"""Findings in the formats that code hosts show at the lines of a change: SARIF, and GitLab's."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from auth0_third_party.model.text import shown
from auth0_third_party.rules.registry import Rule, families, rules
from tpa.files.problems import Problem

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
SEVERITIES = {"error": "critical", "warning": "minor"}
"""GitLab's."""


def sarif(environment: str, found: Sequence[Problem], notes: Iterable[str]) -> Any:
    """One run in SARIF 2.1.0. Paths are relative to the project's folder; `notes`: checks that were
    left out.

    See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; what GitHub takes of it:
    https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
    """
    ids = sorted({problem.rule for problem in found})
    run = {
        "tool": {
            "driver": {
                "name": "tpa check",
                "semanticVersion": version("auth0-third-party-apps"),
                "rules": [_rule(rules()[key]) for key in ids],
            }
        },
        # A host keeps the findings of one environment apart from those of another by this.
        "automationDetails": {"id": f"tpa-check/{environment}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": shown(note)}} for note in notes
                ],
            }
        ],
        "results": [_result(problem, ids.index(problem.rule)) for problem in found],
    }
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    """`helpUri` has to be an absolute address; rules of ours have a page of the repository."""
    page = {"helpUri": rule.source} if rule.source.startswith("https://") else {}
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{rule.why}\nSource: {rule.source}"},
        **page,
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": [families()[rule.family]]},
    }


def _result(problem: Problem, index: int) -> dict[str, Any]:
    return {
        "ruleId": problem.rule,
        "ruleIndex": index,
        "level": problem.severity,
        "message": {"text": message(problem)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(problem.file)},
                    "region": {"startLine": max(problem.line, 1)},  # hosts require a line
                }
            }
        ],
        "partialFingerprints": {"findingHash/v1": fingerprint(problem)},
    }


def code_quality(found: Sequence[Problem]) -> list[dict[str, Any]]:
    """A code-quality report, as GitLab shows it at a merge request. A file that several
    environments share has the same finding, with the same fingerprint, in each of their reports.

    See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
    """
    return [
        {
            "description": message(problem),
            "check_name": problem.rule,
            "fingerprint": fingerprint(problem),
            "severity": SEVERITIES[problem.severity],
            "location": {"path": problem.file, "lines": {"begin": max(problem.line, 1)}},
        }
        for problem in found
    ]


def message(problem: Problem) -> str:
    """What is wrong, why, and the fix, each on a line of its own."""
    lines = [": ".join(filter(None, (problem.field, problem.what))), f"Why: {problem.why}"]
    lines += [f"Fix: {problem.fix}"] if problem.fix else []
    return "\n".join(map(shown, lines))


def fingerprint(problem: Problem) -> str:
    """The same while the finding is, on whatever line."""
    parts = (problem.rule, problem.file, *map(repr, problem.path), problem.what)
    return sha256("\0".join(parts).encode()).hexdigest()
