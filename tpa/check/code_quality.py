"""Findings as a code-quality report, the format that GitLab shows at the lines of a merge request.

See https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from collections.abc import Sequence
from typing import Any

from tpa.check.sarif import fingerprint, message
from tpa.files.problems import Problem

SEVERITIES = {"error": "critical", "warning": "minor"}


def code_quality(found: Sequence[Problem]) -> list[dict[str, Any]]:
    """Paths are relative to the project's folder. A file that several environments share has the
    same finding, with the same fingerprint, in each of their reports.
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
