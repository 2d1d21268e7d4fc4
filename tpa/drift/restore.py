"""`tpa drift --restore`: changes made outside are undone in the tenant.

What was added outside is removed; then the engine updates what differs, by a run that declares what
the last update applied.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from auth0_third_party.management import ManagementClient, ManagementError, NotFound
from auth0_third_party.model.names import remembered_name
from tpa.comparison.differences import Difference
from tpa.drift.restore_plan import RestorePlan, plan_lines, plan_restore
from tpa.drift.restore_steps import Removal, Resource, grant_object, rate_limit_object
from tpa.drift.selection import attributed_differences
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management, start_engine
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.stack_state import AGENT, CREDENTIALS, RATE_LIMIT, REMEMBERED
from tpa.errors import TpaError
from tpa.files.catalog import RESTORE_VARIABLE, applied_catalog
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import EnvironmentStates, read_states, stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.output import ask, say
from tpa.terminal.progress import progress

ALWAYS = ("--yes", "--skip-preview", "--suppress-outputs")
"""The user has agreed already."""


def restore_differences(
    workspace: Workspace,
    seen: EnvironmentStates,
    found: Sequence[Difference],
    meant: Sequence[Difference],
    more: Sequence[Resource] = (),
    *,
    yes: bool,
) -> bool:
    """Restores what the last update applied; whether all that was planned was done.

    Args:
        found: all differences; `meant`: those to restore; `more`: resources that the state lacks.

    Raises:
        TpaError: the user did not agree, or the update would be refused; nothing was changed. Or a
            removal failed; the message says what was done before that.
    """
    _check_record(seen)
    plan = plan_restore(seen, found, meant, more)
    for path, reason in plan.left.items():
        say(f"left as it is: {path}: {reason}")
    if plan.empty:
        return True
    engine = start_engine(workspace) if plan.resources else None
    with (
        progress(f"checking the tenant of {workspace.name}") as shown,
        open_management(workspace.root, workspace.catalog, shown.wait) as client,
    ):
        plan.removals += detached_keys(client, seen, plan)
        refusals = check_update(client, seen, plan) if plan.resources else []
    for line in plan_lines(seen, plan):
        say(line)
    if refusals:
        raise TpaError(_refused(workspace.name, refusals))
    if not (workspace.embedded or yes):
        ask(f"Change the tenant of {workspace.name}?")
    _remove(workspace, plan)
    if engine is None or _update(engine, seen, plan):
        return True
    _report_failure(workspace, seen, {each.name for each in meant} - plan.left.keys())
    return False


def _check_record(seen: EnvironmentStates) -> None:
    """A run that leaves out what the record has would record that."""
    lost = sorted(str(each) for each in seen.record.clients if each.key not in seen.last.clients)
    if lost:
        name = seen.view.catalog.name
        raise TpaError(
            f"nothing was changed: {', '.join(lost)} of {name} was applied in a form that today's"
            f" rules refuse\n  fix: run tpa up -e {name} first"
        )


def detached_keys(
    client: ManagementClient, seen: EnvironmentStates, plan: RestorePlan
) -> Iterator[Removal]:
    """A public key that was detached but not deleted keeps the same key from being registered."""
    for resource, paths in plan.resources.items():
        live = seen.view.managed.get(resource.component)
        if resource.type == CREDENTIALS and live is not None:
            names = {key.name for key in seen.last.applications[resource.component].keys}
            path = f"/clients/{live.id}/credentials"
            for each in client.get(path) if names else ():
                if each.get("name") in names and each.get("id") not in live.keys:
                    yield Removal(f"{path}/{each['id']}", paths[0])


def check_update(client: ManagementClient, seen: EnvironmentStates, plan: RestorePlan) -> list[str]:
    """Why the engine's update would be refused; empty if it would not."""
    catalog = applied_catalog(seen.view.catalog, seen.record)
    result = run_preflight(
        client,
        catalog,
        stack_tag(catalog),
        seen.state.outputs,
        seen.state.resources,
        updating=True,
        documents=True,
        restoring=True,
        snapshot=_without_removed(seen.snapshot, plan),
    )
    return list(map(str, result.errors))


def _without_removed(snapshot: TenantSnapshot, plan: RestorePlan) -> TenantSnapshot:
    gone = {removal.path for removal in plan.removals}
    grants = tuple(each for each in snapshot.grants if grant_object(each.id) not in gone)
    limits = {
        key: each
        for key, each in snapshot.rate_limits.items()
        if rate_limit_object(each.id) not in gone
    }
    return replace(snapshot, grants=grants, rate_limits=limits)


def _refused(name: str, refusals: Sequence[str]) -> str:
    return (
        "nothing was changed: the engine's update would be refused:\n"
        + "\n".join(refusals)
        + f"\n  fix: correct that, then run tpa drift -e {name} --restore again"
    )


def _remove(workspace: Workspace, plan: RestorePlan) -> None:
    """Deletes exactly what was listed."""
    if not plan.removals:
        return
    with (
        progress(f"changing the tenant of {workspace.name}") as shown,
        open_management(workspace.root, workspace.catalog, shown.wait) as client,
    ):
        for index, removal in enumerate(plan.removals):
            try:
                client.delete(removal.path)
            except NotFound:
                continue  # deleted meanwhile
            except ManagementError as error:
                done = ", ".join(each.path for each in plan.removals[:index])
                raise TpaError(
                    f"{error}\n  removed before that: {done or 'nothing'}; nothing else was changed"
                    f"\n  fix: {error.fix}; then run tpa drift -e {workspace.name} --restore again"
                ) from None


def _update(engine: Engine, seen: EnvironmentStates, plan: RestorePlan) -> bool:
    """Reads and updates the resources: in one run, unless some of them can't be read."""
    held = seen.state.resources
    urns = {each: held.urn(*each) or "" for each in plan.resources}
    known = [each for each in urns if held.named(each.type, each.name) is not None]
    unreadable = [urns[each] for each in known if is_unreadable(seen, each)]
    readable = [urns[each] for each in known if urns[each] not in unreadable]
    memories = (held.named(REMEMBERED, remembered_name(each.name)) for each in urns)
    targets = [*urns.values(), *(each.urn for each in memories if each)]
    options = _options("--target", targets) + _options("--replace", unreadable)
    if len(readable) == len(urns):
        options.insert(0, "--refresh")
    elif readable and engine.run("refresh", *ALWAYS, *_options("--target", readable), quiet=True):
        return False
    for urn in unreadable:  # protection also forbids to replace what is already deleted
        engine.capture("state", "unprotect", urn, "--yes")
    ended = engine.run("up", *ALWAYS, *options, quiet=True, **{RESTORE_VARIABLE: "1"})
    return ended == 0


def is_unreadable(seen: EnvironmentStates, resource: Resource) -> bool:
    """The official plugin fails when it reads an agent or a rate limit that was deleted."""
    held, snapshot = seen.state.resources.named(resource.type, resource.name), seen.snapshot
    if held is None or resource.type not in (AGENT, RATE_LIMIT):
        return False
    live: Sequence[object] = (*snapshot.clients, *snapshot.rate_limits.values())
    return all(getattr(each, "id", "") != held.id for each in live)


def _options(name: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (name, value)]


def _report_failure(workspace: Workspace, seen: EnvironmentStates, meant: set[str]) -> None:
    """Says, after the engine failed, which of these differences remain, and which new ones there
    are in what it recreated.
    """
    others = {each.name for each in attributed_differences(seen)} - meant
    now = read_states(workspace.root, workspace.catalog, read_stack_state(workspace))
    found = [each.name for each in attributed_differences(now) if each.counts]
    remaining = [name for name in found if name not in others]
    say(
        "the engine stopped; its message is above"
        f"\n  restored before that: {', '.join(sorted(meant - set(found))) or 'nothing'}"
        f"\n  not restored: {', '.join(remaining) or 'nothing'}"
        f"\n  fix: correct what the message says, then run tpa drift -e {workspace.name} --restore"
        " again"
    )
