"""After an update without checkpoints that was killed: the state has nothing of it.

What the state holds is read from the tenant, and what the tenant no longer has is taken out. What
that update created is imported by the next one, by ownership tags and natural keys.
"""

import json
from collections.abc import Mapping
from typing import Any

from auth0_third_party.management import ManagementClient
from tpa.engine.checkpoints import OFF, cut_off
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.environments.stack_state import AGENT, CLIENT, CREDENTIALS, GRANT, RATE_LIMIT
from tpa.errors import TpaError
from tpa.tenant.snapshot import TenantSnapshot, read_tenant
from tpa.terminal.output import say

OWN = frozenset((CLIENT, CREDENTIALS, AGENT, GRANT, RATE_LIMIT))
"""Kinds that a run deletes; a refresh would fail at some that are gone."""


def read_cut_off(engine: Engine) -> set[str]:
    """Reads what is live into the state, where the last update was killed; returns the commands
    that were.

    Raises:
        TpaError: it can't be read, or an update is under way.
        ManagementError: the tenant can't be read.
    """
    commands = cut_off(engine.workspace.journal)
    if commands:
        name = engine.workspace.name
        with _management(engine) as client:
            snapshot = read_tenant(client, engine.workspace.catalog, whole=True, limits=True)
        _take_out(engine, snapshot)
        done = engine.capture("refresh", "--yes", "--skip-preview", **OFF)
        if done.returncode:
            raise TpaError(
                f"what is live can't be read into the state of {name}:\n"
                f"{done.stderr.strip()}\n{done.stdout.strip()}"
            )
        say(f"{name}: the last update was cut off before its state was written; read what is live")
    return commands


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
