"""`tpa drift`: where the tenant differs from the files, and who moved."""

import json
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Annotated

import typer

from survey.drift import Difference, differences
from tpa.drift_views import report, show, show_idle_rules
from tpa.errors import TpaError
from tpa.recorded import stack_state
from tpa.restoring import into_tenant
from tpa.session import open_workspace
from tpa.sides import into_files
from tpa.surveying import Surveyed, survey
from tpa.terminal import Environment, Json, Yes, results, say
from tpa.workspace import Workspace

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
    does not name. Files that were not applied yet are shown, and are no drift.

    Examples:
        tpa drift -e prod
        tpa drift -e prod --json "connections/*"
        tpa drift -e prod --accept "applications/order-portal/*"
        tpa drift -e prod --restore
    """
    if accept and restore:
        raise TpaError("--accept and --restore are two sides; choose one")
    workspace = open_workspace(environment)
    seen = survey(workspace.root, workspace.catalog, stack_state(workspace))
    found = _chosen(differences(seen.view, seen.last), paths or [], strict=accept or restore)
    done = True
    if accept or restore:
        chosen = _to_settle(found, named=bool(paths), accept=accept)
        if chosen:
            done = _settle(workspace, seen, chosen, accept=accept, yes=yes)
            seen, found = _look_again(workspace.name, paths or [])
    if as_json:
        typer.echo(json.dumps(report(seen, found), indent=2))
    else:
        show(results(), seen, found)
        if not paths and not seen.view.unknown:
            show_idle_rules(seen, found)
    if not done or any(each.counts for each in found):
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
    seen: Surveyed,
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


def _look_again(name: str, patterns: Sequence[str]) -> tuple[Surveyed, tuple[Difference, ...]]:
    """What is there now of what the person named."""
    fresh = open_workspace(name)
    after = survey(fresh.root, fresh.catalog, stack_state(fresh))
    return after, tuple(_matching(differences(after.view, after.last), patterns))


def _chosen(
    found: Sequence[Difference], patterns: Sequence[str], *, strict: bool
) -> tuple[Difference, ...]:
    """The differences that the person named.

    Raises:
        TpaError: a pattern names none, and something was to be done (`strict`).
    """
    for pattern in patterns:
        if not any(fnmatchcase(each.path, pattern) for each in found):
            if strict:
                raise TpaError(f"there is no difference '{pattern}'; tpa drift alone lists them")
            say(f"nothing differs at '{pattern}'")
    return tuple(_matching(found, patterns))


def _matching(found: Sequence[Difference], patterns: Sequence[str]) -> Iterator[Difference]:
    """All of them where no pattern is given."""
    for each in found:
        if not patterns or any(fnmatchcase(each.path, pattern) for pattern in patterns):
            yield each
