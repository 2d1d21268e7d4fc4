"""A drift for people and for pipelines: the table, what comes next, and the stable form."""

import shlex
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from rich.console import Console

from tpa.drift.differences import Difference, idle_rules, not_compared
from tpa.drift.reading import EnvironmentStates
from tpa.drift.selection import Part
from tpa.tenant.redaction import REDACTED, looks_secret
from tpa.terminal.output import cell, say
from tpa.terminal.tables import Rows

OWNERS = {"file": "files", "outside": "outside", "both": "both"}
STYLES = {"outside": "bold red", "both": "bold red", "file": "dim"}


def report(seen: EnvironmentStates, asked: Part) -> dict[str, Any]:
    """The stable form for pipelines."""
    found = asked.found
    return {
        "environment": seen.view.catalog.name,
        "tenant": seen.view.domain,
        "applied": seen.last.ever,
        "paths": list(asked.patterns),
        "outside": sum(each.counts for each in found),
        "ignored": sum(bool(each.ignored) for each in found),
        "pending": sum(each.owner == "file" for each in found),
        "unknown": [{"what": each.what, "scope": each.scope} for each in seen.view.unknown],
        "not_compared": list(not_compared(seen.view)),
        "differences": [discreet(each).model_dump(mode="json") for each in found],
    }


def show(console: Console, seen: EnvironmentStates, asked: Part) -> None:
    """The table, what comes next, and what nobody looked at."""
    if asked.found:
        shown = Rows("moved", "what", "files", "last update", "tenant", "stated in")
        for each in map(in_one_order, map(discreet, asked.found)):
            values = (cell(text(value)) for value in (each.declared, each.applied, each.live))
            owner = "ignored" if each.ignored else OWNERS[each.owner]
            shown.add_row(
                cell(owner, STYLES[each.owner]), cell(each.path), *values, cell(each.file)
            )
        shown.show(console)
        console.print()
    for line in _lines(seen, asked):
        console.print(cell(line), soft_wrap=True)
    for lack in seen.view.unknown:
        say(f"unknown: {lack}")
    unlooked = not_compared(seen.view)
    if unlooked:
        say(f"not compared: {'; '.join(unlooked)}")


def show_idle_rules(seen: EnvironmentStates, found: Sequence[Difference]) -> None:
    """Rules that name nothing now."""
    for rule in idle_rules(seen.view, tuple(found)):
        line = seen.view.catalog.line(seen.view.catalog.file, "ignore_drift", rule)
        say(f"{line}: ignore_drift: nothing matches '{rule}' now; it may hide what comes")


def _lines(seen: EnvironmentStates, asked: Part) -> list[str]:
    name = seen.view.catalog.name
    outside = sum(each.counts for each in asked.found)
    pending = sum(each.owner == "file" for each in asked.found)
    lines = []
    if not seen.last.ever:
        lines.append(f"{name} was never applied: nothing tells what was there before")
    if not outside:
        lines.append(
            f"{name}: nothing was changed outside{_at(asked)}{_as_far(seen)}{_elsewhere(asked)}"
        )
    else:
        made = f"{_count(outside, 'difference')} made outside"
        lines.append(f"{name}: {made}{_at(asked)}{_elsewhere(asked)}")
        take = shlex.join(["tpa", "drift", "-e", name, "--accept", *asked.patterns])
        undo = shlex.join(["tpa", "drift", "-e", name, "--restore", *asked.patterns])
        lines.append(f"  take them into the files: {take}")
        lines.append(f"  undo them in the tenant: {undo}")
    if pending:
        lines.append(f"not applied yet: {_count(pending, 'difference')}; make up ENV={name}")
    return lines


def _at(asked: Part) -> str:
    """Of a part nothing is said of the whole."""
    named = ", ".join(f"'{pattern}'" for pattern in asked.patterns)
    return f" at {named}" if named else ""


def _elsewhere(asked: Part) -> str:
    if not asked.elsewhere:
        return ""
    return f"; {_count(asked.elsewhere, 'other difference')} made outside"


def _as_far(seen: EnvironmentStates) -> str:
    """A part that could not be read may hide anything."""
    return ", as far as could be seen" if seen.view.unknown else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def discreet(each: Difference) -> Difference:
    """The same without values that nobody should see on a screen or in a log."""
    facet = unquote(each.path.split("/", 2)[-1])
    sides = {name: getattr(each, name) for name in ("declared", "applied", "live")}
    hidden = {name: REDACTED for name, value in sides.items() if looks_secret(facet, value)}
    return each.model_copy(update=hidden)


def in_one_order(each: Difference) -> Difference:
    """The same with what the tenant has more at the end of its lists, to be seen at once.

    Facts sort a list that has no order of its own; one that is not sorted stays as it is, since its
    order may be the difference.
    """
    sides = {name: getattr(each, name) for name in ("declared", "applied", "live")}
    lists = {name: value for name, value in sides.items() if isinstance(value, list | tuple)}
    if any(list(value) != sorted(value) for value in lists.values()):
        return each
    order = list(dict.fromkeys(item for value in lists.values() for item in value))
    return each.model_copy(
        update={name: tuple(sorted(value, key=order.index)) for name, value in lists.items()}
    )


def text(value: object) -> str:
    """One side's value for a person."""
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "(empty)"
    return str(value) if value != "" else "(empty)"
