"""`tpa environments` and `tpa advance`: the chain, and what one takes over from another."""

import json
from typing import Annotated

import typer

from auth0_third_party.rules.violation import nearest
from tpa.engine.session import read_workspace
from tpa.engine.stack_export import stack_record
from tpa.engine.workspace import Workspace
from tpa.environments.advance import advance_to
from tpa.environments.advance_output import markdown, show_table
from tpa.environments.chain import walk
from tpa.errors import TpaError
from tpa.files.environment import Environment
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import environment_file, environment_names, read_environments
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Json, cell, results
from tpa.terminal.progress import progress
from tpa.terminal.tables import Rows


def environments(as_json: Json = False) -> None:
    """Lists all environments in the order in which they are applied.

    A wave can be applied at once: all that its environments advance from are in waves before it.
    JSON, a matrix for pipelines: waves, environments (environment, wave, advances_from, tenant,
    embedded, applications).

    Examples:
        tpa environments
        tpa environments --json
    """
    root = project_folder()
    found = read_environments(root)
    links = {name: value.advances_from for name, value in found.items()}
    way = walk(links)
    problems = [_stuck(name, links) for name in way.stuck]
    unread = [name for name in environment_names(root) if name not in found]
    problems += [_unread(name) for name in unread]
    if problems:
        raise CatalogError(problems)
    waves = {name: index for index, wave in enumerate(way.waves) for name in wave}
    if as_json:
        rows = [_row(name, waves[name], found[name]) for name in way.order]
        typer.echo(json.dumps({"waves": way.waves, "environments": rows}))
        return
    shown = Rows("wave", "environment", "advances from", "tenant", "applications")
    for name in way.order:
        environment = found[name]
        count = str(len(environment.applications))
        earlier = environment.advances_from or ""
        cells = (str(waves[name]), name, earlier, environment.tenant, count)
        shown.add_row(*map(cell, cells))
    shown.show(results())


def _row(name: str, wave: int, environment: Environment) -> dict[str, object]:
    return {
        "environment": name,
        "wave": wave,
        "advances_from": environment.advances_from or "",
        "tenant": environment.tenant,
        "embedded": environment.embedded,
        "applications": sorted(environment.applications),
    }


def _stuck(name: str, links: dict[str, str | None]) -> Problem:
    earlier = links[name] or ""
    if earlier not in links:
        what = f"there is no other environment '{earlier}'"
        return Problem(
            environment_file(name), 0, "advances_from", what, "", nearest(earlier, links)
        )
    what = f"{earlier} is never reached"
    why = "the chain goes round in a circle, or starts at an environment that has no file"
    fix = "let the chain start at an environment that advances from none"
    return Problem(environment_file(name), 0, "advances_from", what, why, fix)


def _unread(name: str) -> Problem:
    fix = f"see what is wrong: tpa up -e {name}"
    return Problem(environment_file(name), 0, "", "can't be used", "", fix)


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
