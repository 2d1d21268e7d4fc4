"""What `tpa drift` found: a table with the next steps, JSON, or the body of an issue."""

import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

from auth0_third_party.model.text import access_name, counted, shown
from tpa.access.effective import AccessRow, access_rows
from tpa.comparison.differences import STATES, Difference, not_compared, redacted, unused_rules
from tpa.comparison.facts import value_text
from tpa.drift.authors import Authors
from tpa.drift.selection import Selection
from tpa.tenant.objects import Client
from tpa.tenant.reading import EnvironmentStates
from tpa.tenant.view import excluded_lines
from tpa.terminal.markdown import Table, document, escaped
from tpa.terminal.output import Rows, cell, results, say

STYLES = {"outside": "bold red", "both": "bold red", "files": "dim"}
COLUMNS = ("changed by", "path", "files", "last update", "tenant", "stated in")


@dataclass(frozen=True)
class Unmanaged:
    """A live third-party application that is in no file. `rows`: None where they are unknown."""

    difference: Difference
    client: Client
    rows: tuple[AccessRow, ...] | None
    author: str

    @property
    def label(self) -> str:
        """`By hand (tpc_1, strict)`."""
        return f"{self.client.name} ({self.client.id}, {self.client.mode})"

    @property
    def calls(self) -> tuple[str, ...]:
        """`may call orders (user access): read:orders`, once for each API."""
        if self.rows is None:
            return ("what it may call is unknown",)
        return tuple(map(_call, self.rows)) or ("may call nothing",)


@dataclass(frozen=True)
class Found:
    """The states, the selected differences, and who made them. `rotated`: keys of applications
    whose secret in the state is dead.
    """

    seen: EnvironmentStates
    selection: Selection
    known: Authors
    rotated: tuple[str, ...] = ()

    @property
    def environment(self) -> str:
        return self.seen.view.catalog.name

    @property
    def differences(self) -> tuple[Difference, ...]:
        return self.selection.differences

    @cached_property
    def outside(self) -> tuple[Difference, ...]:
        """Those that count."""
        return tuple(each for each in self.differences if each.counts)

    @cached_property
    def pending(self) -> int:
        """How many the next update applies."""
        return sum(each.changed_by == "files" for each in self.differences)

    @cached_property
    def unmanaged(self) -> tuple[Unmanaged, ...]:
        """The applications among the differences that are in no file."""
        view = self.seen.view
        found = {each.path[1]: each for each in self.differences if _in_no_file(each)}
        rows = access_rows(view) if found else ()
        return tuple(
            Unmanaged(
                found[client.id],
                client,
                tuple(r for r in rows if r.client_id == client.id) if view.comparable else None,
                self.known.of(found[client.id]),
            )
            for client in view.unexplained
            if client.id in found
        )

    @property
    def commands(self) -> dict[str, str]:
        """What to do with what was changed outside: by which command."""
        drift = ["tpa", "drift", "-e", self.environment]
        found = {
            "write them into the files": shlex.join([*drift, "--accept", *self.selection.patterns]),
            "undo them in the tenant": shlex.join([*drift, "--restore", *self.selection.patterns]),
        }
        ids = [str(each.path[1]) for each in self.outside if _in_no_file(each)]
        if ids:
            what = f"{len(ids)} of them in no file"
            found[what] = shlex.join(["tpa", "adopt", "-e", self.environment, *ids])
        return found


def _in_no_file(each: Difference) -> bool:
    return each.path[0] == "unmanaged"


def _call(row: AccessRow) -> str:
    blocked = f", blocked: {row.blocked}" if row.blocked else ""
    return f"may call {row.api} ({access_name(row.subject_type)}): {row.scopes_text}{blocked}"


def _cells(each: Difference) -> list[str]:
    """Of the `COLUMNS`."""
    safe = in_common_order(redacted(each))
    values = (value_text(getattr(safe, state)) for state in STATES)
    return [each.changed_by, each.name, *values, each.file]


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


def json_content(found: Found) -> dict[str, Any]:
    """What `--json` prints; documented in the help of the command."""
    view, known = found.seen.view, found.known
    unknown = (*view.unknown, *([known.log.unknown] if known.log.unknown else ()))
    return {
        "environment": found.environment,
        "tenant": view.domain,
        "applied": found.seen.ever_applied,
        "paths": list(found.selection.patterns),
        "outside": len(found.outside),
        "ignored": sum(bool(each.ignored) for each in found.differences),
        "pending": found.pending,
        "unknown": list(map(asdict, unknown)),
        "excluded": list(view.excluded),
        "not_compared": list(not_compared(view)),
        "differences": [_difference_json(redacted(each), known) for each in found.differences],
        "unmanaged": list(map(_unmanaged_json, found.unmanaged)),
        "rotated_secrets": list(found.rotated),
    }


def _difference_json(each: Difference, known: Authors) -> dict[str, Any]:
    write = known.writes.get(each.path)
    author = {"who": write.who if write else "", "at": write.at if write else ""}
    return {**asdict(each), "path": each.name, **author}


def _unmanaged_json(each: Unmanaged) -> dict[str, Any]:
    """`rows` are those of `tpa access --live --json`."""
    return {
        "client_id": each.client.id,
        "name": each.client.name,
        "security_mode": each.client.mode,
        "owner": each.client.owner,
        "made": each.author,
        "ignored": each.difference.ignored,
        "rows": None if each.rows is None else [r.model_dump(mode="json") for r in each.rows],
    }


def show(found: Found) -> None:
    """The table, who changed what, the next steps; then, as notes, what else is to be known."""
    console = results()
    if found.differences:
        table = Rows(*COLUMNS)
        for each in found.differences:
            first, *rest = _cells(each)
            first = "ignored" if each.ignored else first
            table.add_row(cell(first, STYLES[each.changed_by]), *map(cell, rest))
        table.show(console)
        console.print()
    for line in (*_authors(found), *_summary(found)):
        console.print(cell(line), soft_wrap=True)
    for line in _notes(found):
        say(line)


def _authors(found: Found) -> Iterator[str]:
    """One line for each difference that was made outside; more for an application in no file."""
    for each in found.differences:
        author = found.known.of(each)
        if author and not _in_no_file(each):
            yield f"{each.name}: {author}"
    for one in found.unmanaged:
        made = f", made {one.author}" if one.author else ""
        yield f"in no file: {one.label}, owner {one.client.owner or 'unknown'}{made}"
        yield from (f"  {call}" for call in one.calls)


def _summary(found: Found) -> Iterator[str]:
    """A summary of a selection names its patterns, since the rest may differ."""
    name, selection, view = found.environment, found.selection, found.seen.view
    patterns = ", ".join(f"'{pattern}'" for pattern in selection.patterns)
    where = f" at {patterns}" if patterns else ""
    others = f"; {counted(selection.others, 'other difference')} made outside"
    others = others if selection.others else ""
    if not found.seen.ever_applied:
        yield f"{name}: no update was applied yet, so earlier values are unknown"
    if found.outside:
        yield f"{name}: {counted(len(found.outside), 'difference')} made outside{where}{others}"
        yield from (f"  {what}: {command}" for what, command in found.commands.items())
        if any(map(_in_no_file, found.outside)):
            yield "    or delete them in the Auth0 Dashboard, or give a reason: ignore_drift"
    else:
        limits = ", as far as could be read" if view.unknown else ""
        yield f"{name}: nothing was changed outside{where}{limits}{others}"
    if found.pending:
        yield f"not applied yet: {counted(found.pending, 'difference')}; tpa up -e {name}"


def _notes(found: Found) -> Iterator[str]:
    view, name = found.seen.view, found.environment
    yield from (f"unknown: {unknown}" for unknown in view.unknown)
    yield from excluded_lines(view.catalog, view.excluded)
    yield from found.known.notes
    skipped = not_compared(view)
    if skipped:
        yield f"not compared: {'; '.join(skipped)}"
    for key in found.rotated:
        yield (
            f"{key}: its secret was rotated in the tenant, and the state has the old one;"
            f" pulumi refresh -s {name} reads it, tpa credentials {key} hands it over"
        )
    if not found.selection.patterns and not view.unknown:
        for rule in unused_rules(view, found.differences):
            line = view.catalog.line(view.catalog.file, "ignore_drift", rule)
            yield (
                f"{line}: ignore_drift: '{rule}' matches no difference now, and may hide a later"
                " one"
            )


def as_markdown(found: Found) -> str:
    """The whole document, cut where a host would not take it; texts of the tenant stay plain."""
    return document(_parts(found))


def _parts(found: Found) -> Iterator[str | Table]:
    view, known = found.seen.view, found.known
    told = (
        f"{counted(len(found.outside), 'difference')} made outside" if found.outside else "no drift"
    )
    yield f"### {escaped(found.environment)} on {escaped(view.domain)}: {told}"
    if found.outside:
        managed = (each for each in found.outside if not _in_no_file(each))
        rows = [[*_cells(each), known.of(each) or "unknown"] for each in managed]
        yield Table((*COLUMNS, "who and when"), rows)
    rows = [
        [each.label, call, each.client.owner or "unknown", each.author or "unknown"]
        for each in found.unmanaged
        if each.difference.counts
        for call in each.calls
    ]
    if rows:
        yield "#### Third-party applications in no file"
        yield Table(("application", "access", "owner", "made"), rows)
    if found.outside:  # each line begins with the command, so no text of others ends the block
        yield "Write them into the files, undo them, or adopt what is in no file:"
        yield "\n".join(("```sh", *map(shown, found.commands.values()), "```"))
    rest = len(found.differences) - len(found.outside)
    if rest:
        yield f"{counted(rest, 'difference')} ignored by a rule, or not applied yet."
    unknown = (f"unknown: {each}" for each in view.unknown)
    skipped = (f"not compared: {each}" for each in not_compared(view))
    for line in (*unknown, *known.notes, *skipped):
        yield f"- {escaped(line)}"
