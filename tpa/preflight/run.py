"""One run of every preflight check, before the first write."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from auth0_third_party.rules import Path
from tpa.environments.stack_state import CLIENT, GRANT, Lists, ResourceKey, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import CatalogError, Problem
from tpa.preflight import (
    changed_outside,
    clients,
    natural_keys,
    prerequisites,
    renames,
    side_effects,
    sign_in,
)
from tpa.preflight.context import Finding, Import, PreflightContext, warning
from tpa.tenant.snapshot import TenantSnapshot, narrow_to_catalog, read_tenant
from tpa.tenant.view import EnvironmentView

CHECKS: tuple[Callable[[PreflightContext], Iterator[Finding]], ...] = (
    prerequisites.check_scopes,
    prerequisites.check_apis,
    prerequisites.check_connections,
    prerequisites.check_other_environments,
    sign_in.check_extensions,
    sign_in.check_login_page,
    sign_in.check_registration,
    sign_in.check_organizations,
    clients.check_clients,
    clients.check_imports,
    natural_keys.check_grants,
    natural_keys.check_rate_limits,
    clients.check_agents,
    prerequisites.check_limits,
    renames.check_renames,
    side_effects.check_shadows,
    side_effects.check_defaults,
    side_effects.check_promotions,
    side_effects.check_demotions,
    changed_outside.check_closed,
    side_effects.check_names,
    sign_in.check_consent,
    sign_in.check_tokens,
)


@dataclass(frozen=True)
class PreflightResult:
    """`imports`: type and logical name -> id of live objects that this run imports. `lists`: of
    these, as they are. `clients`: the ids of all that the tenant has.
    """

    problems: tuple[Problem, ...] = ()
    imports: Mapping[ResourceKey, str] = field(default_factory=dict)
    clients: frozenset[str] = frozenset()
    lists: Mapping[ResourceKey, Lists] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "warning")

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def run_preflight(
    client: ManagementClient,
    catalog: Catalog,
    stack: str,
    previous: Mapping[str, Any] | None = None,
    held: StateResources | None = None,
    *,
    updating: bool = False,
    documents: bool = False,
    outside: bool = False,
    restoring: bool = False,
    snapshot: TenantSnapshot | None = None,
) -> PreflightResult:
    """Reads the tenant and runs every check.

    Args:
        stack: the ownership tag of this stack's applications, `project/stack`.
        previous: the stack's outputs after its last successful run.
        held: the stack's state; None where it is unknown.
        updating: writes follow, so the token must be one that writes.
        documents: let Auth0 preview the documents of new agents, a POST that writes nothing.
        outside: also compare the tenant with what the last run applied.
        restoring: the update creates again what the tenant has lost.
        snapshot: the tenant, where it has just been read whole.

    Raises:
        ManagementError: the tenant can't be read.
    """
    domain = client.credentials.domain
    snapshot = narrow_to_catalog(snapshot, catalog) if snapshot else read_tenant(client, catalog)
    left_open = _left_open(previous or {})
    context = PreflightContext(catalog, domain, snapshot, stack, held, updating, left_open)
    found, imports = run_checks(context)
    found += changed_outside.check_recorded_clients(context, previous or {}, restoring=restoring)
    if outside:
        found += changed_outside.check_outside(context, previous or {})
    if _needs_templates(catalog, context if updating else None):
        found += map(warning, sign_in.check_templates(client, catalog.file))
    if documents and not any(problem.severity == "error" for problem in found):
        found += clients.check_documents(client, context)
    return PreflightResult(
        tuple(dict.fromkeys(found)),
        imports,
        frozenset(client.id for client in snapshot.clients),
        _live_lists(snapshot, imports),
    )


def run_checks(context: PreflightContext) -> tuple[list[Problem], dict[ResourceKey, str]]:
    """The problems that need no more requests, and the ids of the live objects that an update
    imports, by type and logical name.
    """
    found = [each for check in CHECKS for each in check(context)]
    imports = {(each.type, each.name): each.id for each in found if isinstance(each, Import)}
    return [each for each in found if isinstance(each, Problem)], imports


def update_errors(
    catalog: Catalog, view: EnvironmentView, held: StateResources
) -> tuple[Problem, ...]:
    """What would refuse an update with a catalog, by the tenant that was read; for commands that
    write files.
    """
    if view.snapshot is None:
        return ()
    snapshot = narrow_to_catalog(view.snapshot, catalog)
    context = PreflightContext(catalog, view.domain, snapshot, view.stack, held, updating=False)
    return tuple(each for each in run_checks(context)[0] if each.severity == "error")


def _live_lists(
    snapshot: TenantSnapshot, imports: Mapping[ResourceKey, str]
) -> dict[ResourceKey, Lists]:
    """The lists of live clients and grants that are imported."""
    grants: dict[str, Lists] = {
        each.id: {"scopes": each.scopes, "authorization_details_types": each.details}
        for each in snapshot.grants
    }
    found: dict[ResourceKey, Lists] = {}
    for (kind, name), identity in imports.items():
        client = snapshot.client(identity) if kind == CLIENT else None
        if client is not None:
            values = client.values.items()
            found[kind, name] = {str(p[-1]): v for p, v in values if isinstance(v, tuple)}
        elif kind == GRANT:
            found[kind, name] = grants[identity]
    return found


def _left_open(outputs: Mapping[str, Any]) -> frozenset[str]:
    """Connections that this stack did not open, by its outputs."""
    applied = outputs.get("connections")
    found = applied if isinstance(applied, Mapping) else {}
    return frozenset(name for name, each in found.items() if not each.get("promoted_by_us", True))


def _needs_templates(catalog: Catalog, update: PreflightContext | None) -> bool:
    """Whether users may get e-mail from an application with open redirect protection, which an
    agent has as well. An update looks for those that it makes: five calls.
    """
    protected = [*catalog.agents] + [
        key
        for key, app in catalog.applications.items()
        if app.strict
        and app.signs_users_in
        and app.redirection_policy == "open_redirect_protection"
    ]
    return any(update is None or update.live_client(key) is None for key in protected)


ATTEMPTS = 3


def run_preflight_or_fail(
    catalog: Catalog,
    credentials: Credentials,
    previous: Mapping[str, Any],
    *,
    stack: str = "",
    held: StateResources | None = None,
    updating: bool = False,
    restoring: bool = False,
) -> PreflightResult:
    """The result of `run_preflight` when it has no errors; arguments as there. An update also has
    Auth0 preview the documents of new agents.

    Raises:
        CatalogError: with every error, or with the reason why the tenant can't be read.
    """
    try:
        with ManagementClient(credentials, attempts=ATTEMPTS) as client:
            result = run_preflight(
                client,
                catalog,
                stack,
                previous,
                held,
                updating=updating,
                documents=updating,
                outside=not restoring,
                restoring=restoring,
            )
    except ManagementError as error:
        why = "nothing is written before the tenant was checked"
        path: Path = ("tenant",)
        problem = Problem(catalog.file, 0, path, str(error), why, error.fix, rule="PRE-04")
        raise CatalogError([problem]) from None
    if result.errors:
        raise CatalogError(list(result.errors))
    return result
