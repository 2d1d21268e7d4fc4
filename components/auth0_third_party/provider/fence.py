"""Writes of our fields on an object that others write too, fenced on both sides.

The object is read before and after; a run fails when another field has changed.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, ManagementError, UnusableAnswer
from auth0_third_party.provider.locate import Target
from auth0_third_party.provider.resource import Properties

Path = tuple[str, ...]
TIMES = ("created_at", "updated_at", "last_updated")


@dataclass(frozen=True)
class Owned:
    """A field of ours: its name here, its path in the API's object, what it must be.

    `constant`: the value that the resource writes; without one the value is an input.
    """

    name: str
    wire: Path
    constant: Any = None
    optional: bool = False
    """Whether the program may leave it out; it is not ours then."""
    absent: Any = None
    """What to write to put back a field that was not there."""
    stays: bool = False
    """Whether the API can't take it away again once it is there."""

    @property
    def required(self) -> bool:
        """Whether the program must state it."""
        return self.constant is None and not self.optional


class FieldsMoved(ManagementError):
    """Another field changed during a write of ours."""

    fix = "look at these fields in the dashboard: another tool may have written them just then"


class Locks:
    """One writer at a time for each object; our own writes must not look like those of others."""

    def __init__(self) -> None:
        self._known: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def of(self, object_id: str) -> threading.Lock:
        """The lock of one object."""
        with self._guard:
            return self._known.setdefault(object_id, threading.Lock())


def write(
    client: ManagementClient,
    target: Target,
    fields: Sequence[Owned],
    live: Properties,
    values: Properties,
) -> None:
    """Writes `values` (by field name) where they differ from `live`; no call where none does.

    Raises:
        FieldsMoved: something else changed with them.
        UnusableAnswer: a field did not take its value.
    """
    changed = [o for o in fields if o.name in values and at(live, o.wire) != values[o.name]]
    if not changed:
        return
    # The API merges objects: null first, where a part of one must go.
    shrunk = {o.name: None for o in changed if _shrinks(at(live, o.wire), values[o.name])}
    if shrunk:
        client.patch(target.path, _body(fields, shrunk))
    client.patch(target.path, _body(fields, values))
    after = read(client, target)
    moved = sorted(_differences(live, after, (), tuple(owned.wire for owned in fields)))
    if moved:
        raise FieldsMoved(
            f"PATCH {target.path} wrote our fields, and these moved with them: {', '.join(moved)}"
        )
    for owned in changed:
        wanted = values[owned.name]
        if at(after, owned.wire) not in (wanted, owned.absent if wanted is None else wanted):
            raise UnusableAnswer(f"PATCH {target.path}: {'.'.join(owned.wire)} did not change")


def read(client: ManagementClient, target: Target) -> dict[str, Any]:
    """The whole object."""
    live = client.get(target.path)
    if not isinstance(live, dict):
        raise UnusableAnswer(f"GET {target.path}: the answer is not an object")
    return live


def at(value: Any, path: Path) -> Any:
    """The value at a path; None where there is none."""
    for part in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


def _shrinks(old: Any, new: Any) -> bool:
    return isinstance(old, Mapping) and isinstance(new, Mapping) and not old.keys() <= new.keys()


def _body(fields: Sequence[Owned], values: Properties) -> dict[str, Any]:
    """Our fields alone; the API merges what lies deeper than one level."""
    body: dict[str, Any] = {}
    for owned in fields:
        if owned.name not in values:
            continue
        value = values[owned.name]
        level = body
        for part in owned.wire[:-1]:
            level = level.setdefault(part, {})
        level[owned.wire[-1]] = owned.absent if value is None else value
    return body


def _differences(old: Any, new: Any, place: Path, ours: Sequence[Path]) -> Iterator[str]:
    """Where two objects differ, apart from our fields and times; places only, never values."""
    if place in ours or (place and place[-1] in TIMES):
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in {**old, **new}:
            yield from _differences(old.get(key), new.get(key), (*place, str(key)), ours)
    elif old != new and not any(path[: len(place)] == place for path in ours):
        yield ".".join(place)
