"""`tpa twin`: the way from a permissive application to a strict one."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from catalog import load_catalog
from catalog.problems import nearest
from catalog.text import shown
from catalog.twin import plan_twin
from tpa import completion
from tpa.errors import TpaError
from tpa.project import project_folder
from tpa.terminal import Environment, Json

Application = Annotated[
    str,
    typer.Argument(help="Key of a permissive application.", autocompletion=completion.applications),
]


def twin(application: Application, environment: Environment = "dev", as_json: Json = False) -> None:
    """Plans the strict twin of a permissive application; changes nothing.

    JSON: changes, losses, steps, each a list of sentences.

    Examples:
        tpa twin old-portal -e prod
        tpa twin old-portal --json
    """
    catalog = load_catalog(project_folder(environment), environment)
    found = catalog.applications.get(application)
    if found is None:
        hint = nearest(application, catalog.applications)
        raise TpaError(f"there is no live application '{application}' in {environment}: {hint}")
    if found.strict:
        raise TpaError(f"{application} is strict already; there is nothing to plan")
    plan = plan_twin(application, found)
    if as_json:
        typer.echo(json.dumps(asdict(plan), indent=2))
        return
    for title, lines in (
        ("What changes for the partner", plan.changes),
        ("What is lost", plan.losses),
        ("Steps", plan.steps),
    ):
        typer.echo(f"{title}:")
        for number, line in enumerate(lines, 1):
            typer.echo(shown(f"  {number}. {line}" if title == "Steps" else f"  - {line}"))
        typer.echo()
