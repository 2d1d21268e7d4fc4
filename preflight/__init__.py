"""Live checks before the first write: read-only, paged lists, a handful of calls."""

from collections.abc import Mapping
from typing import Any

from catalog import Catalog, CatalogError, Problem
from catalog.holdings import Holdings
from management import Credentials, ManagementClient, ManagementError
from preflight.checks import check_record
from preflight.looking import Look, look_at
from preflight.snapshot import Snapshot, take_snapshot

__all__ = ["Look", "Snapshot", "check_or_fail", "check_record", "look_at", "take_snapshot"]

ATTEMPTS = 3


def check_or_fail(
    catalog: Catalog,
    credentials: Credentials,
    previous: Mapping[str, Any],
    *,
    stack: str = "",
    held: Holdings | None = None,
    updating: bool = False,
) -> Look:
    """What was seen of the tenant, when nothing in it stands against the catalog.

    Args:
        previous: the stack's outputs after its last good run.
        stack: the mark of this stack's applications, `project/stack`.
        held: what its state holds; None where nobody can say.
        updating: writes follow. The token must be one that writes, and Auth0 is let preview the
            documents of new agents (a POST that writes nothing).

    Raises:
        CatalogError: with every prerequisite that is missing, or the reason why none can be seen.
    """
    try:
        with ManagementClient(credentials, attempts=ATTEMPTS) as client:
            look = look_at(
                client, catalog, stack, previous, held, updating=updating, documents=updating
            )
    except ManagementError as error:
        raise CatalogError([unseen(catalog, error)]) from None
    errors = [problem for problem in look.problems if problem.severity == "error"]
    if errors:
        raise CatalogError(errors)
    return look


def unseen(catalog: Catalog, error: ManagementError) -> Problem:
    """Why the tenant could not be looked at."""
    why = "nothing is written before the tenant has been looked at"
    return Problem(catalog.file, 0, "tenant", str(error), why, error.fix)
