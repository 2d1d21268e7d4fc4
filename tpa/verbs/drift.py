"""`tpa drift`: where the tenant differs from the files, and who moved."""

import json
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Annotated, Any

import typer
from rich.console import Console

from survey.drift import Difference, differences, idle_rules
from tpa.errors import TpaError
from tpa.recorded import stack_state
from tpa.session import open_workspace
from tpa.sides import into_files, into_tenant
from tpa.surveying import Surveyed, survey
from tpa.terminal import Environment, Json, Yes, cell, results, say, table
from tpa.workspace import Workspace

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PATH]...", help="Only these; patterns with * are allowed."),
]
Accept = Annotated[bool, typer.Option("--accept", help="Write what is live into the files.")]
Restore = Annotated[bool, typer.Option("--restore", help="Make the tenant like the files.")]
OWNERS = {"file": "files", "outside": "outside", "both": "both"}
STYLES = {"outside": "bold red", "both": "bold red", "file": "dim"}


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
        tpa drift -e prod --accept "applications/order-portal/*"
        tpa drift -e prod --restore
    """
    if accept and restore:
        raise TpaError("--accept and --restore are two sides; choose one")
    workspace = open_workspace(environment)
    seen = survey(workspace.root, workspace.catalog, stack_state(workspace))
    found = _chosen(differences(seen.view, seen.last), paths or [])
    if accept or restore:
        seen, found = _settle(workspace, seen, found, accept=accept, yes=yes)
    if as_json:
        typer.echo(json.dumps(report(seen, found), indent=2))
    else:
        _show(results(), seen, found)
    if any(each.counts for each in found):
        raise typer.Exit(1)


def _settle(
    workspace: Workspace,
    seen: Surveyed,
    found: Sequence[Difference],
    *,
    accept: bool,
    yes: bool,
) -> tuple[Surveyed, tuple[Difference, ...]]:
    """Takes one side, and looks once more at what was chosen."""
    chosen = [each for each in found if each.counts]
    if not chosen:
        return seen, tuple(found)
    if accept:
        for file in into_files(workspace, seen, chosen):
            say(f"written: {file}")
    else:
        into_tenant(workspace, seen, chosen, yes=yes)
    fresh = open_workspace(workspace.name)
    after = survey(fresh.root, fresh.catalog, stack_state(fresh))
    return after, differences(after.view, after.last)


def report(seen: Surveyed, found: Sequence[Difference]) -> dict[str, Any]:
    """The stable form for pipelines."""
    return {
        "environment": seen.view.catalog.name,
        "tenant": seen.view.domain,
        "applied": seen.last.ever,
        "outside": sum(each.counts for each in found),
        "ignored": sum(bool(each.ignored) for each in found),
        "pending": sum(each.owner == "file" for each in found),
        "unknown": [{"what": each.what, "scope": each.scope} for each in seen.view.unknown],
        "differences": [each.model_dump(mode="json") for each in found],
    }


def _chosen(found: Sequence[Difference], patterns: Sequence[str]) -> tuple[Difference, ...]:
    """The differences that the person named.

    Raises:
        TpaError: a pattern names none.
    """
    for pattern in patterns:
        if not any(fnmatchcase(each.path, pattern) for each in found):
            raise TpaError(f"there is no difference '{pattern}'; tpa drift alone lists them")
    if not patterns:
        return tuple(found)
    return tuple(
        each for each in found if any(fnmatchcase(each.path, pattern) for pattern in patterns)
    )


def _show(console: Console, seen: Surveyed, found: Sequence[Difference]) -> None:
    catalog = seen.view.catalog
    if found:
        shown = table("moved", "what", "files", "last update", "tenant", "stated in")
        for each in found:
            values = (cell(text(value)) for value in (each.declared, each.applied, each.live))
            owner = "ignored" if each.ignored else OWNERS[each.owner]
            shown.add_row(
                cell(owner, STYLES[each.owner]), cell(each.path), *values, cell(each.file)
            )
        console.print(shown)
        console.print()
    for line in _lines(seen, found):
        console.print(cell(line), soft_wrap=True)
    for lack in seen.view.unknown:
        say(f"unknown: {lack.what} (the token lacks {lack.scope})")
    for rule in idle_rules(seen.view, tuple(found)):
        say(f"{catalog.file}: ignore_drift: nothing matches '{rule}' now")


def _lines(seen: Surveyed, found: Sequence[Difference]) -> list[str]:
    name = seen.view.catalog.name
    outside = sum(each.counts for each in found)
    pending = sum(each.owner == "file" for each in found)
    lines = []
    if not outside:
        lines.append(f"{name}: nothing was changed outside")
    else:
        lines.append(f"{name}: {_count(outside, 'difference')} made outside")
        lines.append(f"  take them into the files: tpa drift -e {name} --accept")
        lines.append(f"  make the tenant like the files: tpa drift -e {name} --restore")
    if pending:
        lines.append(f"not applied yet: {_count(pending, 'difference')}; make up ENV={name}")
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def text(value: object) -> str:
    """One side's value for a person."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "(empty)"
    return str(value) if value != "" else "(empty)"
