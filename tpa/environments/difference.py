"""The difference between two records of one environment, by meaning instead of by text.

Ids never take part: they differ per tenant, and a record holds none.
"""

from collections.abc import Collection, Iterator

from tpa.environments.application_difference import added, application_changes, removed, words
from tpa.environments.facts import (
    Place,
    Right,
    applications,
    clients,
    default_rights,
    facts,
    promoted,
    rights,
)
from tpa.environments.record import AGENTS, DEFAULTS, TENANT, Record
from tpa.environments.risks import Change, by_risk, change
from tpa.environments.shared_difference import agent_changes, tenant_changes


def difference(
    before: Record, after: Record, keys: Collection[str] | None = None
) -> tuple[Change, ...]:
    """All changes, highest risk first.

    Args:
        before: what the environment applied last.
        after: what it would apply.
        keys: only these applications, and what belongs to the tenant as a whole.
    """
    found = [*_tenant_changes(before, after)]
    for key in sorted({*clients(before), *clients(after)}):
        if keys is None or key in keys:
            found.extend(definition_changes(key, before, after))
    return by_risk(found)


def definition_changes(key: str, before: Record, after: Record) -> Iterator[Change]:
    """The changes of one application, default permissions taken as they will be.

    What the default permissions themselves change is a change of the tenant's, told once.
    """
    if key == DEFAULTS:
        yield from _default_changes(before, after)
        return
    if key == TENANT:
        yield from tenant_changes(before, after)
        return
    audiences = _audiences(before, after)
    defaults = default_rights(after, audiences)
    if key.startswith(AGENTS):
        yield from agent_changes(key, before, after, defaults, audiences)
        return
    old = facts(before, key, defaults, audiences)
    new = facts(after, key, defaults, audiences)
    if key not in after.definitions:
        yield removed(key, old)
    elif new is None or (old is None and key in before.definitions):
        yield change("unreadable", key, "recorded by another version of this project")
    elif old is None:
        yield from added(key, new)
    else:
        yield from application_changes(key, old, new)


def _tenant_changes(before: Record, after: Record) -> Iterator[Change]:
    yield from _default_changes(before, after)
    yield from tenant_changes(before, after)
    yield from _connection_changes(before, after)
    yield from _audience_changes(before, after)
    if before.definitions and before.protected != after.protected:
        state = "on" if after.protected else "off"
        everyone = applications(after)
        yield change(f"delete-protection-{state}", "", f"delete protection is {state}", everyone)


def _default_changes(before: Record, after: Record) -> Iterator[Change]:
    audiences = _audiences(before, after)
    old, new = default_rights(before, audiences), default_rights(after, audiences)
    for place in sorted(old.keys() | new.keys()):
        was, will = old.get(place), new.get(place)
        if was is not None and will is not None and _same_scopes(was, will):
            continue
        yield from _default_change(place, was, will, _fall_back(before, after, place))


def _default_change(
    place: Place, was: Right | None, will: Right | None, touched: list[str]
) -> Iterator[Change]:
    subject = "for users" if place[1] == "user" else "as themselves"
    where = f"{(will or was or _NOTHING).api} {subject}"
    old, new = _all_scopes(was), _all_scopes(will)
    if new - old or (was is None and will is not None):
        what = f"default permissions: {where} gain {words(new - old) or 'access'}"
        yield change("default-gained", "", what, touched, consent=place[1] == "user")
    if old - new or (will is None and was is not None):
        what = f"default permissions: {where} lose {words(old - new) or 'access'}"
        yield change("default-lost", "", what, touched)


def _same_scopes(was: Right, will: Right) -> bool:
    return _all_scopes(was) == _all_scopes(will)


def _all_scopes(right: Right | None) -> frozenset[str]:
    """The named ones, and a word for those that the API will get."""
    if right is None:
        return frozenset()
    return right.scopes | ({"every scope"} if right.every_scope else set())


def _fall_back(before: Record, after: Record, place: Place) -> list[str]:
    """Clients of the files that have, or had, this place by default."""
    found = set()
    audiences = _audiences(before, after)
    for record in (before, after):
        defaults = default_rights(record, audiences)
        for key in clients(record):
            right = rights(record, key, defaults, audiences).get(place)
            if right is not None and right.by_default:
                found.add(key)
    return sorted(found)


def _connection_changes(before: Record, after: Record) -> Iterator[Change]:
    old, new = promoted(before), promoted(after)
    users = [key for key in clients(after) if _signs_in(after, key)]
    for name in sorted(new.keys() - old.keys()):
        what = f"connection {name} is opened to every third-party application"
        yield change("connection-promoted", "", what, users)
    for name in sorted(old.keys() - new.keys()):
        what = f"connection {name} is given back, unless it was open before us"
        yield change("connection-demoted", "", what, old[name])


def _signs_in(record: Record, key: str) -> bool:
    return record.definitions[key].definition.get("app_type") != "non_interactive"


def _audiences(before: Record, after: Record) -> dict[str, str]:
    """One meaning per API key, so that another audience is told once, not per grant."""
    return {**before.audiences, **after.audiences}


def _audience_changes(before: Record, after: Record) -> Iterator[Change]:
    for api in sorted(before.audiences.keys() & after.audiences.keys()):
        old, new = before.audiences[api], after.audiences[api]
        if old != new:
            touched = [
                key
                for key in applications(after)
                if any(g["api"] == api for g in after.definitions[key].definition.get("grants", []))
            ]
            yield change("audience-changed", "", f"{api}: {new} instead of {old}", touched)


_NOTHING = Right("", frozenset(), every_scope=False, by_default=True)
