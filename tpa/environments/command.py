"""`tpa environments` and `tpa advance`: the chain, and what advancing would change."""

import json
from typing import Annotated

import typer

from auth0_third_party.rules.violation import nearest
from tpa.engine.session import read_workspace
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.advance import advance_to, markdown, show_table
from tpa.errors import TpaError
from tpa.files.environment import Environment, apply_order
from tpa.files.layout import environment_file, environment_names
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import read_environments, read_where
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Json, Rows, cell, print_line, results
from tpa.terminal.progress import progress


def environments(as_json: Json = False) -> None:
    """Lists all environments in the order in which they are applied.

    The environments of one wave can be applied at the same time: what they advance from is in the
    waves before. JSON, usable as a matrix of a pipeline: waves, environments (environment, wave,
    advances_from, tenant, embedded, applications), live_nowhere (applications).

    Examples:
        tpa environments
        tpa environments --json
    """
    root = project_folder()
    found = read_environments(root)
    links = {name: value.advances_from for name, value in found.items()}
    order = apply_order(links)
    problems = [_unreachable(name, links) for name in order.unreachable]
    broken = [name for name in environment_names(root) if name not in found]
    problems += [_broken(name) for name in broken]
    if problems:
        raise CatalogError(problems)
    waves = {name: index for index, wave in enumerate(order.waves) for name in wave}
    where = read_where(root)
    live = {name: [key for key, names in where.items() if name in names] for name in found}
    nowhere = [key for key, names in where.items() if not names]
    if as_json:
        rows = [_row(name, waves[name], found[name], live[name]) for name in order.names]
        answer = {"waves": order.waves, "environments": rows, "live_nowhere": nowhere}
        typer.echo(json.dumps(answer))
        return
    table = Rows("wave", "environment", "advances from", "tenant", "applications")
    for name in order.names:
        environment = found[name]
        count = str(len(live[name]))
        earlier = environment.advances_from or ""
        cells = (str(waves[name]), name, earlier, environment.tenant, count)
        table.add_row(*map(cell, cells))
    table.show(results())
    if nowhere:
        print_line(f"live nowhere: {', '.join(nowhere)}")


def _row(name: str, wave: int, environment: Environment, live: list[str]) -> dict[str, object]:
    return {
        "environment": name,
        "wave": wave,
        "advances_from": environment.advances_from or "",
        "tenant": environment.tenant,
        "embedded": environment.embedded,
        "applications": live,
    }


def _unreachable(name: str, links: dict[str, str | None]) -> Problem:
    earlier, file = links[name] or "", environment_file(name)
    if earlier not in links:
        what = f"there is no other environment '{earlier}'"
        fix = nearest(earlier, links)
        return Problem(file, 0, ("advances_from",), what, fix=fix, rule="ENV-02")
    what = f"no chain leads to {earlier}"
    why = "its chain is a circle, or starts at an environment that has no file"
    fix = "let the chain start at an environment that advances from no other"
    return Problem(file, 0, ("advances_from",), what, why, fix, rule="ENV-02")


def _broken(name: str) -> Problem:
    fix = f"see its problems: tpa check -e {name} --offline"
    return Problem(environment_file(name), 0, (), "can't be used", fix=fix, rule="ENV-01")


EXIT_STATUSES = {"refused": 1, "waiting": 3}
"""Waiting has one of its own: an ordinary pull request waits for the earlier environments."""
Source = Annotated[
    str,
    typer.Argument(
        metavar="FROM",
        help="The environment that was applied before.",
        autocompletion=completion.environments,
    ),
]
Target = Annotated[
    str,
    typer.Argument(
        metavar="TO",
        help="The one that advances from it.",
        autocompletion=completion.later_environments,
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="APP", help="Only these applications.", autocompletion=completion.applications
    ),
]
Markdown = Annotated[
    bool, typer.Option("--markdown", help="Print Markdown for a pull request's comment.")
]


def advance(
    source: Source,
    target: Target,
    applications: Keys = None,
    as_json: Json = False,
    as_markdown: Markdown = False,
) -> None:
    """Shows what applying the files to TO would change, with risks; exit status 1: TO refuses it,
    3: it waits until FROM has applied it, 2: the files can't be used, or a state can't be read.

    The files are compared, by meaning, with what TO recorded when it was applied last. JSON: from,
    to, status (refused, waiting, ready, unchanged), changes, waiting, refused, reused, overridden,
    never_applied, next.

    Examples:
        tpa advance staging prod
        tpa advance dev staging order-portal --json
        tpa advance staging prod --markdown
    """
    workspace = _usable(target)
    _check_chain(workspace, source)
    keys = _known(workspace, applications or [])
    with progress(f"reading the state of {target}") as going:
        before = read_stack_state(workspace).record(target)
        going.update(f"reading the state of {source}")
        from_workspace = _usable(source)
        earlier = read_stack_state(from_workspace).record(source)
    coming = from_workspace.catalog.record
    answer = advance_to(workspace.catalog, earlier, coming, before, keys)
    if as_json:
        typer.echo(json.dumps(answer.as_json(), indent=2))
    elif as_markdown:
        typer.echo(markdown(answer), nl=False)
    else:
        show_table(results(), answer)
    if answer.status in EXIT_STATUSES:
        raise typer.Exit(EXIT_STATUSES[answer.status])


def _usable(environment: str) -> Workspace:
    """Files with problems are no refusal: then nothing can be said of the stack."""
    try:
        return read_workspace(environment)
    except CatalogError as error:
        raise TpaError(str(error)) from None


def _check_chain(workspace: Workspace, source: str) -> None:
    target, stated = workspace.name, workspace.catalog.environment.advances_from
    if stated is None:
        raise TpaError(f"{target} advances from no other environment: tpa up -e {target}")
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
