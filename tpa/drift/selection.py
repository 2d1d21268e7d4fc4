"""The part of a drift that a person asked for by patterns of paths, and whether one is mistyped."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote

from tpa.drift.differences import LINES, Difference, comparable, hidden
from tpa.drift.states import Applied, applied_facts, declared_facts, live_facts
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class Part:
    """Without patterns it is the whole. `elsewhere` counts what was changed outside beside it."""

    found: tuple[Difference, ...]
    patterns: tuple[str, ...] = ()
    elsewhere: int = 0


def part(found: Sequence[Difference], patterns: Sequence[str]) -> Part:
    """The differences that match one of the patterns."""
    named = tuple(each for each in found if not patterns or _matches(each.path, patterns))
    rest = sum(each.counts for each in found) - sum(each.counts for each in named)
    return Part(named, tuple(patterns), rest)


def unseen(view: EnvironmentView, last: Applied, patterns: Sequence[str]) -> bool:
    """Whether something of the part, stated or applied, was not read: nobody can vouch for it."""
    ours = {**declared_facts(view), **applied_facts(view, last)}
    asked = (path for path in ours if not patterns or _matches(path, patterns))
    return any(hidden(view, path) for path in asked)


def compared(view: EnvironmentView, last: Applied) -> frozenset[str]:
    """Every path on which a side has something, or might have it tomorrow."""
    sides = declared_facts(view), applied_facts(view, last), live_facts(view)
    paths = set().union(*sides)
    there = (p for p in paths if hidden(view, p) or comparable(view, p, sides))
    return frozenset((*there, *_possible(view, last)))


def names_something(view: EnvironmentView, pattern: str, paths: frozenset[str]) -> bool:
    """Whether a pattern takes in a path that is compared, one that could not be read, or all of a
    kind.
    """
    folders = (f"{kind}/" for kind in LINES)
    known = any(fnmatchcase(path, pattern) for path in (*paths, *folders))
    return known or hidden(view, pattern)


def _possible(view: EnvironmentView, last: Applied) -> Iterator[str]:
    """Where there may be nothing now: grants, connections and rate limits come and go."""
    apis = [quote(api, safe="") for api in view.catalog.record.audiences]
    users = {*view.declared, *last.users, *view.managed}
    for place in ("default_permissions", *(f"grants/{key}" for key in users)):
        yield from (f"{place}/{api}/{subject}" for api in apis for subject in ("client", "user"))
    live = view.snapshot.connections if view.snapshot else {}
    names = {*view.catalog.environment.connections.values(), *live}
    yield from (f"connections/{name}" for name in names)
    yield from (f"applications/{key}/rate_limit" for key in view.catalog.applications)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)
