"""`tpa drift --restore`: what was done outside is undone in the tenant."""

import sys
from collections.abc import Iterator, Sequence

import typer

from auth0_third_party.management import ManagementClient, ManagementError, NotFound
from tpa.drift.differences import Difference
from tpa.drift.reading import EnvironmentStates
from tpa.drift.recreate import check_update, make_anew, name_in, tell_rest
from tpa.drift.restore_plan import Ground, Restoration, Write, restoration
from tpa.drift.restore_writes import PLANS
from tpa.engine.session import open_management, start_engine
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.terminal.output import say
from tpa.terminal.progress import progress

VERBS = {"PATCH": "update", "POST": "create", "DELETE": "delete"}
LINKS = {
    "enabled_connections": "organization_connections",
    "client-grants": "organization_client_grants",
}
"""What the last collection of a path below an organization is called in scopes."""
ANEW = "{key} was deleted there: it is made anew, with another client id{secret}; tell its partner"


def into_tenant(
    workspace: Workspace, seen: EnvironmentStates, chosen: Sequence[Difference], *, yes: bool
) -> bool:
    """Sets the differences back; whether all that was planned was done.

    Raises:
        TpaError: nobody agreed, the token may not write, or an update that it takes would be
            refused; nothing was changed. Or a write failed on the way: what was done is said.
    """
    ahead = workspace.catalog.record.ahead_of(seen.state.record(workspace.name))
    ground = Ground(seen.view, seen.last, seen.state.resources, ahead)
    plan = restoration(ground, chosen, PLANS)
    for path, reason in plan.left.items():
        say(f"left as it is: {path}: {reason}")
    if plan.empty:
        return True
    engine = start_engine(workspace) if plan.urns else None
    for line in _lines(workspace, plan):
        say(line)
    if engine is not None:
        check_update(workspace, seen, plan)
    _confirm(workspace, yes=yes)
    _write(workspace, seen, plan)
    if engine is None or make_anew(engine, plan):
        return True
    tell_rest(workspace, seen, [each.path for each in chosen if each.path not in plan.left])
    return False


def _confirm(workspace: Workspace, *, yes: bool) -> None:
    """A person agrees where the tenant is a real one."""
    if workspace.embedded or yes:
        return
    if not sys.stdin.isatty():
        raise TpaError(
            f"nothing was changed: {workspace.name} has a real tenant, and nobody is there to agree"
            "\n  fix: run it on a terminal, or add --yes"
        )
    if not typer.confirm(f"change the tenant of {workspace.name}?", err=True):
        raise TpaError("nothing was changed")


def _lines(workspace: Workspace, plan: Restoration) -> Iterator[str]:
    for key in plan.reborn:
        application = workspace.catalog.applications.get(key)
        secret = application is not None and not (application.public or application.keys)
        yield ANEW.format(key=key, secret=" and another secret" if secret else "")
    for urn in plan.urns:
        yield f"lets the engine restore {name_in(urn)}"
    for write in plan.writes:
        yield str(write)


def _write(workspace: Workspace, seen: EnvironmentStates, plan: Restoration) -> None:
    if not (plan.writes or plan.proofs):
        return
    with (
        progress(f"changing the tenant of {workspace.name}") as shown,
        open_management(workspace.root, workspace.catalog, shown.wait) as client,
    ):
        _check_scopes(client, plan)
        for key in plan.proofs:
            _drop_detached(client, seen, key)
        for index, write in enumerate(plan.writes):
            try:
                _send(client, write)
            except ManagementError as error:
                raise TpaError(_half_done(plan, index, error)) from None


def _drop_detached(client: ManagementClient, seen: EnvironmentStates, key: str) -> None:
    """A key of the files that was taken off and not deleted is in the way of the same key anew."""
    live, stated = seen.view.managed[key], seen.view.catalog.applications[key]
    named = {each.name for each in stated.keys}
    place = f"/clients/{live.id}/credentials"
    for each in client.get(place) if named else ():
        if each.get("name") in named and each.get("id") not in live.keys:
            client.delete(f"{place}/{each['id']}")


def _send(client: ManagementClient, write: Write) -> None:
    if write.method == "PATCH":
        client.patch(write.path, write.body)
    elif write.method == "POST":
        client.post(write.path, write.body)
    else:
        try:
            client.delete(write.path)
        except NotFound:
            return  # gone already


def _half_done(plan: Restoration, failed: int, error: ManagementError) -> str:
    """Nothing is lost in silence: what took place, and what did not."""
    done = [path for write in plan.writes[:failed] for path in write.settles]
    rest = [path for write in plan.writes[failed:] for path in write.settles]
    rest += map(name_in, plan.urns)
    return (
        f"{error}\n  restored before that: {', '.join(done) or 'nothing'}"
        f"\n  not restored: {', '.join(rest)}\n  fix: {error.fix}; then run it again"
    )


def _check_scopes(client: ManagementClient, plan: Restoration) -> None:
    held = client.token_scopes()
    if held is None:
        return
    keys = {"read:client_credentials", "delete:client_credentials"} if plan.proofs else set()
    lacking = sorted((keys | {_scope(write) for write in plan.writes}) - held)
    if lacking:
        scopes = ", ".join(lacking)
        raise TpaError(
            f"nothing was changed: the management token lacks the scope {scopes}"
            f"\n  fix: grant {scopes} on the Management API to the application that signs in here"
        )


def _scope(write: Write) -> str:
    """The scope that a request takes."""
    parts = write.path.strip("/").split("/")
    if parts[0] == "tenants":
        return f"{VERBS[write.method]}:tenant_settings"
    noun = LINKS[parts[2]] if len(parts) > 2 else parts[0].replace("-", "_")
    return f"{VERBS[write.method]}:{noun}"
