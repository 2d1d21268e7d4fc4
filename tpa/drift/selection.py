"""The differences of `tpa drift`: all of them, those that patterns on the command line select, and
those that a command is for.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from auth0_third_party.rules.violation import nearest
from tpa.comparison.differences import (
    Difference,
    differences,
    is_compared,
    is_unknown,
    states_of,
)
from tpa.comparison.facts import path_text
from tpa.comparison.locations import KINDS
from tpa.drift.restore_steps import NotRestorable, steps_of
from tpa.errors import TpaError
from tpa.tenant.reading import EnvironmentStates
from tpa.terminal.output import say


def attributed_differences(seen: EnvironmentStates) -> tuple[Difference, ...]:
    """Every difference. One in what the last update failed to write is not applied yet, whatever
    the record says: the next update writes it.
    """
    found = differences(seen.view, seen.last)
    failed = {(each.type, each.name) for each in seen.state.resources.resources if each.failed}
    if not failed:
        return found
    return tuple(
        replace(each, changed_by="files") if failed & _written_by(seen, each) else each
        for each in found
    )


def _written_by(seen: EnvironmentStates, each: Difference) -> set[tuple[str, str]]:
    try:
        return {(resource.type, resource.name) for resource in steps_of(seen, each).resources}
    except NotRestorable:
        return set()


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


def check_patterns(
    seen: EnvironmentStates,
    found: Sequence[Difference],
    patterns: Sequence[str],
    *,
    required: bool,
) -> None:
    """Says which patterns match no difference.

    Raises:
        TpaError: one matches nothing that is compared; with `required`, no difference.
    """
    for pattern in patterns:
        if select(found, [pattern]).differences:
            continue
        if required:
            raise TpaError(f"there is no difference '{pattern}'; tpa drift lists all of them")
        names = compared_names(seen)
        if not is_meaningful(seen, pattern, names):  # then it is mistyped
            raise TpaError(f"nothing is compared at '{pattern}': {nearest(pattern, names)}")
        if len(patterns) > 1:
            say(f"nothing differs at '{pattern}'")


def has_unknown(seen: EnvironmentStates, patterns: Sequence[str]) -> bool:
    """Whether a selected path that is declared or was applied could not be read."""
    states = states_of(seen.view, seen.last)
    names = map(path_text, {*states.declared, *states.applied})
    return any(is_unknown(seen.view, name) for name in names if _matches(name, patterns))


def compared_names(seen: EnvironmentStates) -> frozenset[str]:
    """Every path on which one of the states has a value, or may get one, as it is printed."""
    view, states = seen.view, states_of(seen.view, seen.last)
    existing = (
        path
        for path in states.paths
        if is_unknown(view, path_text(path)) or is_compared(view, path, states)
    )
    return frozenset(map(path_text, (*existing, *_possible_paths(seen))))


def is_meaningful(seen: EnvironmentStates, pattern: str, names: frozenset[str]) -> bool:
    """Whether a pattern matches one of these paths, an unknown one, or all of a kind."""
    known = (*names, *(f"{kind}/" for kind in KINDS))
    return any(fnmatchcase(name, pattern) for name in known) or is_unknown(seen.view, pattern)


def chosen(found: Sequence[Difference], *, named: bool, accept: bool) -> list[Difference]:
    """What to accept or restore. Says why for the others, as far as they may have been meant."""
    meant = []
    for each in found:
        if each.ignored:
            if named:
                say(f"left as it is: {each.name}: ignored: {each.ignored}")
        elif accept and each.changed_by == "both" and not named:
            say(
                f"left as it is: {each.name}: {each.file} was changed too; name this path to"
                " overwrite that change"
            )
        elif each.counts:
            meant.append(each)
        elif named:
            say(f"left as it is: {each.name}: changed in the files only, not in the tenant")
    return meant


def _possible_paths(seen: EnvironmentStates) -> Iterator[tuple[str, ...]]:
    """Grants, promoted connections and rate limits that may not exist now."""
    view, apis = seen.view, seen.view.catalog.record.audiences
    keys = {*view.declared, *seen.last.clients, *view.managed}
    parents: list[tuple[str, ...]] = [("default_permissions",), *(("grants", key) for key in keys)]
    for parent in parents:
        yield from ((*parent, api, subject) for api in apis for subject in ("client", "user"))
    names = {*view.catalog.environment.connections.values(), *view.tenant.connections}
    yield from (("connections", name) for name in names)
    yield from (("applications", key, "rate_limit") for key in view.catalog.applications)


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)
