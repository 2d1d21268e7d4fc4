"""Which environment advances from which: walk order and faults, from the files alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Links = Mapping[str, str | None]
"""Every environment with the one it advances from."""


@dataclass(frozen=True)
class Walk:
    """`waves[0]` can be applied at once, `waves[1]` after it, and so on.

    `stuck` are environments that no walk reaches: on a cycle, behind one, or behind a name that
    has no file.
    """

    waves: tuple[tuple[str, ...], ...]
    stuck: tuple[str, ...]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(name for wave in self.waves for name in wave)


def walk(links: Links) -> Walk:
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
    return Walk(tuple(waves), tuple(sorted(links.keys() - reached)))


def cycle_through(links: Links, name: str) -> Sequence[str]:
    """`(prod, staging, prod)` when `name` advances from itself in the end, else nothing."""
    way = [name]
    seen = {name}
    while (earlier := links.get(way[-1])) is not None:
        way.append(earlier)
        if earlier == name:
            return way
        if earlier in seen:
            return ()
        seen.add(earlier)
    return ()
