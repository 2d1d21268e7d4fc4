"""`tpa check`: what the files and the tenant say, without the engine."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from catalog import Catalog, CatalogError, Problem, load_catalog
from catalog.cautions import cautions
from catalog.problems import nearest
from catalog.sources import environment_names
from management import ManagementError
from preflight import look_at
from tpa.engine import PROJECT
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.session import open_management, project_folder
from tpa.terminal import Environment, Json, results

Offline = Annotated[bool, typer.Option("--offline", help="Look at the files alone.")]


def check(
    environment: Environment = "dev", as_json: Json = False, offline: Offline = False
) -> None:
    """Says what Auth0 would refuse, or accept and fail at sign-in; exit status 1: errors found."""
    root = project_folder()
    known = environment_names(root)
    if environment not in known:
        raise TpaError(f"there is no environment '{environment}': {nearest(environment, known)}")
    try:
        catalog = load_catalog(root, environment)
    except CatalogError as error:
        found = list(error.problems)
    else:
        found = list(cautions(catalog)) if offline else _look(root, catalog)
    found.sort(key=lambda problem: (problem.severity, problem))
    if as_json:
        typer.echo(json.dumps(report(environment, found, offline=offline), indent=2))
    else:
        _show(results(), environment, found)
    if any(problem.severity == "error" for problem in found):
        raise typer.Exit(1)


def report(environment: str, found: list[Problem], *, offline: bool) -> dict[str, Any]:
    """The stable form for pipelines."""
    errors = sum(problem.severity == "error" for problem in found)
    return {
        "environment": environment,
        "offline": offline,
        "errors": errors,
        "warnings": len(found) - errors,
        "findings": [
            {
                "severity": problem.severity,
                "file": problem.file,
                "line": problem.line or None,
                "field": problem.field,
                "what": problem.what,
                "why": problem.why,
                "fix": problem.fix,
            }
            for problem in found
        ],
    }


def _look(root: Path, catalog: Catalog) -> list[Problem]:
    """The tenant's answers; what a stack holds is not asked, only the engine knows it."""
    try:
        with (
            progress(f"looking at the tenant of {catalog.name}") as going,
            open_management(root, catalog, going.wait) as client,
        ):
            look = look_at(client, catalog, f"{PROJECT}/{catalog.name}", documents=True)
    except ManagementError as error:
        raise TpaError(f"{catalog.file}: {error}\n  fix: {error.fix}") from None
    return list(look.problems)


def _show(console: Console, environment: str, found: list[Problem]) -> None:
    for problem in found:
        console.print(f"{problem.severity}: {problem}\n", markup=False, soft_wrap=True)
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    counted = [f"{errors} error{'' if errors == 1 else 's'}" if errors else ""]
    counted += [f"{warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""]
    said = ", ".join(filter(None, counted)) or "nothing stands against it"
    console.print(f"{environment}: {said}", markup=False, soft_wrap=True)
