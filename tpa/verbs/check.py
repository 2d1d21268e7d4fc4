"""`tpa check`: what the files and the tenant say, without the engine."""

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from catalog import Catalog, CatalogError, Problem, load_catalog
from catalog.cautions import cautions
from catalog.problems import nearest
from catalog.sources import environment_names
from management import Credentials, ManagementClient, ManagementError
from preflight import look_at
from tpa.embedded import EmbeddedTenant
from tpa.engine import PROJECT
from tpa.errors import TpaError
from tpa.session import project_folder
from tpa.terminal import Environment, Json
from tpa.workspace import EMBEDDED, ENVIRONMENT_VARIABLE

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
        _show(Console(highlight=False, soft_wrap=True), environment, found)
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
        with _management(root, catalog) as client:
            look = look_at(client, catalog, f"{PROJECT}/{catalog.name}", documents=True)
    except ManagementError as error:
        raise TpaError(f"{catalog.file}: {error}\n  fix: {error.fix}") from None
    return list(look.problems)


def _management(root: Path, catalog: Catalog) -> ManagementClient:
    """Signed in to the embedded tenant, which is started if need be; or by the environment."""
    environment = catalog.environment
    if environment.embedded and environment.embedded_port is not None:
        folder = root / EMBEDDED / catalog.name
        tenant = EmbeddedTenant(folder, environment.embedded_port, environment.permissive_eligible)
        return tenant.start().management()
    prepared = os.environ.get(ENVIRONMENT_VARIABLE, catalog.name)
    if prepared != catalog.name:
        raise TpaError(f"this shell is set up for {prepared}, and the check is for {catalog.name}")
    return ManagementClient(Credentials.find(environment.tenant), attempts=3)


def _show(console: Console, environment: str, found: list[Problem]) -> None:
    for problem in found:
        console.print(f"{problem.severity}: {problem}\n", markup=False)
    errors = sum(problem.severity == "error" for problem in found)
    warnings = len(found) - errors
    counted = [f"{errors} error{'' if errors == 1 else 's'}" if errors else ""]
    counted += [f"{warnings} warning{'' if warnings == 1 else 's'}" if warnings else ""]
    said = ", ".join(filter(None, counted)) or "nothing stands against it"
    console.print(f"{environment}: {said}", markup=False)
