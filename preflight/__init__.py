"""Live checks before the first write: read-only, paged lists, a handful of calls."""

from collections.abc import Mapping
from typing import Any

from catalog import Catalog, CatalogError, Problem
from management import Credentials, ManagementClient, ManagementError
from preflight.checks import check_record, check_tenant
from preflight.snapshot import Snapshot, take_snapshot

__all__ = ["Snapshot", "check_or_fail", "check_record", "check_tenant", "take_snapshot"]


def check_or_fail(
    catalog: Catalog, credentials: Credentials, previous: Mapping[str, Any]
) -> tuple[Problem, ...]:
    """Warnings about the tenant, when nothing in it stands against the catalog.

    Raises:
        CatalogError: with every prerequisite that is missing, or the reason why none can be seen.
    """
    try:
        with ManagementClient(credentials, attempts=3) as client:
            snapshot = take_snapshot(client)
    except ManagementError as error:
        why = "nothing is written before the tenant has been looked at"
        raise CatalogError(
            [Problem(catalog.file, 0, "tenant", str(error), why, error.fix)]
        ) from None
    problems = list(check_tenant(catalog, credentials.domain, snapshot))
    if problems:
        raise CatalogError(problems)
    return tuple(check_record(catalog, credentials.domain, snapshot, previous))
