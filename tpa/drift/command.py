"""`tpa drift`: where the tenant differs from the files, and who moved."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from auth0_third_party.rules.violation import nearest
from tpa.drift.accept_files import into_files
from tpa.drift.differences import Difference, differences
from tpa.drift.output import report, show, show_idle_rules
from tpa.drift.reading import EnvironmentStates, read_states
from tpa.drift.restore import into_tenant
from tpa.drift.selection import Part, compared, names_something, part, unseen
from tpa.engine.session import open_workspace
from tpa.engine.stack_export import stack_state
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.terminal.output import Environment, Json, Yes, results, say

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="Only these; patterns with * are allowed."),
]
Accept = Annotated[bool, typer.Option("--accept", help="Write what is live into the files.")]
Restore = Annotated[
    bool, typer.Option("--restore", help="Undo in the tenant what was done outside.")
]


def drift(
    environment: Environment = "dev",
    paths: Paths = None,
    accept: Accept = False,
    restore: Restore = False,
    *,
    as_json: Json = False,
    yes: Yes = False,
) -> None:
    """Shows where the tenant differs from the files and from the last update, and who moved.

    Exit status 1: somebody outside changed something that `ignore_drift` in the environment's file
    does not name, or the token may not read what is held against the files. Files that were not
    applied yet are shown, and are no drift. With a PATH all of this is about that part.

    JSON: environment, tenant, applied, paths (what was asked for; empty: all), outside, ignored,
    pending (counts), unknown (what, scope), not_compared, differences (path, owner, declared,
    applied, live, file, ignored).

    Examples:
        tpa drift -e prod
        tpa drift -e prod --json "connections/*"
        tpa drift -e prod --accept "applications/order-portal/*"
        tpa drift -e prod --restore
    """
    if accept and restore:
        raise TpaError("--accept and --restore are two sides; choose one")
    workspace = open_workspace(environment)
    seen = read_states(workspace.root, workspace.catalog, stack_state(workspace))
    asked = _asked(seen, paths or [], strict=accept or restore)
    done = True
    if accept or restore:
        chosen = _to_settle(asked.found, named=bool(paths), accept=accept)
        if chosen:
            done = _settle(workspace, seen, chosen, accept=accept, yes=yes)
            seen = _look_again(workspace.name)
            asked = part(differences(seen.view, seen.last), paths or [])
    if as_json:
        typer.echo(json.dumps(report(seen, asked), indent=2))
    else:
        show(results(), seen, asked)
        if not paths and not seen.view.unknown:
            show_idle_rules(seen, asked.found)
    blind = unseen(seen.view, seen.last, asked.patterns)
    if not done or blind or any(each.counts for each in asked.found):
        raise typer.Exit(1)


def _to_settle(found: Sequence[Difference], *, named: bool, accept: bool) -> list[Difference]:
    """What a side can be chosen for; of the rest that a person might have meant it is said why."""
    chosen = []
    for each in found:
        if each.ignored:
            if named:
                say(f"left as it is: {each.path}: ignored: {each.ignored}")
        elif accept and each.owner == "both" and not named:
            say(f"left as it is: {each.path}: {each.file} was changed too; name it to give that up")
        elif each.counts:
            chosen.append(each)
        elif named:
            say(f"left as it is: {each.path}: the files moved, not the tenant")
    return chosen


def _settle(
    workspace: Workspace,
    seen: EnvironmentStates,
    chosen: Sequence[Difference],
    *,
    accept: bool,
    yes: bool,
) -> bool:
    """Takes one side; whether all was done."""
    if not accept:
        return into_tenant(workspace, seen, chosen, yes=yes)
    into_files(workspace, seen, chosen)
    return True


def _look_again(name: str) -> EnvironmentStates:
    """What is there now."""
    fresh = open_workspace(name)
    return read_states(fresh.root, fresh.catalog, stack_state(fresh))


def _asked(seen: EnvironmentStates, patterns: Sequence[str], *, strict: bool) -> Part:
    """The differences that the person named.

    Raises:
        TpaError: a pattern names nothing that is compared, or no difference where something was to
            be done (`strict`).
    """
    found = differences(seen.view, seen.last)
    for pattern in patterns:
        if not part(found, [pattern]).found:
            if strict:
                raise TpaError(f"there is no difference '{pattern}'; tpa drift alone lists them")
            _check(seen, pattern)
            if len(patterns) > 1:
                say(f"nothing differs at '{pattern}'")
    return part(found, patterns)


def _check(seen: EnvironmentStates, pattern: str) -> None:
    """Nothing differs at a path that is mistyped either."""
    paths = compared(seen.view, seen.last)
    if not names_something(seen.view, pattern, paths):
        raise TpaError(f"nothing is compared at '{pattern}': {nearest(pattern, paths)}")
