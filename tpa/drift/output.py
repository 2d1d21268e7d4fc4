"""What `tpa drift` prints: a table with the next steps, or JSON."""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console

from tpa.comparison.differences import STATES, Difference, not_compared, redacted, unused_rules
from tpa.comparison.facts import value_text
from tpa.drift.authors import Authors
from tpa.drift.selection import Selection
from tpa.drift.unmanaged import unmanaged
from tpa.tenant.reading import EnvironmentStates
from tpa.tenant.view import excluded_lines
from tpa.terminal.output import Rows, cell, say

STYLES = {"outside": "bold red", "both": "bold red", "files": "dim"}


def json_content(seen: EnvironmentStates, selection: Selection, known: Authors) -> dict[str, Any]:
    """What `--json` prints; documented in the help of the command."""
    found = selection.differences
    unknown = (*seen.view.unknown, *([known.log.unknown] if known.log.unknown else ()))
    return {
        "environment": seen.view.catalog.name,
        "tenant": seen.view.domain,
        "applied": seen.ever_applied,
        "paths": list(selection.patterns),
        "outside": sum(each.counts for each in found),
        "ignored": sum(bool(each.ignored) for each in found),
        "pending": sum(each.changed_by == "files" for each in found),
        "unknown": [{"what": each.what, "scope": each.scope} for each in unknown],
        "excluded": list(seen.view.excluded),
        "not_compared": list(not_compared(seen.view)),
        "differences": [_json(redacted(each), known) for each in found],
        "unmanaged": [each.as_json() for each in unmanaged(seen, found, known)],
    }


def show(console: Console, seen: EnvironmentStates, selection: Selection, known: Authors) -> None:
    """The table, who changed what, the next steps, and what could not be compared."""
    if selection.differences:
        table = Rows("changed by", "path", "files", "last update", "tenant", "stated in")
        for each in map(in_common_order, map(redacted, selection.differences)):
            values = (cell(value_text(getattr(each, state))) for state in STATES)
            changed_by = "ignored" if each.ignored else each.changed_by
            table.add_row(
                cell(changed_by, STYLES[each.changed_by]),
                cell(each.name),
                *values,
                cell(each.file),
            )
        table.show(console)
        console.print()
    for line in (*_authors(seen, selection, known), *_summary(seen, selection)):
        console.print(cell(line), soft_wrap=True)
    for unknown in seen.view.unknown:
        say(f"unknown: {unknown}")
    for line in excluded_lines(seen.view.catalog, seen.view.excluded):
        say(line)
    for note in known.notes:
        say(note)
    skipped = not_compared(seen.view)
    if skipped:
        say(f"not compared: {'; '.join(skipped)}")


def show_unused_rules(seen: EnvironmentStates, found: Sequence[Difference]) -> None:
    """The rules of `ignore_drift` that match no difference now."""
    for rule in unused_rules(seen.view, tuple(found)):
        line = seen.view.catalog.line(seen.view.catalog.file, "ignore_drift", rule)
        say(f"{line}: ignore_drift: '{rule}' matches no difference now, and may hide a later one")


def _authors(seen: EnvironmentStates, selection: Selection, known: Authors) -> Iterator[str]:
    """One line for each difference that was made outside; more for an application in no file."""
    found = selection.differences
    for each in found:
        author = known.of(each)
        if author and each.path[0] != "unmanaged":
            yield f"{each.name}: {author}"
    for one in unmanaged(seen, found, known):
        made = f", made {one.author}" if one.author else ""
        yield f"in no file: {one.label}, owner {one.client.owner or 'unknown'}{made}"
        yield from (f"  {call}" for call in one.calls)


def _summary(seen: EnvironmentStates, selection: Selection) -> list[str]:
    name = seen.view.catalog.name
    outside = sum(each.counts for each in selection.differences)
    pending = sum(each.changed_by == "files" for each in selection.differences)
    where = _named_patterns(selection)
    others = (
        f"; {counted(selection.others, 'other difference')} made outside"
        if selection.others
        else ""
    )
    lines = []
    if not seen.ever_applied:
        lines.append(f"{name}: no update was applied yet, so earlier values are unknown")
    if not outside:
        limits = ", as far as could be read" if seen.view.unknown else ""
        lines.append(f"{name}: nothing was changed outside{where}{limits}{others}")
    else:
        lines.append(f"{name}: {counted(outside, 'difference')} made outside{where}{others}")
        for what, option in (
            ("write them into the files", "--accept"),
            ("undo them in the tenant", "--restore"),
        ):
            command = shlex.join(["tpa", "drift", "-e", name, option, *selection.patterns])
            lines.append(f"  {what}: {command}")
    unmanaged = [e for e in selection.differences if e.path[0] == "unmanaged" and e.counts]
    if unmanaged:
        ids = shlex.join(str(each.path[1]) for each in unmanaged)
        lines.append(f"  {len(unmanaged)} of them in no file: tpa adopt -e {name} {ids}")
        lines.append("    or delete them in the Auth0 Dashboard, or give a reason: ignore_drift")
    if pending:
        lines.append(f"not applied yet: {counted(pending, 'difference')}; tpa up -e {name}")
    return lines


def _named_patterns(selection: Selection) -> str:
    """A summary of a selection names its patterns, since the rest may differ."""
    named = ", ".join(f"'{pattern}'" for pattern in selection.patterns)
    return f" at {named}" if named else ""


def counted(number: int, what: str) -> str:
    """`1 difference`, `2 differences`."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def in_common_order(each: Difference) -> Difference:
    """The same difference with its lists in one order, so that additions are at the end.

    Lists without an order of their own are sorted in the facts; one that is not sorted stays as it
    is, since its order may be the difference.
    """
    values = {state: getattr(each, state) for state in STATES}
    lists = {state: value for state, value in values.items() if isinstance(value, list | tuple)}
    if any(list(value) != sorted(value) for value in lists.values()):
        return each
    order = list(dict.fromkeys(item for value in lists.values() for item in value))
    ordered: dict[str, Any] = {
        state: tuple(sorted(value, key=order.index)) for state, value in lists.items()
    }
    return replace(each, **ordered)


def _json(each: Difference, known: Authors) -> dict[str, Any]:
    write = known.writes.get(each.path)
    author = {"who": write.who if write else "", "at": write.at if write else ""}
    return {**asdict(each), "path": each.name, **author}
