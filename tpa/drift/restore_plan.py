"""What restoring differences takes, as a whole: nothing is changed yet.

The engine declares what the last update applied, so it undoes what was changed outside and applies
no change of the files. It knows nothing of objects that were added outside; these are removed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tpa.comparison.differences import Difference
from tpa.drift.restore_steps import (
    NotRestorable,
    Removal,
    Resource,
    Steps,
    client_resources,
    steps_of,
)
from tpa.tenant.reading import EnvironmentStates

UNRECORDED = "not in the stack's state"


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
    seen: EnvironmentStates,
    found: Iterable[Difference],
    meant: Sequence[Difference],
    more: Iterable[Resource] = (),
) -> RestorePlan:
    """What restoring these differences takes; `found` are all that there are, `more` what the state
    lacks.

    The engine updates an object as a whole. So what else was changed outside in the same object is
    restored too, and an object with an ignored difference is left alone.
    """
    plan = RestorePlan()
    steps: dict[str, Steps] = {}
    reasons: dict[str, str] = {}
    outside = [each for each in found if each.changed_by != "files"]
    for each in outside:
        try:
            steps[each.name] = steps_of(seen, each)
        except NotRestorable as reason:
            reasons[each.name] = str(reason)
    wanted = [each.name for each in meant if each.changed_by != "files"]
    ignored = {each: rule for rule in outside if rule.ignored for each in _resources(steps, rule)}
    for name in wanted:
        why = reasons.get(name) or _obstacle(seen, steps[name], ignored)
        if why:
            plan.left[name] = why
        else:
            _add(plan, name, steps[name])
    for resource in more:
        plan.resources.setdefault(resource, []).append(UNRECORDED)
    plan.also = [
        each.name
        for each in outside
        if each.name not in wanted and plan.resources.keys() & {*_resources(steps, each)}
    ]
    return plan


def unrecorded(seen: EnvironmentStates) -> Iterator[Resource]:
    """Resources of live applications and agents that the state does not have: a run was interrupted
    while it created them again. They may be live, and then nothing differs.
    """
    held = seen.state.resources
    for key, client in seen.last.clients.items():
        if key in seen.view.managed and key in seen.view.declared:
            for each in client_resources(key, client):
                if held.named(each.type, each.name) is None and held.urn(*each) is not None:
                    yield each


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
            return f"the stack's state does not have it: tpa up -e {name} creates it"
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
