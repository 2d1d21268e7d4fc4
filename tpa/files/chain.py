"""The chain of environments: in which order they are applied, and circles, from the files alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

EarlierEnvironments = Mapping[str, str | None]
"""Every environment with the one it advances from."""


@dataclass(frozen=True)
class ApplyOrder:
    """The environments of `waves[0]` can be applied at once, those of `waves[1]` after them, and so
    on. `unreachable`: on a circle, behind one, or behind a name that has no file.
    """

    waves: tuple[tuple[str, ...], ...]
    unreachable: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for wave in self.waves for name in wave)


def apply_order(links: EarlierEnvironments) -> ApplyOrder:
    """The waves of all environments, each by name; linear in their number."""
    later: dict[str | None, list[str]] = {}
    for name in sorted(links):
        later.setdefault(links[name], []).append(name)
    waves = []
    current = later.get(None, [])
    while current:
        waves.append(tuple(current))
        current = sorted(name for earlier in current for name in later.get(earlier, []))
    reached = {name for wave in waves for name in wave}
    return ApplyOrder(tuple(waves), tuple(sorted(links.keys() - reached)))


def circle_through(links: EarlierEnvironments, name: str) -> Sequence[str]:
    """`(prod, staging, prod)` where `name` advances from itself in the end, else nothing."""
    path = [name]
    seen = {name}
    while (earlier := links.get(path[-1])) is not None:
        path.append(earlier)
        if earlier == name:
            return path
        if earlier in seen:
            return ()
        seen.add(earlier)
    return ()
