"""Settings of the tenant and of its APIs by which a sign-in, its consent, its tokens or its e-mails
fail, or are other than declared, after a successful deployment.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound, UnusableAnswer
from auth0_third_party.model.permissions import DefaultPermission
from auth0_third_party.rules import serves_registered
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.layout import APIS_FILE, TENANT_FILE
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.tenant.objects import Grant, target_of
from tpa.tenant.token_settings import TokenEffect, declared_holder, token_effects
from tpa.tenant.view import DYNAMIC_REGISTRATION

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
    for way in context.view.unstated_registration:
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


MOST_AFFECTED = 8
"""Applications that a problem names; the rest is counted."""


def check_tokens(context: PreflightContext) -> Iterator[Problem]:
    """One problem for each setting, at the API in `stacks/apis.yaml`, with the applications that it
    affects; an error where no token is given at all.
    """
    affected: dict[tuple[str, TokenEffect], list[str]] = {}
    for audience, effect, key in _effects(context):
        keys = affected.setdefault(("" if effect.of_tenant else audience, effect), [])
        if key not in keys:
            keys.append(key)
    for (audience, effect), keys in affected.items():
        path: Path = ("apis", context.view.api_name(audience)) if audience else ("tenant",)
        file = APIS_FILE if audience else context.catalog.file
        where = f"the API '{audience}' at {context.domain}" if audience else context.domain
        what = f"{where}: {effect.what}; it affects {listed(keys, MOST_AFFECTED)}"
        problem = Problem(file, 0, path, what, fix=effect.fix, rule=effect.rule)
        yield problem if effect.passed is False else warning(problem)


def _effects(context: PreflightContext) -> Iterator[tuple[str, TokenEffect, str]]:
    """Audience, effect, and the key of the application."""
    settings = context.snapshot.settings
    if settings is not None and context.catalog.tenant.resource_indicators:
        settings = {**settings, "resource_parameter_profile": "compatibility"}  # by this update
    apis = context.snapshot.apis

    def refreshes(application: str) -> bool:
        """Whether another API gives it refresh tokens."""
        rows = (row for row in context.catalog.access if row.application == application)
        allowing = (apis[row.audience].settings for row in rows if row.audience in apis)
        return any(settings.get("allow_offline_access") is True for settings in allowing)

    documents = {live.document: live for live in context.snapshot.clients if live.document}
    for row in context.catalog.access:
        client = context.catalog.clients[row.application]
        live = documents.get(getattr(client, "document", ""))
        own = (grant for grant in client.grants if target_of(grant) == target_of(row))
        details = next((grant.authorization_details_types for grant in own), ())
        for effect in token_effects(
            apis.get(row.audience),
            settings,
            declared_holder(client, live),
            target_of(row),
            details,
        ):
            if effect.rule == "RT-22" and row.source == "default" and refreshes(row.application):
                continue  # it asks for one where it signs its users in
            yield row.audience, effect, row.application


AFFECTED = {
    "verify_email": "email verification",
    "verify_email_by_code": "email verification by code",
    "reset_email": "password reset",
    "reset_email_by_code": "password reset by code",
    "blocked_account": "blocked account",
}
"""Templates can't be listed, so each takes one call. The value names the e-mail in messages."""
FALLBACK = (
    "test {% if application.callback_domain == '' %} and give an address of your own there, or pipe"
    " it: {{ application.callback_domain | default: 'https://www.example.com' }}"
)
PARTS = {"body": "its text", "subject": "its subject", "resultUrl": "its redirect address"}
_VARIABLE = r"(?:application|client)(?:\.callback_domain|\[['\"]callback_domain['\"]\])"
_USED = re.compile(_VARIABLE)
_DEFAULT = re.compile(r"\|\s*default\s*:")
_TESTED = re.compile(rf"{_VARIABLE}\s*(?:==|!=)\s*(?:''|\"\"|blank|empty)|{_VARIABLE}\.size")
_SKIPPED = re.compile(r"{%-?\s*(comment|raw)\s*-?%}.*?{%-?\s*end\1\s*-?%}|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"{{(?P<output>.*?)}}|{%-?\s*(?P<word>\w+)(?P<rest>.*?)-?%}", re.DOTALL)
_BLOCKS = ("if", "unless", "case")


def check_templates(client: ManagementClient, file: str) -> Iterator[Problem]:
    """ORP-03, ORP-04: with open redirect protection `application.callback_domain` is empty, and a
    template that builds an address from it sends users to an error page. See
    https://auth0.com/docs/customize/email/email-templates/supported-liquid-syntax

    A warning for each customised template that uses the callback's domain without a fallback.
    `file` is the environment's.

    A token that may not read templates gives one warning instead.

    Raises:
        ManagementError: the tenant can't be read.
    """
    domain = client.credentials.domain
    for name, label in AFFECTED.items():
        try:
            template = client.get(f"/email-templates/{name}")
        except NotFound:
            continue  # Auth0's own template is used, which needs no callback domain
        except MissingScope as error:
            why = "one without a fallback leads users of protected applications to an error page"
            what = f"unknown: the email templates of {domain}: {error}"
            yield Problem(file, 0, ("tenant",), what, why, error.fix, rule="PRE-03")
            return
        if not isinstance(template, dict):
            raise UnusableAnswer(f"GET /email-templates/{name}: the answer is not an object")
        for what in _faults(label, template):
            told = f"the email template {name} of {domain} {what}"
            yield Problem(file, 0, ("tenant",), told, fix=FALLBACK, rule="ORP-03")


def _faults(label: str, template: Mapping[str, Any]) -> Iterator[str]:
    if template.get("enabled") is False:
        return
    for part, part_label in PARTS.items():
        text = template.get(part)
        if isinstance(text, str) and needs_fallback(text):
            yield (
                f"({label}) uses application.callback_domain in {part_label}, without a fallback"
                " for an empty one"
            )


def needs_fallback(text: str) -> bool:
    """Whether Liquid in `text` uses the variable without a test for an empty one.

    `{% if application.callback_domain %}` is no such test: Liquid takes '' for true.
    """
    blocks: list[bool] = []
    for tag in _TAG.finditer(_SKIPPED.sub("", text)):
        word, rest = tag["word"], tag["output"] or tag["rest"] or ""
        if word in _BLOCKS:
            blocks.append(_tests(word, rest))
        elif word in {f"end{block}" for block in _BLOCKS}:
            del blocks[-1:]
        elif word in ("elsif", "when") and blocks:
            blocks[-1] = blocks[-1] or bool(_TESTED.search(rest))
        elif _USED.search(rest) and not _DEFAULT.search(rest) and not any(blocks):
            return True
    return False


def _tests(word: str, condition: str) -> bool:
    pattern = _USED if word == "case" else _TESTED
    return bool(pattern.search(condition))
