"""The differences of `tpa drift`, without blame for what an update of ours left when it failed."""

from collections.abc import Iterator
from dataclasses import replace

from tpa.comparison.differences import Difference, differences
from tpa.drift.restore_steps import NotRestorable, steps_of
from tpa.tenant.reading import EnvironmentStates


def attributed_differences(seen: EnvironmentStates) -> tuple[Difference, ...]:
    """Every difference. One in what the last update failed to write is not applied yet, whatever
    the record says: the next update writes it.
    """
    found = differences(seen.view, seen.last)
    failed = {(each.type, each.name) for each in seen.state.resources.resources if each.failed}
    if not failed:
        return found
    return tuple(
        replace(each, changed_by="files") if failed.intersection(_written_by(seen, each)) else each
        for each in found
    )


def _written_by(seen: EnvironmentStates, each: Difference) -> Iterator[tuple[str, str]]:
    try:
        resources = steps_of(seen, each).resources
    except NotRestorable:
        return
    for resource in resources:
        yield resource.type, resource.name
