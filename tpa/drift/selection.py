"""The differences that the patterns on the command line select, and which paths exist at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from auth0_third_party.rules.violation import Path
from tpa.comparison.facts import path_text
from tpa.drift.differences import LINES, Difference, is_compared, is_unknown, states_of
from tpa.files.declaration import Declaration
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class Selection:
    """Without patterns, every difference. `others`: how many that count are not selected."""

    differences: tuple[Difference, ...]
    patterns: tuple[str, ...] = ()
    others: int = 0


def select(found: Sequence[Difference], patterns: Sequence[str]) -> Selection:
    """The differences that match one of the patterns."""
    selected = tuple(each for each in found if _matches(each.name, patterns))
    others = sum(each.counts for each in found) - sum(each.counts for each in selected)
    return Selection(selected, tuple(patterns), others)


def has_unknown(view: EnvironmentView, last: Declaration, patterns: Sequence[str]) -> bool:
    """Whether a selected path that is declared or was applied could not be read."""
    states = states_of(view, last)
    paths = {*states.declared, *states.applied}
    return any(is_unknown(view, path) for path in paths if _matches(path_text(path), patterns))


def compared_paths(view: EnvironmentView, last: Declaration) -> frozenset[Path]:
    """Every path on which one of the states has a value, or may get one."""
    states = states_of(view, last)
    existing = (p for p in states.paths if is_unknown(view, p) or is_compared(view, p, states))
    return frozenset((*existing, *_possible_paths(view, last)))


def is_meaningful(view: EnvironmentView, pattern: str, paths: frozenset[Path]) -> bool:
    """Whether a pattern matches one of these paths, an unknown one, or all of a kind."""
    names = (*map(path_text, paths), *(f"{kind}/" for kind in LINES))
    return any(fnmatchcase(name, pattern) for name in names) or is_unknown(view, (pattern,))


def _possible_paths(view: EnvironmentView, last: Declaration) -> Iterator[Path]:
    """Grants, promoted connections and rate limits that may not exist now."""
    apis = view.catalog.record.audiences
    keys = {*view.declared, *last.clients, *view.managed}
    parents: list[Path] = [("default_permissions",), *(("grants", key) for key in keys)]
    for parent in parents:
        yield from ((*parent, api, subject) for api in apis for subject in ("client", "user"))
    live = view.snapshot.connections if view.snapshot else {}
    names = {*view.catalog.environment.connections.values(), *live}
    yield from (("connections", name) for name in names)
    yield from (("applications", key, "rate_limit") for key in view.catalog.applications)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
