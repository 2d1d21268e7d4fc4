"""Grants that already exist: Auth0 keeps one for each application, API and subject type.

So do rate limit policies, of which it keeps one for each consumer (RT-21).

The official plugin adopts an existing grant without a message, and sends nothing; when the grant
has another logical name in the state, deleting the old name then deletes the live grant.
"""

from collections.abc import Collection, Iterator, Mapping
from threading import Lock
from time import monotonic
from typing import Any

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from auth0_third_party.model.application import RateLimit
from auth0_third_party.model.names import (
    THIRD_PARTY_CLIENTS,
    THIRD_PARTY_RATE_LIMIT,
    rate_limit_name,
)
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules import Path
from tpa.environments.stack_state import GRANT, RATE_LIMIT, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.layout import TENANT_FILE, application_file
from tpa.files.problems import Problem
from tpa.preflight.context import DeclaredGrant, Finding, Import, PreflightContext, warning
from tpa.tenant.objects import Grant, read_grant
from tpa.tenant.snapshot import TenantSnapshot


def check_grants(context: PreflightContext) -> Iterator[Finding]:
    """Declared grants that exist, where the state does not have them under their names."""
    if context.held is None:
        return
    importing = {client.id for client in context.adopted.values()}
    for declared in context.declared_grants():
        live, held = context.live_grant(declared), context.named(GRANT, declared.name)
        if live is None or (held is not None and held.id == live.id):
            continue
        file, path, name = declared.file, declared.path, declared.name
        other = context.with_id(GRANT, live.id)
        if other is not None:
            yield renamed(file, path, name, other, context.catalog.name)
        elif not same_permissions(declared.grant, live):
            command = _import_command(context, declared, live)
            refresh = f"pulumi refresh --stack {context.catalog.name} --yes && "
            yield foreign(declared, live, f"{refresh}{command}" if command and held else command)
        elif context.owners and not declared.client_id:
            what = f"{live.id} already exists with exactly these scopes"
            command = _import_command(context, declared, live)
            yield not_imported(file, path, what, context.owners, command)
        else:
            if held is None:
                yield Import(GRANT, name, live.id)
            if declared.client_id not in importing:
                what = f"{live.id} already exists with exactly these scopes; this run imports it"
                fix = "nothing to do; removing it here deletes it"
                yield warning(Problem(file, 0, path, what, fix=fix, rule="LIVE-04"))


def _import_command(context: PreflightContext, declared: DeclaredGrant, live: Grant) -> str:
    return context.import_command(GRANT, declared.name, live.id, declared.parent)


def same_permissions(declared: ClientGrant | DefaultPermission, live: Grant) -> bool:
    """Whether the live grant gives what the declared one would, no more and no less."""
    if declared.allow_all_scopes or live.all_scopes:
        return declared.allow_all_scopes and live.all_scopes
    details = set(declared.authorization_details_types) == set(live.details)
    return details and set(declared.scopes) == set(live.scopes)


def not_imported(file: str, path: Path, what: str, owners: str, command: str) -> Problem:
    """An object that may be another stack's. `command` imports it; empty where there is none."""
    fix = "leave it to the stack that has it; if none has it, "
    fix += f"import it: {command}" if command else "delete it there"
    return Problem(file, 0, path, f"{what}, perhaps for {owners}", fix=fix, rule="ENV-12")


def renamed(file: str, path: Path, name: str, other: StateResource, stack: str) -> Problem:
    """The plan would delete live access: the new name adopts the grant, then the old is deleted."""
    what = f"{name} would adopt {other.id}, which the state has as {other.name}"
    why = f"deleting {other.name} afterwards would delete the live access"
    fix = f"rename it in the state first: {rename_command(other, name, stack)}"
    return Problem(file, 0, path, what, why, fix, rule="LIVE-02")


def rename_command(held: StateResource, name: str, stack: str) -> str:
    """Gives a resource another logical name; nothing in the tenant changes."""
    return f"pulumi state rename '{held.urn}' {name} --stack {stack} --yes"


def foreign(declared: DeclaredGrant, live: Grant, command: str) -> Problem:
    """The plan would adopt a grant that this stack did not create, and leave its scopes as they
    are. `command` imports it; empty where there is none.
    """
    gained, lost = _gained_and_lost(declared.grant, live)
    scopes = "allow_all_scopes: true" if live.all_scopes else f"scopes: [{', '.join(live.scopes)}]"
    declare = f"declare what it has first ({scopes}): the next run imports it unchanged"
    what = (
        f"{live.id} already exists, and is not this stack's: with the scopes of the file, its"
        f" holders would gain {gained} and lose {lost}"
    )
    fix = f"import it, then read the plan: {command}" if command else declare
    return Problem(declared.file, 0, declared.path, what, fix=fix, rule="LIVE-03")


def _gained_and_lost(declared: ClientGrant | DefaultPermission, live: Grant) -> tuple[str, str]:
    if declared.allow_all_scopes:
        return "every scope", "nothing"
    if live.all_scopes:
        return "nothing", f"every scope but {', '.join(declared.scopes) or 'none'}"
    gained = [scope for scope in declared.scopes if scope not in live.scopes]
    lost = [scope for scope in live.scopes if scope not in declared.scopes]
    return ", ".join(gained) or "nothing", ", ".join(lost) or "nothing"


FRESH = 5.0
"""Seconds for which a holder's grants are not read again."""


class GrantGuard:
    """Asks the tenant, just before a grant is created, whether one exists already. Thread-safe.

    `clients` are the tenant's before this run: one that the run creates has no grants.
    """

    def __init__(
        self,
        catalog: Catalog,
        credentials: Credentials,
        stack: str,
        held: StateResources,
        clients: Collection[str],
    ) -> None:
        self._context = PreflightContext(catalog, credentials.domain, TenantSnapshot(), stack, held)
        self._declared = {grant.name: grant for grant in self._context.declared_grants()}
        self._client, self._clients = ManagementClient(credentials), clients
        self._looking = Lock()
        self._looks: dict[tuple[str, str], tuple[float, list[Grant]]] = {}

    def refusal(self, name: str, inputs: Mapping[str, Any]) -> str | None:
        """Why the grant `name` must not be created; None: none exists.

        `inputs` are the resource's; a client that does not exist yet has no grant.
        """
        try:
            live = self._live(inputs)
        except ManagementError as error:
            return f"{name}: unknown whether it already exists: {error}. Fix: {error.fix}"
        problem = self._problem(name, live) if live is not None else None
        return None if problem is None else str(problem)

    def _live(self, inputs: Mapping[str, Any]) -> Grant | None:
        client_id, default = inputs.get("clientId"), inputs.get("defaultFor")
        if isinstance(client_id, str) and client_id in self._clients:
            found = self._grants("client_id", client_id)
        elif not client_id and isinstance(default, str):
            found = self._grants("default_for", default)
        else:
            return None
        target = inputs.get("audience"), inputs.get("subjectType") or "client"
        return next((live for live in found if (live.audience, live.subject_type) == target), None)

    def _grants(self, parameter: str, holder: str) -> list[Grant]:
        with self._looking:
            at, found = self._looks.get((parameter, holder), (0.0, []))
            if not at or monotonic() - at > FRESH:
                query = {parameter: holder}
                items = self._client.pages("/client-grants", "client_grants", query)
                at, found = monotonic(), [read_grant(item) for item in items]
                self._looks[parameter, holder] = at, found
            return found

    def _problem(self, name: str, live: Grant) -> Problem | None:
        known, declared = self._context.with_id(GRANT, live.id), self._declared.get(name)
        if declared is None or (known is not None and known.name == name):
            return None  # its own, about to be replaced
        if known is not None:
            return renamed(declared.file, declared.path, name, known, self._context.catalog.name)
        if same_permissions(declared.grant, live):
            return None
        return foreign(declared, live, _import_command(self._context, declared, live))


def check_rate_limits(context: PreflightContext) -> Iterator[Finding]:
    """Existing policies with other limits: Auth0 would refuse the create half-way through a run."""
    for key, file, selector, limit in _declared_limits(context):
        live, name = context.snapshot.rate_limits.get(selector), rate_limit_name(key)
        # The state may have the one that a killed run deleted before it made this one.
        held = context.named(RATE_LIMIT, name)
        if live is None or context.held is None or (held is not None and held.id == live.id):
            continue
        if not key and context.owners:
            what = f"{context.domain} already has a policy for it ({live.id})"
            command = context.import_command(RATE_LIMIT, name, live.id, THIRD_PARTY_RATE_LIMIT)
            yield not_imported(file, ("rate_limit",), what, context.owners, command)
        elif (limit.action, limit.limit) == (live.action, live.limit):
            yield Import(RATE_LIMIT, name, live.id)
        else:
            limits = f"{live.action} beyond {live.limit} ({live.id})"
            what = f"{context.domain} already has a policy for it: {limits}"
            again = f"declare the same limit here, so that the next run imports it as {name}"
            fix = f"{again}; or delete it there"
            yield Problem(file, 0, ("rate_limit",), what, fix=fix, rule="RT-21")


def _declared_limits(context: PreflightContext) -> Iterator[tuple[str, str, str, RateLimit]]:
    tenant = context.catalog.tenant
    if tenant.rate_limit is not None:
        yield "", TENANT_FILE, THIRD_PARTY_CLIENTS, tenant.rate_limit
    for key, application in context.catalog.applications.items():
        client = context.live_client(key)
        if client is not None and application.rate_limit is not None:
            yield key, application_file(key), f"client_id:{client.id}", application.rate_limit
