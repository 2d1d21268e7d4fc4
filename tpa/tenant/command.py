"""`tpa scopes`: what the application that signs in for us may do, and nothing more."""

import json
from typing import Annotated

import typer

from tpa.files.catalog import load_catalog
from tpa.project import project_folder
from tpa.tenant.scopes import looking_scopes, update_scopes
from tpa.terminal.output import Environment, Json

Looking = Annotated[bool, typer.Option("--looking", help="Only what looking at it takes.")]


def scopes(
    environment: Environment = "dev", looking: Looking = False, as_json: Json = False
) -> None:
    """Prints the Management API scopes that an environment takes, for the client that signs in.

    They follow from the files: a feature that is not stated takes none. With `--looking` the list
    is for pipelines that compare and report, and can change nothing. JSON: environment, looking,
    scopes.

    Examples:
        tpa scopes -e prod
        tpa scopes -e prod --looking --json
    """
    catalog = load_catalog(project_folder(environment), environment)
    found = looking_scopes(catalog)
    if not looking:  # an update looks first
        found = tuple(dict.fromkeys((*update_scopes(catalog), *found)))
    if as_json:
        content = {"environment": environment, "looking": looking, "scopes": list(found)}
        typer.echo(json.dumps(content, indent=2))
    else:
        typer.echo("\n".join(found))
