"""What `tpa drift` found as the body of an issue: texts of the tenant stay plain text in it."""

import shlex
from collections.abc import Iterator

from auth0_third_party.model.text import shown
from tpa.comparison.differences import STATES, Difference, not_compared, redacted
from tpa.comparison.facts import value_text
from tpa.drift.authors import Authors
from tpa.drift.output import counted, in_common_order
from tpa.drift.selection import Selection
from tpa.drift.unmanaged import unmanaged
from tpa.tenant.reading import EnvironmentStates
from tpa.terminal.markdown import Table, document, escaped

COLUMNS = ("changed by", "path", "files", "last update", "tenant", "stated in", "who and when")


def as_markdown(seen: EnvironmentStates, selection: Selection, known: Authors) -> str:
    """The whole document, cut where a host would not take it."""
    return document(_parts(seen, selection, known))


def _parts(seen: EnvironmentStates, selection: Selection, known: Authors) -> Iterator[str | Table]:
    name, found = seen.view.catalog.name, selection.differences
    outside = [each for each in found if each.counts]
    told = f"{counted(len(outside), 'difference')} made outside" if outside else "no drift"
    yield f"### {escaped(name)} on {escaped(seen.view.domain)}: {told}"
    if outside:
        yield Table(COLUMNS, [_row(each, known) for each in outside if not _in_no_file(each)])
    yield from _in_no_files(seen, selection, known)
    if outside:
        yield from _commands(name, selection, outside)
    rest = [each for each in found if not each.counts]
    if rest:
        yield f"{counted(len(rest), 'difference')} ignored by a rule, or not applied yet."
    unknown = [f"unknown: {each}" for each in seen.view.unknown]
    skipped = [f"not compared: {each}" for each in not_compared(seen.view)]
    for line in (*unknown, *known.notes, *skipped):
        yield f"- {escaped(line)}"


def _row(each: Difference, known: Authors) -> list[str]:
    safe = in_common_order(redacted(each))
    values = [value_text(getattr(safe, state)) for state in STATES]
    return [each.changed_by, each.name, *values, each.file, known.of(each) or "unknown"]


def _in_no_file(each: Difference) -> bool:
    return each.path[0] == "unmanaged"


def _in_no_files(
    seen: EnvironmentStates, selection: Selection, known: Authors
) -> Iterator[str | Table]:
    rows = [
        [each.label, call, each.client.owner or "unknown", each.author or "unknown"]
        for each in unmanaged(seen, selection.differences, known)
        if each.difference.counts
        for call in each.calls
    ]
    if rows:
        yield "#### Third-party applications in no file"
        yield Table(("application", "access", "owner", "made"), rows)


def _commands(name: str, selection: Selection, outside: list[Difference]) -> Iterator[str]:
    """As lines of a code block: each begins with the command, so no text of others ends it."""
    drift = ["tpa", "drift", "-e", name]
    ids = [str(each.path[1]) for each in outside if _in_no_file(each)]
    lines = [
        [*drift, "--accept", *selection.patterns],
        [*drift, "--restore", *selection.patterns],
        *([["tpa", "adopt", "-e", name, *ids]] if ids else []),
    ]
    block = "\n".join(shown(shlex.join(line)) for line in lines)
    yield "Write them into the files, undo them, or adopt what is in no file:"
    yield f"```sh\n{block}\n```"
