"""What a probe found: a table, JSON, and JUnit for pipelines."""

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from rich.console import Console

from auth0_third_party.model.text import shown
from tpa.probe.run import Row
from tpa.probe.verdict import Result
from tpa.terminal.output import cell
from tpa.terminal.tables import Rows

WORDS: Mapping[Result, tuple[str, str]] = {
    "held": ("held", "green"),
    "broken": ("broken", "bold red"),
    "not_observable": ("not observable", "dim"),
    "not_offered": ("not offered by Auth0", "dim"),
    "partner": ("partner's duty", "dim"),
}
"""Each result in words, and its style on a terminal."""


def show(console: Console, rows: Sequence[Row]) -> None:
    """The table, one row for each check, and a line that sums it up."""
    table = Rows("application", "check", "rule", "result", "what was seen", once=True)
    for row in rows:
        words, style = WORDS[row.result]
        table.add_row(
            cell(row.application or "(tenant)"),
            cell(row.title),
            cell(row.source, "dim"),
            cell(words, style),
            cell(row.reason),
        )
    table.show(console)
    console.print()
    console.print(summary(rows), markup=False, soft_wrap=True)


def summary(rows: Sequence[Row]) -> str:
    """How many rows have each result."""
    counts = count(rows)
    return ", ".join(f"{number} {WORDS[result][0]}" for result, number in counts.items() if number)


def count(rows: Sequence[Row]) -> dict[Result, int]:
    """Result -> number of rows."""
    results: tuple[Result, ...] = get_args(Result)
    return {result: sum(row.result == result for row in rows) for result in results}


def as_json(
    environment: str, tenant: str, sent: int, rows: Sequence[Row], notes: Sequence[str]
) -> dict[str, Any]:
    """The documented JSON."""
    return {
        "environment": environment,
        "tenant": tenant,
        "requests": sent,
        **{str(result): number for result, number in count(rows).items()},
        "rows": [asdict(row) for row in rows],
        "notes": list(notes),
    }


def write_junit(file: Path, environment: str, rows: Sequence[Row]) -> None:
    """A test case for each row; `broken` is a failure, and what is not `held` either is skipped."""
    counts = count(rows)
    skipped = len(rows) - counts["held"] - counts["broken"]
    suite = ET.Element(
        "testsuite",
        name=f"tpa probe {environment}",
        tests=str(len(rows)),
        failures=str(counts["broken"]),
        skipped=str(skipped),
        errors="0",
    )
    for row in rows:
        case = ET.SubElement(
            suite,
            "testcase",
            classname=row.application or "tenant",
            name=f"{row.title} ({row.check})",
        )
        if row.result == "broken":
            ET.SubElement(case, "failure", message=shown(row.reason)).text = row.source
        elif row.result != "held":
            words = f"{WORDS[row.result][0]}: {row.reason}"
            ET.SubElement(case, "skipped", message=shown(words))
    ET.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
