"""`tpa env`: a shell in which plain `pulumi` works."""

import json
import shlex

import typer

from tpa.session import open_workspace, start_engine
from tpa.terminal import Environment, Json
from tpa.workspace import FOREIGN_VARIABLES


def env(environment: Environment = "dev", as_json: Json = False) -> None:
    """Prints `export` lines with which plain `pulumi` works on this environment.

    JSON: the variables, by name.

    Examples:
        eval "$(tpa env -e dev)"
        tpa env -e staging --json
    """
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    variables = workspace.variables(engine.tenant)
    if as_json:
        typer.echo(json.dumps(variables, indent=2))
        return
    for name, value in variables.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    if engine.tenant is not None:
        typer.echo(f"unset {' '.join(FOREIGN_VARIABLES)}")
