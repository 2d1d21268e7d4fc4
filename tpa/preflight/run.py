"""One run of every check against the tenant, and what an interrupted run left to import."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    RATE_LIMIT,
    ResourceKey,
    StateResources,
)
from tpa.files.catalog import Catalog
from tpa.files.problems import CatalogError, Problem
from tpa.preflight import checks, sign_in
from tpa.preflight.agents import check_agents, check_documents
from tpa.preflight.counterparts import (
    adopted_agents,
    adopted_clients,
    adopted_credentials,
    check_adoptions,
    check_counterparts,
)
from tpa.preflight.inspection import Inspection, warning
from tpa.preflight.natural_keys import adopted_grants, check_grants
from tpa.preflight.rate_limits import adopted_rate_limits, check_rate_limits
from tpa.preflight.reach import check_defaults, check_promotions, check_shadows
from tpa.preflight.renames import check_renames
from tpa.preflight.sign_in import check_consent
from tpa.preflight.templates import check_templates
from tpa.tenant.snapshot import Snapshot, narrowed, take_snapshot

CHECKS: tuple[Callable[[Inspection], Iterator[Problem]], ...] = (
    checks.check_scopes,
    checks.check_apis,
    checks.check_connections,
    sign_in.check_extensions,
    sign_in.check_login_page,
    sign_in.check_registration,
    sign_in.check_organizations,
    check_counterparts,
    check_adoptions,
    check_grants,
    check_rate_limits,
    check_agents,
    check_renames,
    check_shadows,
    check_defaults,
    check_promotions,
    check_consent,
)
ADOPTIONS: Mapping[str, Callable[[Inspection], dict[str, str]]] = {
    CLIENT: adopted_clients,
    CREDENTIALS: adopted_credentials,
    AGENT: adopted_agents,
    GRANT: adopted_grants,
    RATE_LIMIT: adopted_rate_limits,
}


@dataclass(frozen=True)
class Look:
    """What was found. `adopted`: type and logical name -> id of live objects that are this
    stack's, and that its state does not know.
    """

    problems: tuple[Problem, ...] = ()
    adopted: Mapping[ResourceKey, str] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def look_at(
    client: ManagementClient,
    catalog: Catalog,
    stack: str,
    previous: Mapping[str, Any] | None = None,
    held: StateResources | None = None,
    *,
    updating: bool = False,
    documents: bool = False,
    seen_before: Snapshot | None = None,
) -> Look:
    """Every finding about the tenant; arguments as `check_or_fail` has them.

    `seen_before`: the tenant's lists, where they have just been read.

    Raises:
        ManagementError: it can't be looked at.
    """
    domain = client.credentials.domain
    snapshot = narrowed(seen_before, catalog) if seen_before else take_snapshot(client, catalog)
    seen = Inspection(catalog, domain, snapshot, stack, held, updating)
    found = inspect(seen)
    found += checks.check_record(catalog, domain, snapshot, previous or {}, held)
    if _protected(catalog):
        found += map(warning, check_templates(client))
    if documents and not any(problem.severity == "error" for problem in found):
        found += check_documents(client, seen)
    return Look(tuple(dict.fromkeys(found)), adopted(seen))


def inspect(seen: Inspection) -> list[Problem]:
    """The findings of everything that was read already."""
    return list(chain.from_iterable(check(seen) for check in CHECKS))


def adopted(seen: Inspection) -> dict[ResourceKey, str]:
    """Live objects that are this stack's by what the files say; its state does not know them."""
    return {
        (resource_type, name): identity
        for resource_type, find in ADOPTIONS.items()
        for name, identity in find(seen).items()
    }


def _protected(catalog: Catalog) -> bool:
    """Whether users may get e-mail for an application with open redirect protection."""
    return any(
        app.strict and app.signs_users_in and app.redirection_policy == "open_redirect_protection"
        for app in catalog.applications.values()
    )


ATTEMPTS = 3


def check_or_fail(
    catalog: Catalog,
    credentials: Credentials,
    previous: Mapping[str, Any],
    *,
    stack: str = "",
    held: StateResources | None = None,
    updating: bool = False,
) -> Look:
    """What was seen of the tenant, when nothing in it stands against the catalog.

    Args:
        previous: the stack's outputs after its last good run.
        stack: the tag of this stack's applications, `project/stack`.
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
