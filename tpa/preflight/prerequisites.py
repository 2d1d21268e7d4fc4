"""What an update needs in the tenant: token scopes, APIs, connections, the recorded clients."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auth0_third_party.model.names import application_key
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.model.text import access_name
from auth0_third_party.rules.violation import Path, field_name, nearest
from tpa.environments.stack_state import AGENT, CLIENT, GRANT, RATE_LIMIT, StateResources
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext, warning
from tpa.tenant.objects import Api
from tpa.tenant.scopes import reading_scopes
from tpa.tenant.snapshot import TenantSnapshot


def check_scopes(context: PreflightContext) -> Iterator[Problem]:
    """Scopes that the management token lacks, and what is unknown without them."""
    file, path = context.catalog.file, ("tenant",)
    missing = context.snapshot.missing_scopes
    why_refused = ""
    if context.snapshot.read_only and not context.updating:
        reading = reading_scopes(context.catalog)
        missing = tuple(scope for scope in missing if scope in reading)
        why_refused = "what they give access to can't be checked"
        what = f"the management token for {context.domain} only reads"
        fix = f"none in a pull request; for updates see tpa scopes -e {context.stack_name}"
        yield warning(Problem(file, 0, path, what, fix=fix, rule="PRE-02"))
    if missing:
        several, all_of_them = "s" if len(missing) > 1 else "", ", ".join(missing)
        what = f"the management token for {context.domain} lacks the scope{several} {all_of_them}"
        them = "them" if several else all_of_them
        fix = f"grant {them} on the Management API to the application that signs in here"
        yield Problem(file, 0, path, what, why_refused, fix, rule="PRE-01")
    for part in context.snapshot.unknown_parts:
        what = f"unknown: {part.what} of {context.domain}: {part.why}"
        fix = f"grant {part.scope} on the Management API to the application that signs in here"
        fix = fix if part.scope else "look it up in the Auth0 Dashboard"
        yield warning(Problem(file, 0, path, what, fix=fix, rule="PRE-03"))


def check_apis(context: PreflightContext) -> Iterator[Problem]:
    """APIs and scopes that grants name and the tenant lacks, and APIs closed to third parties."""
    if "read:resource_servers" in context.snapshot.missing_scopes:
        return
    apis = context.snapshot.apis
    missing: dict[str, list[str]] = {}
    for file, path, grant in context.catalog.stated_grants():
        known = apis.get(grant.audience)
        if known is None:
            missing.setdefault(grant.audience, []).append(f"{file}: {field_name(path)}")
            continue
        yield from _check_api_scopes(file, path, grant, known, context.domain)
        yield from _check_api_access(file, path, grant, known)
    for audience, grants in missing.items():
        yield _missing_api(context, audience, grants)


def _missing_api(context: PreflightContext, audience: str, grants: Sequence[str]) -> Problem:
    """One problem where the audience is stated, however many grants name it."""
    catalog, apis = context.catalog, context.snapshot.apis
    what = f"{context.domain} has no API '{audience}'"
    why = f"{len(grants)} grants name it" if len(grants) > 1 else f"{grants[0]} names it"
    fix = f"create it there, or correct it here; {nearest(audience, apis)}"
    file, path = catalog.audience_place(audience)
    return Problem(file, 0, path, what, why, fix, rule="CG-12")


def _check_api_scopes(
    file: str, path: Path, grant: ClientGrant | DefaultPermission, api: Api, domain: str
) -> Iterator[Problem]:
    for scope in grant.scopes:
        if scope not in api.scopes:
            what = f"the API '{grant.audience}' at {domain} has no scope '{scope}'"
            why = "a token can't carry it until the API defines it"
            fix = f"define it there, or remove it here; {nearest(scope, api.scopes)}"
            yield Problem(file, 0, (*path, "scopes"), what, why, fix, rule="CG-07")


def _check_api_access(
    file: str, path: Path, grant: ClientGrant | DefaultPermission, api: Api
) -> Iterator[Problem]:
    """CG-11 and CG-15."""
    access = access_name(grant.subject_type)
    if api.system:
        what = f"'{grant.audience}' is one of Auth0's own APIs"
        fix = "put an API of your own in front of what the partner needs"
        yield Problem(file, 0, path, what, fix=fix, rule="CG-11")
    elif api.policies.get(grant.subject_type) == "deny_all":
        what = f"the API '{grant.audience}' denies {access} to all applications"
        fix = f"set its policy for {access} to require_client_grant, or remove the grant"
        yield Problem(file, 0, path, what, fix=fix, rule="CG-15")


def check_connections(context: PreflightContext) -> Iterator[Problem]:
    """Connections that applications sign users in with, and the tenant lacks."""
    catalog, known = context.catalog, context.snapshot.connections
    if "read:connections" in context.snapshot.missing_scopes:
        return
    keys = {name: key for key, name in catalog.environment.connections.items()}
    for name in catalog.connections:
        if name not in known:
            path = ("connections", keys.get(name, name))
            what = f"{context.domain} has no connection '{name}'"
            fix = f"create it there, or correct the name; {nearest(name, known)}"
            yield Problem(catalog.file, 0, path, what, fix=fix, rule="PRE-05")


def check_recorded_clients(
    context: PreflightContext, previous: Mapping[str, Any], *, restoring: bool = False
) -> Iterator[Problem]:
    """Applications and agents of the stack that the tenant does not have.

    Those of the state that the files declare stop an update, which would see no change. The others,
    and those of the last outputs (`previous`) where the state is unknown, are warnings. An update
    that restores (`restoring`) creates them again.
    """
    recorded = previous.get("applications")
    found = recorded if isinstance(recorded, Mapping) else {}
    for key, application in found.items():
        if not isinstance(application, Mapping) or not application.get("client_id"):
            what = "is recorded without a client id"
            why = "the run that was to create it ended early"
            file, path = context.catalog.stated_at(str(key))
            yield warning(Problem(file, 0, path, what, why, rule="LIVE-01"))
        elif context.held is None:
            yield from _check_lives(context, str(key), str(application["client_id"]), restoring)
    for held in context.held.resources if context.held else ():
        if held.type in (CLIENT, AGENT):
            key = application_key(held.name)
            yield from _check_lives(context, key, held.id, restoring)


def _check_lives(
    context: PreflightContext, key: str, client_id: str, restoring: bool
) -> Iterator[Problem]:
    if "read:clients" in context.snapshot.missing_scopes or context.snapshot.client(client_id):
        return
    what = f"the stack records {client_id}, which {context.domain} does not have"
    fix = f"tpa drift -e {context.catalog.name} --restore creates it again, with another client id"
    file, path = context.catalog.stated_at(key)
    problem = Problem(file, 0, path, what, fix=fix, rule="LIVE-01")
    stops = context.held is not None and key in context.catalog.clients and not restoring
    yield problem if stops else warning(problem)


def lost_everything(held: StateResources, snapshot: TenantSnapshot) -> bool:
    """Whether the tenant has nothing of a state that has applications, grants or limits.

    Shared objects count: a run of ours may have deleted all others, and then failed.
    """
    kinds = (CLIENT, AGENT, GRANT, RATE_LIMIT)
    live = {client.id for client in snapshot.clients} | snapshot.ids
    own = any(each.type in kinds for each in held.in_tenant)
    lost = own and not live & {each.id for each in held.in_tenant}
    return lost and not snapshot.missing_scopes
