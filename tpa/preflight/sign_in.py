"""What makes sign-in fail although everything was deployed: switches of the tenant as a whole."""

from collections.abc import Iterator

from auth0_third_party.rules.violation import nearest
from tpa.files.problems import Problem
from tpa.files.sources import TENANT_FILE
from tpa.preflight.inspection import Inspection, warning


def check_consent(seen: Inspection) -> Iterator[Problem]:
    """Scopes of users' grants that have no description, where descriptions are shown."""
    if not seen.catalog.tenant.scope_descriptions_at_consent:
        return
    told = set()
    for file, field, grant in seen.catalog.stated_grants():
        api = seen.snapshot.apis.get(grant.audience)
        if api is None or grant.subject_type != "user":
            continue
        scopes = sorted(api.scopes) if grant.allow_all_scopes else grant.scopes
        for scope in scopes:
            if scope in api.described or (grant.audience, scope) in told:
                continue
            told.add((grant.audience, scope))
            what = f"the scope '{scope}' of '{grant.audience}' has no description"
            why = "consent shows descriptions here, and users would read the bare name among them"
            fix = f"describe it at {seen.domain}, in the words of a user"
            yield warning(Problem(file, 0, f"{field}.scopes", what, why, fix))


MIGRATE = (
    "move what it does to Actions, then switch it off: https://auth0.com/docs/customize/actions"
)


def check_extensions(seen: Inspection) -> Iterator[Problem]:
    """Active Rules fail every sign-in to strict applications, Hooks their own tokens."""
    place = (seen.catalog.file, 0, "tenant")
    if seen.snapshot.rules:
        what = f"{seen.domain} has active Rules: {_names(seen.snapshot.rules)}"
        why = "while one is active, every sign-in to a strict third-party application fails"
        yield Problem(*place, what, why, MIGRATE)
    if seen.snapshot.hooks:
        what = (
            f"{seen.domain} has an active credentials-exchange Hook: {_names(seen.snapshot.hooks)}"
        )
        why = "while it is active, strict applications get no tokens of their own"
        yield Problem(*place, what, why, MIGRATE)


def check_login_page(seen: Inspection) -> Iterator[Problem]:
    """Strict applications sign users in through Universal Login alone."""
    if seen.snapshot.classic_login:
        yield Problem(
            seen.catalog.file,
            0,
            "tenant",
            f"{seen.domain} shows the Classic login page",
            "it does not work for strict third-party applications: no user could sign in",
            "choose Universal Login in the tenant's branding settings"
            " (PATCH /api/v2/prompts, universal_login_experience: new)",
        )


def check_registration(seen: Inspection) -> Iterator[Problem]:
    """DCR-07: what registers itself can call nothing without default permissions."""
    declared = seen.catalog.tenant.dynamic_client_registration is not None
    defaults = seen.catalog.default_permissions or any(
        not grant.client_id for grant in seen.snapshot.grants
    )
    if seen.snapshot.open_registration and not declared and not defaults:
        yield warning(
            Problem(
                TENANT_FILE,
                0,
                "dynamic_client_registration",
                f"{seen.domain} lets anybody register, and has no default permissions",
                "a registered client has no grants of its own, so it could call nothing",
                "state default_permissions in stacks/apis.yaml, or switch registration off",
            )
        )


def check_organizations(seen: Inspection) -> Iterator[Problem]:
    """ORG-01, ORG-03: they exist, and members sign in by connections that third parties may use."""
    catalog, known = seen.catalog, seen.snapshot.organizations
    if any(thing == "organizations" for thing, _ in seen.snapshot.unseen):
        return
    open_ones = {c for c, live in seen.snapshot.connections.items() if live.promoted}
    open_ones |= set(catalog.connections)
    for key, organization in catalog.environment.organizations.items():
        field = f"organizations.{key}"
        if organization.name not in known:
            what = f"{seen.domain} has no organization '{organization.name}'"
            fix = f"create it there, or correct the name; {nearest(organization.name, known)}"
            yield Problem(catalog.file, 0, field, what, "its members could not sign in", fix)
        for index, connection in enumerate(organization.connections):
            name = catalog.environment.connections[connection]
            if organization.admits_third_parties and name not in open_ones:
                what = f"'{name}' is not open to third-party applications"
                why = "members need a connection that is promoted and enabled in the organization"
                fix = "let an application name it, which promotes it; or leave it out here"
                yield Problem(catalog.file, 0, f"{field}.connections[{index}]", what, why, fix)


def _names(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:5])
    return f"{shown} and {len(names) - 5} more" if len(names) > 5 else shown
