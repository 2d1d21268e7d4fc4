"""Who made each difference, and when: the latest write in the tenant's log that can have made it.

Auth0 keeps the log for some days only, so an older change has no author here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auth0_third_party.model.client import FIELDS, METADATA
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS, rate_limit_consumer
from auth0_third_party.model.text import time_shown
from auth0_third_party.rules.violation import Path
from tpa.comparison.differences import Difference
from tpa.comparison.facts import RATE_LIMIT, SETTINGS, grant_of, live_grant
from tpa.drift.restore_steps import NotRestorable, grant_object, steps_of
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace
from tpa.environments.stack_state import GRANT
from tpa.tenant.log import TenantLog, Write, read_writes
from tpa.tenant.reading import EnvironmentStates

NOT_IN_LOG = "not in the tenant's log"
Matches = Callable[[EnvironmentStates, Difference, Write], bool]


@dataclass(frozen=True)
class Authors:
    """`writes`: path of a difference -> the write, for those that have one in the log."""

    writes: Mapping[Path, Write] = field(default_factory=dict)
    log: TenantLog = field(default_factory=TenantLog)

    def of(self, each: Difference) -> str:
        """`by ada@acme.example in the Dashboard, 2026-11-24 22:50 UTC`; "" where it is unknown."""
        if each.path in self.writes:
            return str(self.writes[each.path])
        return "" if self.log.unknown or each.changed_by == "files" else NOT_IN_LOG

    @property
    def notes(self) -> Iterator[str]:
        """What the log does not tell."""
        if self.log.unknown:
            yield f"unknown: {self.log.unknown}"
        if self.log.since:
            yield f"of the tenant's log, the writes since {time_shown(self.log.since)} were read"


def authors(workspace: Workspace, seen: EnvironmentStates, found: Iterable[Difference]) -> Authors:
    """The authors of differences; the log is not read where nothing was changed outside.

    Raises:
        TpaError, ManagementError: the tenant can't be reached.
    """
    outside = [each for each in found if each.changed_by != "files"]
    if not outside:
        return Authors()
    with open_management(workspace.root, workspace.catalog) as client:
        log = read_writes(client, "who changed it, and when")
    return Authors(dict(_matching(seen, outside, log)), log)


def _matching(
    seen: EnvironmentStates, found: Iterable[Difference], log: TenantLog
) -> Iterator[tuple[Path, Write]]:
    for each in found:
        write = next((write for write in log.writes if made(seen, each, write)), None)
        if write is not None:
            yield each.path, write


def made(seen: EnvironmentStates, each: Difference, write: Write) -> bool:
    """Whether a write can have made a difference: of that object, and of that field of it."""
    return MATCHES[str(each.path[0])](seen, each, write)


def _client(seen: EnvironmentStates, each: Difference, write: Write) -> bool:
    _, key, *steps = map(str, each.path)
    known, place = _client_ids(seen, key), write.place
    if steps[:1] == ["rate_limit"]:
        return _limit(write, set(map(rate_limit_consumer, known)))
    if place[:1] != ("clients",) or place[1:2] not in {(client_id,) for client_id in known}:
        return False
    if not steps:
        return write.method == "DELETE" and len(place) == 2
    if "credentials" in place[2:]:
        return steps[0] == "keys"
    return len(place) == 2 and _states(write, _property(tuple(steps)))


def _client_ids(seen: EnvironmentStates, key: str) -> set[str]:
    """Of its live client, and of the one in the state, which may be deleted."""
    held = {client_id for client_id, each in seen.view.held.items() if each == key}
    live = seen.view.managed.get(key)
    return held | ({live.id} if live else set())


def _property(steps: Path) -> str:
    """The property of a client that has a field of the files."""
    if steps == ("tag",):
        return METADATA
    found = (each.wire[0] for each in FIELDS if steps[: len(each.path)] == each.path)
    return next(found, str(steps[0]))


def _made_client(_: EnvironmentStates, each: Difference, write: Write) -> bool:
    created = write.method == "POST" and write.place[:1] == ("clients",)
    return created and write.answer.get("client_id") == each.path[1]


def _grant(seen: EnvironmentStates, each: Difference, write: Write) -> bool:
    *_, api, subject_type = map(str, grant_of(each.path))
    if write.path == "/client-grants" and write.method == "POST":
        whose = (
            write.body.get("default_for") == THIRD_PARTY_CLIENTS
            if each.path[0] == "default_permissions"
            else write.body.get("client_id") in _client_ids(seen, str(each.path[1]))
        )
        target = write.body.get("audience"), write.body.get("subject_type") or "client"
        audience = seen.view.catalog.record.audiences.get(api, api)
        return whose and target == (audience, subject_type)
    objects = _grant_objects(seen, each)
    linked = grant_object(str(write.body.get("grant_id") or write.place[-1:]))
    in_organization = write.place[:1] == ("organizations",) and "client-grants" in write.place
    return write.path in objects or (in_organization and linked in objects)


def _grant_objects(seen: EnvironmentStates, each: Difference) -> set[str]:
    """The paths of the grant: of the live one, and of the one in the state."""
    live = live_grant(seen.view, each.path)
    found = {grant_object(live.id)} if live else set()
    try:
        resources = steps_of(seen, each).resources
    except NotRestorable:
        return found
    held = (seen.state.resources.named(GRANT, one.name) for one in resources if one.type == GRANT)
    return found | {grant_object(one.id) for one in held if one}


def _connection(seen: EnvironmentStates, each: Difference, write: Write) -> bool:
    live = seen.snapshot.connections.get(str(each.path[1]))
    if write.path == "/connections" and write.method == "POST":
        return write.body.get("name") == each.path[1]
    same = live is not None and write.path == f"/connections/{live.id}"
    return same and _states(write, "is_domain_connection")


def _organization(seen: EnvironmentStates, each: Difference, write: Write) -> bool:
    live = seen.snapshot.organizations.get(str(each.path[1]))
    if live is None or write.place[:2] != ("organizations", live.id):
        return False
    if each.path[2] == "third_parties":
        return len(write.place) == 2 and _states(write, "third_party_client_access")
    return write.place[2:3] in {("connections",), ("enabled_connections",)}


def _setting(_: EnvironmentStates, each: Difference, write: Write) -> bool:
    if each.path == RATE_LIMIT:
        return _limit(write, {THIRD_PARTY_CLIENTS})
    return write.path == "/tenants/settings" and _states(write, SETTINGS[each.path].wire[0])


def _limit(write: Write, consumers: set[str]) -> bool:
    selectors = {write.body.get("consumer_selector"), write.answer.get("consumer_selector")}
    return write.place[:1] == ("rate-limit-policies",) and bool(selectors & consumers)


def _states(write: Write, name: str) -> bool:
    """Whether it wrote the property, or the log does not say what it wrote."""
    return not write.body or name in write.body


MATCHES: Mapping[str, Matches] = {
    "applications": _client,
    "agents": _client,
    "unmanaged": _made_client,
    "grants": _grant,
    "default_permissions": _grant,
    "connections": _connection,
    "organizations": _organization,
    "tenant": _setting,
}
"""Every first part of a path."""
