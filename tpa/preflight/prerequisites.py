"""What an update needs in the tenant: token scopes, APIs, connections, a tenant of its own,
and room for what it creates.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.model.text import access_name
from auth0_third_party.rules.violation import Path, field_name, nearest
from tpa.environments.stack_state import GRANT
from tpa.files.layout import environment_file
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.tenant.objects import Api
from tpa.tenant.scopes import reading_scopes


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
        fix = f"none in a pull request; for updates see tpa scopes -e {context.catalog.name}"
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


MOST_CLIENTS = 6
"""Clients of another environment that a problem names; the rest is counted."""


def check_other_environments(context: PreflightContext) -> Iterator[Problem]:
    """Another environment of these files on this tenant, perhaps under another domain of it."""
    project = context.stack.partition("/")[0]
    for tag, clients in context.other_stacks.items():
        of_project, _, other = tag.partition("/")
        if context.held is None or of_project != project:
            continue
        ids = listed((client.id for client in clients), MOST_CLIENTS)
        what = f"{context.domain} is the tenant of {environment_file(other)} too, by {ids}"
        fix = (
            f"give each its own tenant; if {other} has left this one, remove tpa_stack from the"
            " client_metadata of what it left"
        )
        yield Problem(context.catalog.file, 0, ("tenant",), what, fix=fix, rule="ENV-12")


MOST = 8
"""New objects that a problem names; the rest is counted."""
PLANS = {"applications": (10, 100, 100_000), "client_grants": (100, 10_000, 100_000)}
"""What a Free, a Self-service and an Enterprise plan allow, by the entity limit policy."""


@dataclass(frozen=True)
class Count:
    """Objects of one kind, by their field under `limits`: those that are live, and the names of
    those that this update creates.

    The engine creates before it deletes, so nothing that goes makes room in the same run.
    """

    field: str
    live: int
    new: tuple[str, ...]

    @property
    def after(self) -> int:
        return self.live + len(self.new)


def check_limits(context: PreflightContext) -> Iterator[Problem]:
    """MG-19: an error beyond the number that the environment's file states. Without one, a warning
    where this update goes beyond a plan's number that the tenant may have, as it has not yet gone
    beyond.
    """
    environment = context.catalog.environment
    for count in _counts(context):
        limit = getattr(environment.limits, count.field)
        if limit is not None and count.new and count.after > limit:
            yield _beyond(context, count, limit)
        elif limit is None and not environment.embedded:
            passed = [each for each in PLANS[count.field] if count.live <= each < count.after]
            if passed:
                yield warning(_beyond(context, count, passed[0], stated=False))


def _counts(context: PreflightContext) -> Iterator[Count]:
    """Of the lists that could be read."""
    lacking = context.snapshot.missing_scopes
    if "read:clients" not in lacking:
        live = sum(not client.is_global for client in context.snapshot.clients)
        unknown = (key for key in context.catalog.clients if context.live_client(key) is None)
        new = (key for key in unknown if not (context.held_client(key) or context.tagged(key)))
        yield Count("applications", live, tuple(new))
    if "read:client_grants" not in lacking:
        missing = (each for each in context.declared_grants() if context.live_grant(each) is None)
        names = (each.name for each in missing if not context.named(GRANT, each.name))
        yield Count("client_grants", len(context.snapshot.grants), tuple(names))


def _beyond(context: PreflightContext, count: Count, limit: int, *, stated: bool = True) -> Problem:
    plan = "its plan allows" if stated else "the plan that it may have allows"
    what = (
        f"{context.domain} has {count.live} {count.field.replace('_', ' ')}, and this update"
        f" creates {len(count.new)} more ({listed(count.new, MOST)}); {plan} {limit}"
    )
    fix = f"remove {count.after - limit} there first, or get a larger plan"
    if stated:
        fix += " and correct the number"
    else:
        fix += f"; state limits: {{{count.field}: …}} in this file"
    return Problem(context.catalog.file, 0, ("limits", count.field), what, fix=fix, rule="MG-19")
