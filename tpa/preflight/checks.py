"""Prerequisites that only the tenant can tell: what is missing, as problems like any other."""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.model.names import client_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import nearest
from tpa.environments.stack_state import AGENT, CLIENT, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.inspection import Inspection, warning
from tpa.tenant.objects import Api
from tpa.tenant.scopes import looking_scopes
from tpa.tenant.snapshot import Snapshot


def check_scopes(seen: Inspection) -> Iterator[Problem]:
    """What the management token must be able to do, and what it can't even look at."""
    file, field = seen.catalog.file, "tenant"
    missing = seen.snapshot.missing_scopes
    refused = "Auth0 would refuse the run half-way"
    if seen.snapshot.only_reads and not seen.updating:
        looking = looking_scopes(seen.catalog)
        missing = tuple(scope for scope in missing if scope in looking)
        refused = "what they show can't be checked without"
        what = f"the management token for {seen.domain} only reads"
        why = "that is enough to look; an update needs one that writes, and refuses this one"
        fix = f"none, in a pull request; for updates see tpa scopes -e {seen.stack_name}"
        yield warning(Problem(file, 0, field, what, why, fix))
    if missing:
        several, all_of_them = "s" if len(missing) > 1 else "", ", ".join(missing)
        what = f"the management token for {seen.domain} lacks the scope{several} {all_of_them}"
        them = "them" if several else all_of_them
        fix = f"grant {them} on the Management API to the application that signs in here"
        yield Problem(file, 0, field, what, refused, fix)
    for thing, scope in seen.snapshot.unseen:
        reason = f"the token lacks {scope}" if scope else "the tenant refuses to show it"
        what = f"{thing} of {seen.domain} could not be looked at: {reason}"
        why = "what is wrong there shows at a partner's first sign-in"
        fix = f"grant {scope} on the Management API to the application that signs in here"
        fix = fix if scope else "look there in the dashboard"
        yield warning(Problem(file, 0, field, what, why, fix))


def check_apis(seen: Inspection) -> Iterator[Problem]:
    """APIs and scopes that grants name, and APIs that third parties can't be given."""
    if "read:resource_servers" in seen.snapshot.missing_scopes:
        return
    apis = seen.snapshot.apis
    for file, field, grant in seen.catalog.stated_grants():
        known = apis.get(grant.audience)
        if known is None:
            yield Problem(
                file,
                0,
                field,
                f"{seen.domain} has no API '{grant.audience}'",
                "an API is the first prerequisite: Auth0 refuses a grant for one it does not know",
                f"create it there, or correct it here; {nearest(grant.audience, apis)}",
            )
            continue
        yield from _check_api_scopes(file, field, grant, known, seen.domain)
        yield from _check_open(file, field, grant.audience, grant.subject_type, known)


def _check_api_scopes(
    file: str, field: str, grant: ClientGrant | DefaultPermission, api: Api, domain: str
) -> Iterator[Problem]:
    for scope in grant.scopes:
        if scope not in api.scopes:
            yield Problem(
                file,
                0,
                f"{field}.scopes",
                f"the API '{grant.audience}' at {domain} has no scope '{scope}'",
                "a token can't carry it until the API defines it",
                f"define it there, or remove it here; {nearest(scope, api.scopes)}",
            )


def _check_open(
    file: str, field: str, audience: str, subject_type: str, api: Api
) -> Iterator[Problem]:
    """CG-11 and CG-15."""
    if api.system:
        what = f"'{audience}' is one of Auth0's own APIs"
        why = "Auth0 refuses third parties any grant on it"
        fix = "put an API of your own in front of what the partner needs"
        yield Problem(file, 0, field, what, why, fix)
    elif api.policies.get(subject_type) == "deny_all":
        what = f"the API '{audience}' denies all applications ({subject_type} access)"
        why = "its access policy refuses tokens whatever is granted"
        fix = f"set its {subject_type} policy to require_client_grant, or remove the grant"
        yield Problem(file, 0, field, what, why, fix)


def check_connections(seen: Inspection) -> Iterator[Problem]:
    """Connections that applications sign users in with."""
    catalog, known = seen.catalog, seen.snapshot.connections
    if "read:connections" in seen.snapshot.missing_scopes:
        return
    named = {name: key for key, name in catalog.environment.connections.items()}
    for name in catalog.connections:
        if name not in known:
            yield Problem(
                catalog.file,
                0,
                f"connections.{named.get(name, name)}",
                f"{seen.domain} has no connection '{name}'",
                "a promoted connection is the second prerequisite: without one no user can sign in",
                f"create it there, or correct the name; {nearest(name, known)}",
            )


def check_record(
    catalog: Catalog,
    domain: str,
    snapshot: Snapshot,
    previous: Mapping[str, Any],
    held: StateResources | None = None,
) -> Iterator[Problem]:
    """Applications of the stack's last outputs (`previous`) that are not in the tenant.

    What the state (`held`) does not hold any more is made anew. The rest is worth a warning, not a
    refusal: the program of an update that refreshes still sees the state from before.
    """
    recorded = previous.get("applications")
    if not isinstance(recorded, Mapping):
        return
    for key, application in recorded.items():
        client_id = application.get("client_id") if isinstance(application, Mapping) else None
        if held is not None:
            name = client_name(key)
            known = held.named(CLIENT, name) or held.named(AGENT, name)
            if known is None:
                continue
            client_id = known.id
        if client_id and snapshot.client(str(client_id)):
            continue
        what = f"the stack records {client_id}, which {domain} does not have"
        why = (
            "somebody deleted it, or the tenant was made anew; an update sees no change, or fails"
            " where its file was changed"
        )
        fix = f"tpa drift -e {catalog.name} --restore makes it anew, or tells what comes first"
        if not client_id:
            what, why = "is recorded without a client id", "the run that was to make it ended early"
        yield warning(Problem(catalog.file, 0, f"applications.{key}", what, why, fix))
