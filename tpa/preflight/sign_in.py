"""Settings of the tenant that make sign-in or consent fail after a successful deployment."""

from collections.abc import Iterator

from auth0_third_party.model.permissions import DefaultPermission
from auth0_third_party.rules import serves_registered
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.problems import Problem
from tpa.files.sources import TENANT_FILE
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.tenant.objects import Grant
from tpa.tenant.view import DYNAMIC_REGISTRATION, unstated_registration

REGISTRATION: Path = ("dynamic_client_registration",)
MOST = 5
"""Rules or Hooks that an error names; the rest is counted."""


def check_consent(context: PreflightContext) -> Iterator[Problem]:
    """RT-09: scopes of user access without a description, where consent shows descriptions."""
    if not context.catalog.tenant.scope_descriptions_at_consent:
        return
    reported = set()
    for file, path, grant in context.catalog.stated_grants():
        api = context.snapshot.apis.get(grant.audience)
        if api is None or grant.subject_type != "user":
            continue
        scopes = sorted(api.scopes) if grant.allow_all_scopes else grant.scopes
        for scope in scopes:
            if scope in api.described or (grant.audience, scope) in reported:
                continue
            reported.add((grant.audience, scope))
            what = f"the scope '{scope}' of '{grant.audience}' has no description"
            fix = f"describe it at {context.domain} so that a user understands it"
            yield warning(Problem(file, 0, (*path, "scopes"), what, fix=fix, rule="RT-09"))


MIGRATE = "move its logic to Actions, then switch it off: https://auth0.com/docs/customize/actions"


def check_extensions(context: PreflightContext) -> Iterator[Problem]:
    """Active Rules break every sign-in to strict applications, Hooks their client access."""
    file = context.catalog.file
    if context.snapshot.rules:
        what = f"{context.domain} has active Rules: {listed(context.snapshot.rules, MOST)}"
        yield Problem(file, 0, ("tenant",), what, fix=MIGRATE, rule="RT-15")
    if context.snapshot.hooks:
        hooks = listed(context.snapshot.hooks, MOST)
        what = f"{context.domain} has an active credentials-exchange Hook: {hooks}"
        yield Problem(file, 0, ("tenant",), what, fix=MIGRATE, rule="RT-13")


def check_login_page(context: PreflightContext) -> Iterator[Problem]:
    """Strict applications sign users in through Universal Login only."""
    if context.snapshot.classic_login:
        what = f"{context.domain} shows the Classic login page"
        fix = (
            "choose Universal Login in the tenant's branding settings"
            " (PATCH /api/v2/prompts, universal_login_experience: new)"
        )
        yield Problem(context.catalog.file, 0, ("tenant",), what, fix=fix, rule="RT-16")


def check_registration(context: PreflightContext) -> Iterator[Problem]:
    """Registration that no file states (DCR-02, CIMD-01); without default permissions a dynamically
    registered client can call nothing (DCR-07).
    """
    live = (grant for grant in context.snapshot.grants if not grant.client_id)
    defaults: list[DefaultPermission | Grant] = [*context.catalog.default_permissions, *live]
    serves = serves_registered((each.subject_type, each.grants_anything) for each in defaults)
    for way in unstated_registration(context.catalog, context.snapshot):
        dynamic = way == DYNAMIC_REGISTRATION
        file, path = (TENANT_FILE, REGISTRATION) if dynamic else (context.catalog.file, ("tenant",))
        rule, what = "DCR-02" if dynamic else "CIMD-01", f"{way}, and no file states it"
        stated = f"state {path[0]}" if dynamic else "describe an agent in stacks/agents"
        fix = f"switch it off in the settings of {context.domain}, or {stated}"
        if dynamic and not serves:
            rule = "DCR-07"
            what = f"has open dynamic registration, and no users' access by default; {what}"
            fix = "declare default_permissions in stacks/apis.yaml, or switch registration off"
        yield warning(Problem(file, 0, path, f"{context.domain} {what}", fix=fix, rule=rule))


def check_organizations(context: PreflightContext) -> Iterator[Problem]:
    """ORG-01, ORG-03: they exist, and members can sign in with promoted connections."""
    catalog, known = context.catalog, context.snapshot.organizations
    if any(part.what == "organizations" for part in context.snapshot.unknown_parts):
        return
    promoted = {c for c, live in context.snapshot.connections.items() if live.promoted}
    promoted |= set(catalog.connections)
    for key, organization in catalog.environment.organizations.items():
        path = ("organizations", key)
        if organization.name not in known:
            what = f"{context.domain} has no organization '{organization.name}'"
            fix = f"create it there, or correct the name; {nearest(organization.name, known)}"
            why = "its members could not sign in"
            yield Problem(catalog.file, 0, path, what, why, fix, rule="ORG-01")
        for index, connection in enumerate(organization.connections):
            name = catalog.environment.connections[connection]
            if organization.admits_third_parties and name not in promoted:
                what = f"'{name}' is not promoted, so third-party applications can't use it"
                fix = "let an application name it, which promotes it; or leave it out here"
                at = (*path, "connections", index)
                yield Problem(catalog.file, 0, at, what, fix=fix, rule="ORG-03")
