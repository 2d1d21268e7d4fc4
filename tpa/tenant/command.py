"""`tpa scopes`: the Management API scopes that the project's own client needs, and no more."""

import json
from typing import Annotated

import typer

from tpa.files.catalog import load_catalog
from tpa.project import project_folder
from tpa.tenant.scopes import LOG, reading_scopes, update_scopes
from tpa.terminal.output import Environment, Json

ReadOnly = Annotated[bool, typer.Option("--read-only", help="Only the scopes for reading it.")]


def scopes(
    environment: Environment = "dev", read_only: ReadOnly = False, as_json: Json = False
) -> None:
    """Prints the Management API scopes that an environment needs, for the client that signs in.

    They follow from the files: a feature that no file uses needs none. Only read:logs can be left
    out: then it is unknown who changed something outside. `--read-only` is for
    pipelines that preview, compare and report, and must not be able to write. JSON: environment,
    read_only, scopes.

    Examples:
        tpa scopes -e prod
        tpa scopes -e prod --read-only --json
    """
    catalog = load_catalog(project_folder(environment), environment)
    found = (*reading_scopes(catalog), LOG)
    if not read_only:  # an update runs the preflight checks first, which read
        found = tuple(dict.fromkeys((*update_scopes(catalog), *found)))
    if as_json:
        content = {"environment": environment, "read_only": read_only, "scopes": list(found)}
        typer.echo(json.dumps(content, indent=2))
    else:
        typer.echo("\n".join(found))
