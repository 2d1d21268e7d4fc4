"""Grants that already exist: Auth0 keeps one for each application, API and subject type.

The official plugin adopts an existing grant without a message, and sends nothing; when the grant
has another logical name in the state, deleting the old name then deletes the live grant.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules import Path
from tpa.environments.stack_state import GRANT, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.context import DeclaredGrant, PreflightContext, warning
from tpa.preflight.other_stacks import not_imported, owners_beside
from tpa.tenant.objects import Grant, read_grant
from tpa.tenant.snapshot import TenantSnapshot


def check_grants(context: PreflightContext) -> Iterator[Problem]:
    """Declared grants that exist and are not in the state, or are there under another name."""
    if context.held is None:
        return
    importing = {client.id for client in context.to_import().values()}
    owners = owners_beside(context)
    for declared, live in _existing(context):
        other = context.held.with_id(GRANT, live.id)
        if other is not None:
            yield renamed(declared.file, declared.path, declared.name, other, context.stack_name)
        elif not same_permissions(declared.grant, live):
            command = context.import_command(GRANT, declared.name, live.id, declared.parent)
            replaced = context.held.named(GRANT, declared.name)
            refresh = f"pulumi refresh --stack {context.stack_name} --yes && "
            yield foreign(
                declared, live, f"{refresh}{command}" if command and replaced else command
            )
        elif owners and not declared.client_id:
            what = f"{live.id} already exists with exactly these scopes"
            command = context.import_command(GRANT, declared.name, live.id, declared.parent)
            yield not_imported(declared.file, declared.path, what, owners, command)
        elif declared.client_id not in importing:
            what = f"{live.id} already exists with exactly these scopes; this run imports it"
            fix = "nothing to do; removing it here deletes it"
            yield warning(Problem(declared.file, 0, declared.path, what, fix=fix, rule="LIVE-04"))


def grants_to_import(context: PreflightContext) -> dict[str, str]:
    """Logical name -> id of live grants that are as declared, and not in the state."""
    if context.held is None:
        return {}
    alone = not owners_beside(context)
    return {
        declared.name: live.id
        for declared, live in _existing(context)
        if (declared.client_id or alone)
        and context.held.named(GRANT, declared.name) is None
        and context.held.with_id(GRANT, live.id) is None
        and same_permissions(declared.grant, live)
    }


def _existing(context: PreflightContext) -> Iterator[tuple[DeclaredGrant, Grant]]:
    """Declared grants with the live grant of the same natural key, where the state does not have
    that one under the declared name.
    """
    for declared in context.declared_grants():
        live = context.live_grant(declared)
        held = context.held.named(GRANT, declared.name) if context.held else None
        if live is not None and (held is None or held.id != live.id):
            yield declared, live


def same_permissions(declared: ClientGrant | DefaultPermission, live: Grant) -> bool:
    """Whether the live grant gives what the declared one would, no more and no less."""
    if declared.allow_all_scopes or live.all_scopes:
        return declared.allow_all_scopes and live.all_scopes
    details = set(declared.authorization_details_types) == set(live.details)
    return details and set(declared.scopes) == set(live.scopes)


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


class GrantGuard:
    """Asks the tenant, just before a grant is created, whether one exists already. Thread-safe."""

    def __init__(
        self, catalog: Catalog, credentials: Credentials, stack: str, held: StateResources
    ) -> None:
        self._context = PreflightContext(catalog, credentials.domain, TenantSnapshot(), stack, held)
        self._held = held
        self._declared = {grant.name: grant for grant in self._context.declared_grants()}
        self._client = ManagementClient(credentials)

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
        audience, client_id = inputs.get("audience"), inputs.get("clientId")
        default = inputs.get("defaultFor")
        if not isinstance(audience, str) or not isinstance(client_id or default, str):
            return None
        query = {"audience": audience}
        query |= {"client_id": str(client_id)} if client_id else {"default_for": str(default)}
        subject_type = inputs.get("subjectType") or "client"
        for item in self._client.pages("/client-grants", "client_grants", query):
            live = read_grant(item)
            if live.subject_type == subject_type and live.audience == audience:
                return live
        return None

    def _problem(self, name: str, live: Grant) -> Problem | None:
        known, declared = self._held.with_id(GRANT, live.id), self._declared.get(name)
        if declared is None or (known is not None and known.name == name):
            return None  # its own, about to be replaced
        if known is not None:
            return renamed(declared.file, declared.path, name, known, self._context.stack_name)
        if same_permissions(declared.grant, live):
            return None
        command = self._context.import_command(GRANT, name, live.id, declared.parent)
        return foreign(declared, live, command)
