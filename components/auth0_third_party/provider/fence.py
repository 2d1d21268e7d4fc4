"""Objects that others write too, found by name or by id, and writes of our fields, fenced on both
sides.

The object is read before and after; a run fails when another field has changed.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from auth0_third_party.management import (
    ManagementClient,
    ManagementError,
    NotFound,
    UnusableAnswer,
)
from auth0_third_party.provider.resource import Properties

Path = tuple[str, ...]
TIMES = ("created_at", "updated_at", "last_updated")
SETTINGS = "/tenants/settings"


@dataclass(frozen=True)
class Target:
    """A shared object: id, path below /api/v2, name, and the outputs that describe it.

    `found`: what the search for it has read; by an id that is the whole object.
    """

    id: str
    path: str
    name: str
    facts: dict[str, Any] = field(default_factory=dict)
    found: Mapping[str, Any] | None = None


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


def settings_target(_client: ManagementClient, _name: str) -> Target:
    """The tenant's settings, of which there is one."""
    return Target("tenant", SETTINGS, "the tenant's settings")


def connection_target(client: ManagementClient, name: str) -> Target:
    """A connection by name or `con_` id.

    Raises:
        NotFound: there is none.
    """
    if name.startswith("con_"):
        return _connection(client.get(f"/connections/{quote(name, safe='')}"))
    fields = {"fields": "id,name,strategy,is_domain_connection", "include_fields": "true"}
    for live in client.pages("/connections", "connections", {"name": name, **fields}):
        if live.get("name") == name:
            return _connection(live)
    raise NotFound(f"there is no connection '{name}' in this tenant")


def organization_target(client: ManagementClient, name: str) -> Target:
    """An organization by name or `org_` id.

    Raises:
        NotFound: there is none.
    """
    named = quote(name, safe="")
    path = f"/organizations/{named}" if name.startswith("org_") else f"/organizations/name/{named}"
    try:
        live = client.get(path)
    except NotFound:
        raise NotFound(f"there is no organization '{name}' in this tenant") from None
    facts = {"organizationId": live["id"], "name": live["name"]}
    return Target(live["id"], f"/organizations/{live['id']}", live["name"], facts, live)


def global_client_target(client: ManagementClient, _name: str) -> Target:
    """The client "All Applications", on which Classic pages hang (LP-04).

    Raises:
        NotFound: the tenant has none.
    """
    asked = {"is_global": "true", "fields": "client_id", "include_fields": "true"}
    for live in client.pages("/clients", "clients", asked):
        client_id = str(live["client_id"])
        return Target(client_id, f"/clients/{client_id}", "the login page")
    raise NotFound("this tenant has no global client, so no Classic login page")


def _connection(live: Any) -> Target:
    if not isinstance(live, dict) or not {"id", "name"} <= live.keys():
        raise UnusableAnswer("GET /connections: the answer is not a connection")
    facts = {
        "connectionId": live["id"],
        "name": live["name"],
        "strategy": live.get("strategy", ""),
    }
    return Target(str(live["id"]), f"/connections/{live['id']}", str(live["name"]), facts, live)
