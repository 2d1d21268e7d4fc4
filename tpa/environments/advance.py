"""What advancing one environment would change, and whether its stack would let it pass.

It is shown as a table in the terminal, or as Markdown for a pull request's comment.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any, Literal

from rich.console import Console

from auth0_third_party.model.text import shown
from auth0_third_party.model.values import Model
from tpa.environments.difference import difference
from tpa.environments.gate import decide, is_proven
from tpa.environments.risks import Change
from tpa.files.catalog import Catalog
from tpa.files.record import DEFAULTS, Record
from tpa.terminal.output import cell
from tpa.terminal.tables import Rows

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
    changes = difference(before, after, keys or None)
    decision = decide(before, after, earlier, source, environment.advance_anyway)
    wanted = {*keys, DEFAULTS} if keys else after.definitions.keys()
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
        waiting=waiting,
        refused=refused,
        reused=reused,
        overridden={key: o.reason for key, o in decision.overrides.items() if key in wanted},
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
_LINKED = re.compile(
    r"(?<=[@#!$%~^&])(?=[\w\"'-])"  # mentions and references
    r"|(?=://)|(?i:(?<=mailto)(?=:)|(?<=xmpp)(?=:)|(?<=\bwww)(?=\.))"
    r"|(?<=[A-Z])(?=-\d)|(?<=[A-Z]\d)(?=-\d)|(?i:(?<=\bgh)(?=-\d))"
    r"|(?i:(?<=\b[0-9a-f]{6})(?=[0-9a-f]))"
)


def show_table(console: Console, advance: Advance) -> None:
    """The table, and what comes next."""
    if advance.changes:
        rows = Rows("risk", "application", "change", "touches", "consent")
        for change in advance.changes:
            cells = (change.application or TENANT, change.what, _touches(change), _consent(change))
            rows.add_row(cell(change.risk, STYLES[change.risk]), *map(cell, cells))
        rows.show(console)
        console.print()
    for line in lines(advance):
        console.print(cell(line), soft_wrap=True)


def markdown(advance: Advance) -> str:
    """A comment; texts of files can't break out of the table or mention a user."""
    head = f"### {advance.source} → {advance.target}: {advance.status}"
    parts = [head, ""]
    if advance.changes:
        parts += [
            "| risk | application | change | touches | consent again |",
            "|---|---|---|---|---|",
        ]
        parts += [_row(change) for change in advance.changes]
        parts.append("")
    parts += [escaped(line) for line in lines(advance)]
    return "\n".join(parts).rstrip() + "\n"


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


def escaped(text: str) -> str:
    """Plain text as Markdown shows it: one line without markup, table borders, mentions, links.

    GitHub and GitLab link addresses, `#1`, `GH-1`, `!1`, `$1`, keys of issue trackers and hashes of
    commits after Markdown is done, so a space of no width interrupts these.
    """
    one_line = _LINKED.sub("\u200b", shown(" ".join(text.split())))
    marked = re.sub(r"([\\`*_\[\]|#~!$^])", r"\\\1", one_line.replace("&", "&amp;"))
    return marked.replace("<", "&lt;").replace(">", "&gt;")


def _row(change: Change) -> str:
    cells = (change.application or TENANT, change.what, _touches(change), _consent(change))
    written = " | ".join(escaped(text) for text in cells)
    return f"| {MARKS[change.risk]} {change.risk} | {written} |"


def _touches(change: Change) -> str:
    others = [key for key in change.touches if key != change.application]
    first = ", ".join(others[:5])
    return f"{first} and {len(others) - 5} more" if len(others) > 5 else first


def _consent(change: Change) -> str:
    return "yes" if change.consent else ""
