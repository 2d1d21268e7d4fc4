"""The differences that the patterns on the command line select, and which paths exist at all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote

from tpa.drift.differences import LINES, Difference, is_compared, is_unknown
from tpa.drift.states import LastApplied, applied_facts, declared_facts, read_states
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class Selection:
    """Without patterns, every difference. `others`: how many that count are not selected."""

    differences: tuple[Difference, ...]
    patterns: tuple[str, ...] = ()
    others: int = 0


def select(found: Sequence[Difference], patterns: Sequence[str]) -> Selection:
    """The differences that match one of the patterns."""
    selected = tuple(each for each in found if _matches(each.path, patterns))
    others = sum(each.counts for each in found) - sum(each.counts for each in selected)
    return Selection(selected, tuple(patterns), others)


def has_unknown(view: EnvironmentView, last: LastApplied, patterns: Sequence[str]) -> bool:
    """Whether a selected path that is declared or was applied could not be read."""
    paths = {**declared_facts(view), **applied_facts(view, last)}
    return any(is_unknown(view, path) for path in paths if _matches(path, patterns))


def compared_paths(view: EnvironmentView, last: LastApplied) -> frozenset[str]:
    """Every path on which one of the states has a value, or may get one."""
    states = read_states(view, last)
    existing = (p for p in states.paths if is_unknown(view, p) or is_compared(view, p, states))
    return frozenset((*existing, *_possible_paths(view, last)))


def is_meaningful(view: EnvironmentView, pattern: str, paths: frozenset[str]) -> bool:
    """Whether a pattern matches one of these paths, an unknown one, or all of a kind."""
    kinds = (f"{kind}/" for kind in LINES)
    return any(fnmatchcase(path, pattern) for path in (*paths, *kinds)) or is_unknown(view, pattern)


def _possible_paths(view: EnvironmentView, last: LastApplied) -> Iterator[str]:
    """Grants, promoted connections and rate limits that may not exist now."""
    apis = [quote(api, safe="") for api in view.catalog.record.audiences]
    keys = {*view.declared, *last.applications_and_agents, *view.managed}
    for parent in ("default_permissions", *(f"grants/{key}" for key in keys)):
        yield from (f"{parent}/{api}/{subject}" for api in apis for subject in ("client", "user"))
    live = view.snapshot.connections if view.snapshot else {}
    names = {*view.catalog.environment.connections.values(), *live}
    yield from (f"connections/{name}" for name in names)
    yield from (f"applications/{key}/rate_limit" for key in view.catalog.applications)


def _matches(path: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(path, pattern) for pattern in patterns)
