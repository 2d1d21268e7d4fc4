"""The one comparison: two states of an environment, fact by fact."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from auth0_third_party.model.application import Application
from auth0_third_party.model.client import METADATA, Values, declared_values
from auth0_third_party.model.values import same_value
from auth0_third_party.rules.violation import Path
from tpa.comparison.facts import Facts

NOT_OF_THE_CLIENT = (METADATA, "rate_limit", "tag")
"""What is part of an application, and absent where it is not declared."""


@dataclass(frozen=True)
class Changed:
    """One path on which two states differ; None in one that does not have it."""

    path: Path
    before: Any
    after: Any

    @property
    def gained(self) -> tuple[Any, ...]:
        """What a list has more afterwards, in its order."""
        return tuple(each for each in self.after or () if each not in (self.before or ()))

    @property
    def lost(self) -> tuple[Any, ...]:
        """What a list had more before, in its order."""
        return tuple(each for each in self.before or () if each not in (self.after or ()))


def compare(
    before: Facts, after: Facts, counts: Callable[[Path], bool] = lambda _: True
) -> Iterator[Changed]:
    """Every difference, by path; the order of lists means nothing. What belongs to an object that
    one state lacks is not listed.

    Args:
        before: one state.
        after: the other one.
        counts: whether a path is compared at all.
    """
    found = [
        Changed(path, before.get(path), after.get(path))
        for path in sorted(before.keys() | after.keys())
        if not same_value(before.get(path), after.get(path)) and counts(path)
    ]
    missing = {each.path for each in found if None in (each.before, each.after)}
    return (each for each in found if missing.isdisjoint(parents(each.path)))


def compare_application(application: Application, live: Values) -> Iterator[Changed]:
    """A declared application and the values of a live client, by the paths of fields in files."""
    parent: Path = ("applications", "")
    declared = {(*parent, *path): value for path, value in declared_values(application).items()}
    found = {(*parent, *path): value for path, value in live.items()}
    for each in compare(declared, found, lambda path: not is_left_to_tenant(path, declared)):
        yield replace(each, path=each.path[2:])


def is_left_to_tenant(path: Path, declared: Facts) -> bool:
    """Whether a field of an application has the value that the tenant gives it, as with
    `signing_algorithm: default`.
    """
    kind, _, *field = path
    own = kind == "applications" and field and field[0] not in NOT_OF_THE_CLIENT
    return bool(own) and path not in declared


def parents(path: Path) -> Iterator[Path]:
    """`a, b, c` -> `a, b` and `a`; for a grant also its application or agent."""
    for length in range(len(path) - 1, 0, -1):
        yield path[:length]
    if path[0] == "grants":
        yield ("applications", path[1])
        yield ("agents", path[1])
