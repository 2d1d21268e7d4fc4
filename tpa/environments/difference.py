"""The difference between two records of one environment, by meaning instead of by text.

Ids never take part: they differ per tenant, and a record holds none.
"""

from collections.abc import Collection, Iterator

from tpa.environments.client_changes import added, client_changes, removed
from tpa.environments.permissions import client_in, client_keys, default_permissions
from tpa.environments.risks import Change, by_risk, change
from tpa.environments.tenant_changes import (
    default_permission_changes,
    merged_audiences,
    setting_changes,
    tenant_changes,
)
from tpa.files.record import DEFAULTS, TENANT, Record


def difference(
    before: Record, after: Record, keys: Collection[str] | None = None
) -> tuple[Change, ...]:
    """All changes, highest risk first.

    Args:
        before: what the environment applied last.
        after: what it would apply.
        keys: only these applications, and what belongs to the tenant as a whole.
    """
    found = [*tenant_changes(before, after)]
    for key in sorted({*client_keys(before), *client_keys(after)}):
        if keys is None or key in keys:
            found.extend(definition_changes(key, before, after))
    return by_risk(found)


def definition_changes(key: str, before: Record, after: Record) -> Iterator[Change]:
    """The changes of one definition.

    An application or agent is compared with the default permissions of `after` on both sides: what
    the default permissions themselves change is a change of the tenant, reported once.
    """
    if key == DEFAULTS:
        yield from default_permission_changes(before, after)
        return
    if key == TENANT:
        yield from setting_changes(before, after)
        return
    audiences = merged_audiences(before, after)
    defaults = default_permissions(after, audiences)
    old = client_in(before, key, defaults, audiences)
    new = client_in(after, key, defaults, audiences)
    if key not in after.definitions:
        yield removed(key, old)
    elif new is None or (old is None and key in before.definitions):
        yield change("unreadable", key, "recorded by another version of this project")
    elif old is None:
        yield from added(key, new)
    else:
        yield from client_changes(key, old, new)
