"""After an update that did not end well: what is live is read before anyone relies on the state.

One without checkpoints that was killed has left nothing in the state. What the state holds is read
from the tenant, and what the tenant no longer has is taken out. What that update created is
imported by the next one, by ownership tags and natural keys. One that failed is in the state.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from auth0_third_party.management import ManagementClient
from tpa.engine.checkpoints import OFF, journal_entries
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    RATE_LIMIT,
    StateResources,
)
from tpa.errors import TpaError
from tpa.tenant.reading import stack_tag
from tpa.tenant.snapshot import TenantSnapshot, read_tenant
from tpa.terminal.output import say

LIBRARY = "auth0-third-party:index"
OWN = frozenset((CLIENT, CREDENTIALS, AGENT, GRANT, RATE_LIMIT))
"""Kinds that a run deletes; a refresh would fail at some that are gone."""


@dataclass(frozen=True)
class CutOff:
    """The commands that were killed since the state was written, and what they may have left: ids
    of clients with this stack's tags -> names, and the shared objects that they were to write.
    """

    commands: frozenset[str] = frozenset()
    clients: Mapping[str, str] = field(default_factory=dict)
    shared: Sequence[Mapping[str, Any]] = ()

    def left(self, held: StateResources) -> Iterator[str]:
        """What the state does not have after an update that ended well: the files no longer declare
        it, so that nothing will take it away.
        """
        known = {each.id for each in held.resources}
        for client_id, name in self.clients.items():
            if client_id not in known:
                yield f"the application {name} ({client_id}); delete it in the Auth0 Dashboard"
        for each in self.shared:
            if held.with_id(f"{LIBRARY}:{each['of']}", str(each["id"])) is None:
                before = json.dumps(each["before"])
                yield f"what {each['of']} wrote on {each['id']}, which had {before} before"


def tell_left(name: str, left: Iterable[str]) -> None:
    """What a killed update may have left, and no file declares."""
    for each in left:
        say(f"{name}: the update that was cut off may have left {each}")


def read_cut_off(engine: Engine) -> CutOff:
    """Reads what is live into the state, where the last update was killed.

    Raises:
        TpaError: it can't be read, or an update is under way.
        ManagementError: the tenant can't be read.
    """
    workspace = engine.workspace
    entries, name = journal_entries(workspace.journal), workspace.name
    if not entries:
        return CutOff()
    with _management(engine) as client:
        snapshot = read_tenant(client, workspace.catalog, whole=True, limits=True)
    _take_out(engine, snapshot)
    done = engine.capture("refresh", "--yes", "--skip-preview", **OFF)
    if done.returncode:
        said = f"{done.stderr.strip()}\n{done.stdout.strip()}"
        raise TpaError(f"what is live can't be read into the state of {name}:\n{said}")
    say(f"{name}: the last update was cut off before its state was written; read what is live")
    tag = stack_tag(workspace.catalog)
    return CutOff(
        frozenset(str(each["command"]) for each in entries if "command" in each),
        {each.id: each.name for each in snapshot.clients if each.tag[1] == tag},
        [each for each in entries if {"of", "id", "before"} <= each.keys()],
    )


def read_unfinished(engine: Engine, held: StateResources) -> None:
    """Reads from the tenant what the last update failed to write: the state may have it as written,
    and then no later update would write it, and no preview would show it.

    Where it can't be read, the state stays as it is, and the update that follows says why.
    """
    failed = [each for each in held.resources if each.failed]
    if not failed:
        return
    name, names = engine.workspace.name, ", ".join(each.name for each in failed)
    say(f"{name}: the last update failed at {names}; reading what is live")
    targets = (word for each in failed for word in ("--target", each.urn))
    command = ("refresh", "--yes", "--skip-preview", "--non-interactive")
    done = engine.capture(*command, *targets)
    if done.returncode:
        reason = done.stderr.strip() or done.stdout.strip()
        say(f"{name}: it can't be read, so a change of it may be missing below:\n{reason}")


def _management(engine: Engine) -> ManagementClient:
    if engine.tenant is not None:
        return engine.tenant.management()
    return open_management(engine.workspace.root, engine.workspace.catalog)


def _take_out(engine: Engine, snapshot: TenantSnapshot) -> None:
    """Takes resources out of the state that the tenant does not have."""
    if snapshot.missing_scopes:
        return
    unread = {RATE_LIMIT} if any(each.what == "rate limits" for each in snapshot.unknown) else set()
    live = {client.id for client in snapshot.clients} | snapshot.ids
    state = json.loads(engine.export())
    deployment = state.get("deployment") or {}
    resources: list[dict[str, Any]] = deployment.get("resources") or []
    gone = {
        each["urn"]
        for each in resources
        if each.get("type") in OWN - unread and each.get("id") not in live
    }
    if gone:
        kept = [_without(each, gone) for each in resources if each["urn"] not in gone]
        engine.replace_state({**state, "deployment": {**deployment, "resources": kept}})


def _without(resource: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    """The resource, waiting for none of these."""
    found = dict(resource)
    if "dependencies" in found:
        found["dependencies"] = [each for each in found["dependencies"] if each not in gone]
    if "propertyDependencies" in found:
        found["propertyDependencies"] = {
            name: [each for each in urns or () if each not in gone]
            for name, urns in found["propertyDependencies"].items()
        }
    if found.get("deletedWith") in gone:
        del found["deletedWith"]
    return found
