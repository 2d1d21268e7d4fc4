"""`tpa advance`: what one environment would take over from another, before anybody merges."""

import json
from typing import Annotated

import typer

from catalog.problems import nearest
from tpa import completion
from tpa.advance_views import markdown, show_table
from tpa.advancing import advance_to
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.recorded import stack_record
from tpa.session import read_workspace
from tpa.terminal import Json, results
from tpa.workspace import Workspace

Source = Annotated[
    str,
    typer.Argument(
        metavar="FROM",
        help="The environment that goes ahead.",
        autocompletion=completion.environments,
    ),
]
Target = Annotated[
    str,
    typer.Argument(
        metavar="TO",
        help="The one that advances from it.",
        autocompletion=completion.followers,
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Argument(metavar="APP", help="Only these.", autocompletion=completion.applications),
]
Markdown = Annotated[bool, typer.Option("--markdown", help="Print a pull request's comment.")]


def advance(
    source: Source,
    target: Target,
    applications: Keys = None,
    as_json: Json = False,
    as_markdown: Markdown = False,
) -> None:
    """Shows by meaning, with risks, what TO would take over; exit status 1: TO will refuse it.

    Compared are the files with what TO recorded when it was applied last. JSON: from, to, status,
    changes, refused, reused, overridden, never_applied, next.

    Examples:
        tpa advance staging prod
        tpa advance dev staging order-portal --json
        tpa advance staging prod --markdown
    """
    workspace = read_workspace(target)
    _check_chain(workspace, source)
    keys = _known(workspace, applications or [])
    with progress(f"reading the state of {target}") as going:
        before = stack_record(workspace)
        going.update(f"reading the state of {source}")
        earlier = stack_record(read_workspace(source))
    answer = advance_to(workspace, earlier, before, keys)
    if as_json:
        typer.echo(json.dumps(answer.as_json(), indent=2))
    elif as_markdown:
        typer.echo(markdown(answer), nl=False)
    else:
        show_table(results(), answer)
    if answer.status == "blocked":
        raise typer.Exit(1)


def _check_chain(workspace: Workspace, source: str) -> None:
    target, stated = workspace.name, workspace.catalog.environment.advances_from
    if stated is None:
        raise TpaError(f"{target} advances from no other environment: make up ENV={target}")
    if stated != source:
        raise TpaError(
            f"{target} advances from {stated}, not from {source}\n"
            f"  fix: tpa advance {stated} {target}"
        )


def _known(workspace: Workspace, keys: list[str]) -> list[str]:
    live = workspace.catalog.applications
    for key in keys:
        if key not in live and not (workspace.root / f"stacks/applications/{key}.yaml").exists():
            raise TpaError(f"there is no application '{key}': {nearest(key, live)}")
    return keys
