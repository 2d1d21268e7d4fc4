"""`tpa drift --restore`: changes made outside are undone in the tenant.

First by requests, then by the engine, which recreates what was deleted.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import typer

from auth0_third_party.management import ManagementClient, ManagementError, NotFound
from tpa.drift.differences import Difference, differences
from tpa.drift.reading import EnvironmentStates, read_states
from tpa.drift.restore_plan import Request, RestoreContext, RestorePlan, plan_restore
from tpa.drift.restore_requests import PLANNERS
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management, start_engine
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.errors import TpaError
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.output import say
from tpa.terminal.progress import progress

VERBS = {"PATCH": "update", "POST": "create", "DELETE": "delete"}
LINK_SCOPES = {
    "enabled_connections": "organization_connections",
    "client-grants": "organization_client_grants",
}
"""Last step of a path below an organization -> its name in scopes."""


def restore_differences(
    workspace: Workspace, seen: EnvironmentStates, chosen: Sequence[Difference], *, yes: bool
) -> bool:
    """Restores what the last update applied; whether all that was planned was done.

    Raises:
        TpaError: the user did not agree, the token may not write, or the update that it takes
            would be refused; nothing was changed. Or a request failed; the message says what was
            restored before that.
    """
    unapplied = workspace.catalog.record.differing_keys(seen.state.record(workspace.name))
    context = RestoreContext(seen.view, seen.last, seen.state.resources, unapplied)
    plan = plan_restore(context, chosen, PLANNERS)
    for path, reason in plan.not_restored.items():
        say(f"left as it is: {path}: {reason}")
    if plan.empty:
        return True
    engine = start_engine(workspace) if plan.urns else None
    for line in _plan_lines(workspace, plan):
        say(line)
    if engine is not None:
        check_update(workspace, seen, plan)
    _confirm(workspace, yes=yes)
    _send_requests(workspace, seen, plan)
    if engine is None or _recreate(engine, plan):
        return True
    _report_failure(
        workspace, seen, [each.path for each in chosen if each.path not in plan.not_restored]
    )
    return False


def _plan_lines(workspace: Workspace, plan: RestorePlan) -> Iterator[str]:
    for key in plan.recreated_clients:
        application = workspace.catalog.applications.get(key)
        has_secret = application is not None and not (application.public or application.keys)
        secret = " and another secret" if has_secret else ""
        yield f"{key} was deleted: it gets another client id{secret}; tell its partner"
    for urn in plan.urns:
        yield f"the engine recreates {_name_in(urn)}"
    for request in plan.requests:
        yield str(request)


def _name_in(urn: str) -> str:
    return urn.rpartition("::")[2]


def check_update(workspace: Workspace, seen: EnvironmentStates, plan: RestorePlan) -> None:
    """Checks, before the first request, whether the engine's update would be refused.

    Raises:
        TpaError: it would be; nothing was changed.
    """
    catalog, state = workspace.catalog, seen.state
    with (
        progress(f"checking the tenant of {workspace.name}") as shown,
        open_management(workspace.root, catalog, shown.wait) as client,
    ):
        look = run_preflight(
            client,
            catalog,
            stack_tag(catalog),
            state.outputs,
            state.resources,
            updating=True,
            documents=True,
            snapshot=_without_restored(seen.view.snapshot, plan),
        )
    errors = [str(each) for each in look.problems if each.severity == "error"]
    if errors:
        raise TpaError(
            "nothing was changed: recreating takes an update, which would be refused:\n"
            + "\n".join(errors)
            + "\n  fix: correct that, then run this again; or restore only what needs no update:"
            f" tpa drift -e {workspace.name} --restore PATH"
        )


def _without_restored(snapshot: TenantSnapshot | None, plan: RestorePlan) -> TenantSnapshot | None:
    """The tenant without the grants and rate limits that the plan's own requests restore."""
    if snapshot is None:
        return None
    ids = {request.path.rpartition("/")[2] for request in plan.requests}
    grants = tuple(each for each in snapshot.grants if each.id not in ids)
    limits = {key: each for key, each in snapshot.rate_limits.items() if each.id not in ids}
    return replace(snapshot, grants=grants, rate_limits=limits)


def _confirm(workspace: Workspace, *, yes: bool) -> None:
    """Asks before a real tenant is changed."""
    if workspace.embedded or yes:
        return
    if not sys.stdin.isatty():
        raise TpaError(
            f"nothing was changed: {workspace.name} has a real tenant, and without a terminal"
            " there is no one to ask\n  fix: run it on a terminal, or add --yes"
        )
    if not typer.confirm(f"change the tenant of {workspace.name}?", err=True):
        raise TpaError("nothing was changed")


def _send_requests(workspace: Workspace, seen: EnvironmentStates, plan: RestorePlan) -> None:
    if not (plan.requests or plan.recreated_keys):
        return
    with (
        progress(f"changing the tenant of {workspace.name}") as shown,
        open_management(workspace.root, workspace.catalog, shown.wait) as client,
    ):
        _check_scopes(client, plan)
        for key in plan.recreated_keys:
            _delete_detached_keys(client, seen, key)
        for index, request in enumerate(plan.requests):
            try:
                _send(client, request)
            except ManagementError as error:
                raise TpaError(_partly_done(plan, index, error)) from None


def _check_scopes(client: ManagementClient, plan: RestorePlan) -> None:
    granted = client.token_scopes()
    if granted is None:
        return
    keys = {"read:client_credentials", "delete:client_credentials"} if plan.recreated_keys else ()
    missing = sorted({*keys, *map(_scope, plan.requests)} - granted)
    if missing:
        scopes = ", ".join(missing)
        raise TpaError(
            f"nothing was changed: the management token lacks the scope {scopes}"
            f"\n  fix: grant {scopes} on the Management API to the application that signs in here"
        )


def _scope(request: Request) -> str:
    """The scope that a request takes."""
    steps = request.path.strip("/").split("/")
    if steps[0] == "tenants":
        return f"{VERBS[request.method]}:tenant_settings"
    noun = LINK_SCOPES[steps[2]] if len(steps) > 2 else steps[0].replace("-", "_")
    return f"{VERBS[request.method]}:{noun}"


def _delete_detached_keys(client: ManagementClient, seen: EnvironmentStates, key: str) -> None:
    """A public key that was detached but not deleted keeps the same key from being registered."""
    live, declared = seen.view.managed[key], seen.view.catalog.applications[key]
    names = {each.name for each in declared.keys}
    path = f"/clients/{live.id}/credentials"
    for each in client.get(path) if names else ():
        if each.get("name") in names and each.get("id") not in live.keys:
            client.delete(f"{path}/{each['id']}")


def _send(client: ManagementClient, request: Request) -> None:
    if request.method == "PATCH":
        client.patch(request.path, request.body)
    elif request.method == "POST":
        client.post(request.path, request.body)
    else:
        try:
            client.delete(request.path)
        except NotFound:
            return  # deleted meanwhile


def _partly_done(plan: RestorePlan, failed: int, error: ManagementError) -> str:
    done = [path for request in plan.requests[:failed] for path in request.restores]
    rest = [path for request in plan.requests[failed:] for path in request.restores]
    rest += map(_name_in, plan.urns)
    return (
        f"{error}\n  restored before that: {', '.join(done) or 'nothing'}"
        f"\n  not restored: {', '.join(rest)}\n  fix: {error.fix}; then run it again"
    )


def _recreate(engine: Engine, plan: RestorePlan) -> bool:
    """Recreates what was deleted: first what a refresh finds, then what it can't read."""
    if plan.refreshed and not _up(engine, "--refresh", *_options("--target", plan.refreshed)):
        return False
    if not plan.replaced:
        return True
    for urn in plan.replaced:  # protection also forbids to replace what is already deleted
        engine.capture("state", "unprotect", urn, "--yes")
    targets = _options("--target", plan.replaced) + _options("--replace", plan.replaced)
    return _up(engine, *targets)


def _up(engine: Engine, *options: str) -> bool:
    always = ("--yes", "--skip-preview", "--suppress-outputs")
    return engine.run("up", *always, *options, quiet=True) == 0


def _options(name: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (name, value)]


def _report_failure(workspace: Workspace, seen: EnvironmentStates, paths: Iterable[str]) -> None:
    """Says, after the engine failed, which of these differences remain, and which new ones there
    are in what it recreated.
    """
    chosen = set(paths)
    others = {each.path for each in differences(seen.view, seen.last)} - chosen
    now = read_states(workspace.root, workspace.catalog, read_stack_state(workspace))
    found = [each.path for each in differences(now.view, now.last) if each.counts]
    remaining = [path for path in found if path not in others]
    say(
        "the engine stopped; its message is above"
        f"\n  restored before that: {', '.join(sorted(chosen - set(found))) or 'nothing'}"
        f"\n  not restored: {', '.join(remaining) or 'nothing'}"
        "\n  fix: correct what the message says, then run it again, or"
        f" make up ENV={workspace.name} for what the stack's state no longer has"
    )
