"""`tpa check`: all checks of one environment, in a terminal or in a pipeline."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from auth0_third_party.model.text import counted
from tpa.check.findings import Findings, findings
from tpa.check.reports import code_quality, sarif
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.documents import located
from tpa.files.problems import CatalogError, Problem
from tpa.files.regular import write_text
from tpa.files.warnings import file_warnings
from tpa.project import project_folder
from tpa.terminal.output import Environment, Json, results, say

Offline = Annotated[bool, typer.Option("--offline", help="Check the files only.")]
Sarif = Annotated[
    Path | None,
    typer.Option("--sarif", metavar="FILE", help="Also write SARIF, for code scanning."),
]
CodeQuality = Annotated[
    Path | None,
    typer.Option("--code-quality", metavar="FILE", help="Also write GitLab's report."),
]


def check(
    environment: Environment = "dev",
    as_json: Json = False,
    offline: Offline = False,
    to_sarif: Sarif = None,
    to_code_quality: CodeQuality = None,
) -> None:
    """Reports what Auth0 would refuse, or accept and fail at sign-in; exit status 1: errors found.

    It checks the files, the tenant, the state of the stack (where an engine is set up that can read
    it), and what the earlier environment has applied. Nothing is changed. JSON: environment,
    offline, errors, warnings, findings (rule, severity, file, line, field, and the same as a list
    in path, what, why, fix), notes.

    Examples:
        tpa check -e prod
        tpa check -e staging --json
        tpa check --offline --sarif findings.sarif
        tpa check -e prod --code-quality gl-code-quality-report.json
    """
    root = project_folder(environment)
    notes: tuple[str, ...] = ()
    try:
        catalog = load_catalog(root, environment)
    except CatalogError as error:
        problems: tuple[Problem, ...] = error.problems
    else:
        result = (
            Findings(tuple(file_warnings(catalog, root))) if offline else findings(root, catalog)
        )
        problems, notes = result.problems, (*result.notes, *_live_nowhere(catalog))
    found = sorted(located(root, problems), key=lambda problem: (problem.severity, problem))
    if to_sarif is not None:
        _write(to_sarif, sarif(environment, found, notes))
    if to_code_quality is not None:
        _write(to_code_quality, code_quality(found))
    if as_json:
        content = report(environment, found, offline=offline)
        typer.echo(json.dumps({**content, "notes": notes}, indent=2))
    else:
        for note in notes:
            say(note)
        _show(results(), environment, found)
    if any(problem.severity == "error" for problem in found):
        raise typer.Exit(1)


def _live_nowhere(catalog: Catalog) -> Iterator[str]:
    """A hint about partners that no environment has: it may be meant."""
    if catalog.live_nowhere:
        where = f"environments: {{{catalog.name}: {{}}}}"
        yield f"live nowhere, since they don't state {where}: {', '.join(catalog.live_nowhere)}"


def report(environment: str, found: list[Problem], *, offline: bool) -> dict[str, Any]:
    """The findings as documented JSON."""
    errors = sum(problem.severity == "error" for problem in found)
    return {
        "environment": environment,
        "offline": offline,
        "errors": errors,
        "warnings": len(found) - errors,
        "findings": [
            {
                "rule": problem.rule,
                "severity": problem.severity,
                "file": problem.file,
                "line": problem.line or None,
                "field": problem.field,
                "path": problem.path,
                "what": problem.what,
                "why": problem.why,
                "fix": problem.fix,
            }
            for problem in found
        ],
    }


def _write(file: Path, content: Any) -> None:
    write_text(file, json.dumps(content, indent=2) + "\n")


def _show(console: Console, environment: str, found: list[Problem]) -> None:
    for problem in found:
        console.print(f"{problem.severity}: {problem}\n", markup=False, soft_wrap=True)
    errors = sum(problem.severity == "error" for problem in found)
    numbers = ((errors, "error"), (len(found) - errors, "warning"))
    count = ", ".join(counted(number, what) for number, what in numbers if number)
    console.print(f"{environment}: {count or 'no problems found'}", markup=False, soft_wrap=True)
