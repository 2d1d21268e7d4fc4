"""What advancing one environment would change, and whether its stack would let it pass.

It is shown as a table in the terminal, or as Markdown for a pull request's comment.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

from rich.console import Console

from auth0_third_party.model.values import Model
from tpa.environments.difference import difference
from tpa.environments.gate import decide, is_proven
from tpa.environments.risks import Change
from tpa.files.catalog import Catalog
from tpa.files.record import DEFAULTS, Identity, Record
from tpa.terminal.markdown import LIMIT, Table, document, escaped
from tpa.terminal.output import Rows, cell

Status = Literal["refused", "waiting", "ready", "unchanged"]


class Advance(Model):
    """`waiting`: definitions that `source` has in its files and not applied yet; `refused`: ones
    that it does not have, so waiting is of no use; `reused`: ones whose reason was given for
    another definition; `overridden`: definition -> reason why it goes ahead.
    """

    source: str
    target: str
    status: Status
    changes: tuple[Change, ...]
    waiting: tuple[str, ...]
    refused: tuple[str, ...]
    reused: tuple[str, ...]
    overridden: dict[str, str]
    never_applied: bool
    next: str

    def as_json(self) -> dict[str, Any]:
        """The documented form: `source` and `target` are called `from` and `to`."""
        content = self.model_dump(mode="json")
        return {"from": content.pop("source"), "to": content.pop("target"), **content}


def advance_to(
    catalog: Catalog,
    earlier: Record,
    coming: Record,
    before: Record,
    keys: Collection[str] = (),
) -> Advance:
    """What the files would change, what of it has to wait, and what the gate would refuse for good.

    Args:
        earlier: what the environment that it advances from has applied.
        coming: what that environment's files are; it applies them next.
        before: what it has applied itself.
        keys: only these applications; empty: all.
    """
    environment = catalog.environment
    source = environment.advances_from or ""
    after = catalog.record.after(before)
    wanted = {*map(Identity, keys), DEFAULTS} if keys else after.definitions.keys()
    changes = difference(before, after, wanted if keys else None)
    decision = decide(before, after, earlier, source, environment.advance_anyway)
    unproven = tuple(key for key in decision.refused if key in wanted)
    waiting = tuple(key for key in unproven if is_proven(key, after, coming))
    refused = tuple(key for key in unproven if key not in waiting)
    reused = tuple(key for key in decision.reused if key in wanted)
    status = _status(refused=bool(refused or reused), waiting=bool(waiting), changes=bool(changes))
    return Advance(
        source=source,
        target=catalog.name,
        status=status,
        changes=changes,
        waiting=tuple(map(str, waiting)),
        refused=tuple(map(str, refused)),
        reused=tuple(map(str, reused)),
        overridden={str(key): o.reason for key, o in decision.overrides.items() if key in wanted},
        never_applied=not earlier.definitions,
        next=_next(source, catalog.name, refused=bool(refused), status=status),
    )


def _status(*, refused: bool, waiting: bool, changes: bool) -> Status:
    if refused:
        return "refused"
    if waiting:
        return "waiting"
    return "ready" if changes else "unchanged"


def _next(source: str, target: str, *, refused: bool, status: Status) -> str:
    reason = f"reason under advance_anyway in stacks/{target}.yaml"
    return {
        "refused": f"make them live in {source} too, or write a {reason}"
        if refused
        else f"write a new {reason}",
        "waiting": f"tpa up -e {source}",
        "ready": f"tpa up -e {target}",
        "unchanged": "",
    }[status]


STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "dim"}
MARKS = {"critical": "🟥", "high": "🟧", "medium": "🟨", "low": "⬜"}
TENANT = "(tenant)"


def show_table(console: Console, advance: Advance) -> None:
    """The table, and what comes next."""
    if advance.changes:
        show_changes(console, advance.changes)
        console.print()
    for line in lines(advance):
        console.print(cell(line), soft_wrap=True)


def show_changes(console: Console, changes: Iterable[Change]) -> None:
    """Changes as a table, in their order."""
    rows = Rows("risk", "application", "change", "touches", "consent")
    for change in changes:
        rows.add_row(cell(change.risk, STYLES[change.risk]), *map(cell, _cells(change)))
    rows.show(console)


def markdown(advance: Advance, limit: int = LIMIT, link: str = "") -> str:
    """A comment; texts of files can't break out of the table or mention a user."""
    head = f"### {advance.source} → {advance.target}: {advance.status}"
    below = (escaped(line) for line in lines(advance))
    return document([head, *changes_in_markdown(advance.changes), *below], limit, link)


def changes_in_markdown(changes: Sequence[Change]) -> list[Table]:
    """The same table; none where nothing changes."""
    columns = ("risk", "application", "change", "touches", "consent again")
    rows = [(f"{MARKS[each.risk]} {each.risk}", *_cells(each)) for each in changes]
    return [Table(columns, rows)] if rows else []


def lines(advance: Advance) -> Iterator[str]:
    """The lines below the table."""
    source, target = advance.source, advance.target
    if not advance.changes:
        yield f"{target}: nothing would change"
    for key, reason in advance.overridden.items():
        yield f"{key} goes ahead of {source}: {reason}"
    if advance.waiting:
        state = "has never been applied" if advance.never_applied else "has not applied these yet"
        yield f"waiting for {source}, which {state}: {', '.join(advance.waiting)}"
    if advance.refused:
        why = f"they are not live in {source}, which would have to apply them first"
        yield f"{target} will refuse {', '.join(advance.refused)}: {why}"
    if advance.reused:
        why = "the reason was given for another definition"
        yield f"{target} will refuse {', '.join(advance.reused)}: {why}"
    if advance.next:
        yield f"Next: {advance.next}"


def _cells(change: Change) -> tuple[str, str, str, str]:
    others = [key for key in change.touches if key != change.application]
    touches = ", ".join(others[:5])
    if len(others) > 5:
        touches += f" and {len(others) - 5} more"
    consent = "yes" if change.consent else ""
    return change.application or TENANT, change.what, touches, consent
