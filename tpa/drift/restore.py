"""`tpa drift --restore`: changes made outside are undone in the tenant.

What was added outside is removed; then the engine updates what differs, by a run that declares what
the last update applied.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import typer

from auth0_third_party.management import ManagementClient, ManagementError, NotFound
from tpa.comparison.differences import Difference, differences
from tpa.drift.restore_steps import (
    NotRestorable,
    Removal,
    Resource,
    Steps,
    grant_object,
    rate_limit_object,
    steps_of,
)
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management, start_engine
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.stack_state import AGENT, CREDENTIALS, RATE_LIMIT
from tpa.errors import TpaError
from tpa.files.catalog import RESTORE_VARIABLE, applied_catalog
from tpa.files.record import AGENTS, DEFAULTS, TENANT
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import EnvironmentStates, read_states, stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.output import say
from tpa.terminal.progress import progress

ALWAYS = ("--yes", "--skip-preview", "--suppress-outputs")
"""The user has agreed already."""


@dataclass
class RestorePlan:
    """`resources` -> paths that updating each of them restores; those `also` were not chosen.

    `removals`: what to delete first. `recreated`: keys of applications and agents that get another
    client id. `left`: path -> why it stays as it is.
    """

    resources: dict[Resource, list[str]] = field(default_factory=dict)
    also: list[str] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    recreated: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        return not (self.resources or self.removals)


def plan_restore(
    seen: EnvironmentStates, found: Iterable[Difference], meant: Sequence[Difference]
) -> RestorePlan:
    """What restoring these differences takes; `found` are all that there are.

    The engine updates an object as a whole. So what else was changed outside in the same object is
    restored too, and an object with an ignored difference is left alone.
    """
    plan = RestorePlan()
    steps: dict[str, Steps] = {}
    outside = [each for each in found if each.changed_by != "files"]
    for each in outside:
        try:
            steps[each.name] = steps_of(seen, each)
        except NotRestorable as reason:
            plan.left[each.name] = str(reason)
    wanted = [each.name for each in meant]
    plan.left = {name: why for name, why in plan.left.items() if name in wanted}
    ignored = {each: rule for rule in outside if rule.ignored for each in _resources(steps, rule)}
    for name in wanted:
        if name in steps:
            why = _obstacle(seen, steps[name], ignored)
            if why:
                plan.left[name] = why
            else:
                _add(plan, name, steps[name])
    plan.also = [
        each.name
        for each in outside
        if each.name not in wanted and plan.resources.keys() & {*_resources(steps, each)}
    ]
    return plan


def _obstacle(seen: EnvironmentStates, steps: Steps, ignored: Mapping[Resource, Difference]) -> str:
    """Why these steps can't be taken; empty where they can."""
    for resource in steps.resources:
        if resource in ignored:
            other = ignored[resource]
            return (
                f"the engine writes {resource.name} as a whole, and {other.name} is ignored"
                f" ({other.ignored}); take that rule out of the file first, or --accept this"
            )
        if seen.state.resources.urn(*resource) is None:
            name = seen.view.catalog.name
            return f"the stack's state does not have it: make up ENV={name} creates it"
    return ""


def _resources(steps: Mapping[str, Steps], each: Difference) -> tuple[Resource, ...]:
    return steps[each.name].resources if each.name in steps else ()


def _add(plan: RestorePlan, name: str, steps: Steps) -> None:
    for resource in steps.resources:
        plan.resources.setdefault(resource, []).append(name)
    plan.removals += [Removal(path, name) for path in steps.removals]
    if steps.recreated and steps.recreated not in plan.recreated:
        plan.recreated.append(steps.recreated)


def plan_lines(seen: EnvironmentStates, plan: RestorePlan) -> Iterator[str]:
    """What is about to be done."""
    for key in plan.recreated:
        application = seen.last.applications.get(key)
        has_secret = application is not None and not (application.public or application.keys)
        secret = " and another secret" if has_secret else ""
        yield f"{key} was deleted: it gets another client id{secret}; tell its partner"
    for resource, paths in plan.resources.items():
        yield f"the engine restores {resource.name} ({', '.join(paths)})"
    if plan.also:
        yield f"restored too, as parts of these objects: {', '.join(plan.also)}"
    yield from map(str, plan.removals)


def restore_differences(
    workspace: Workspace,
    seen: EnvironmentStates,
    found: Sequence[Difference],
    meant: Sequence[Difference],
    *,
    yes: bool,
) -> bool:
    """Restores what the last update applied; whether all that was planned was done.

    Args:
        found: all differences; `meant`: those to restore.

    Raises:
        TpaError: the user did not agree, or the update would be refused; nothing was changed. Or a
            removal failed; the message says what was done before that.
    """
    _check_record(seen)
    plan = plan_restore(seen, found, meant)
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
    _confirm(workspace, yes=yes)
    _remove(workspace, plan)
    if engine is None or _update(engine, seen, plan):
        return True
    _report_failure(workspace, seen, {each.name for each in meant} - plan.left.keys())
    return False


def _check_record(seen: EnvironmentStates) -> None:
    """A run that leaves out what the record has would record that."""
    known = {DEFAULTS, TENANT, *seen.last.applications, *(AGENTS + key for key in seen.last.agents)}
    lost = sorted(seen.record.definitions.keys() - known)
    if lost:
        name = seen.view.catalog.name
        raise TpaError(
            f"nothing was changed: {', '.join(lost)} of {name} was applied in a form that today's"
            f" rules refuse\n  fix: run make up ENV={name} first"
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
        snapshot=_without_removed(seen.view.snapshot, plan),
    )
    return list(map(str, result.errors))


def _without_removed(snapshot: TenantSnapshot | None, plan: RestorePlan) -> TenantSnapshot | None:
    if snapshot is None:
        return None
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
    options = _options("--target", [*urns.values()]) + _options("--replace", unreadable)
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
    held, snapshot = seen.state.resources.named(resource.type, resource.name), seen.view.snapshot
    if held is None or snapshot is None or resource.type not in (AGENT, RATE_LIMIT):
        return False
    live: Sequence[object] = (*snapshot.clients, *snapshot.rate_limits.values())
    return all(getattr(each, "id", "") != held.id for each in live)


def _options(name: str, values: Sequence[str]) -> list[str]:
    return [word for value in values for word in (name, value)]


def _report_failure(workspace: Workspace, seen: EnvironmentStates, meant: set[str]) -> None:
    """Says, after the engine failed, which of these differences remain, and which new ones there
    are in what it recreated.
    """
    others = {each.name for each in differences(seen.view, seen.last)} - meant
    now = read_states(workspace.root, workspace.catalog, read_stack_state(workspace))
    found = [each.name for each in differences(now.view, now.last) if each.counts]
    remaining = [name for name in found if name not in others]
    say(
        "the engine stopped; its message is above"
        f"\n  restored before that: {', '.join(sorted(meant - set(found))) or 'nothing'}"
        f"\n  not restored: {', '.join(remaining) or 'nothing'}"
        f"\n  fix: correct what the message says, then run tpa drift -e {workspace.name} --restore"
        " again"
    )
