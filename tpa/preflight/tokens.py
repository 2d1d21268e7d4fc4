"""Settings of APIs and of the tenant by which a token holds other than its grant says."""

from collections.abc import Iterator

from auth0_third_party.rules import Path
from tpa.files.problems import Problem
from tpa.files.sources import APIS_FILE
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.tenant.objects import target_of
from tpa.tenant.token_settings import TokenEffect, declared_holder, token_effects

MOST = 8
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
    api_keys = {audience: key for key, audience in context.catalog.record.audiences.items()}
    for (audience, effect), keys in affected.items():
        path: Path = ("apis", api_keys.get(audience, audience)) if audience else ("tenant",)
        file = APIS_FILE if audience else context.catalog.file
        where = f"the API '{audience}' at {context.domain}" if audience else context.domain
        what = f"{where}: {effect.what}; it affects {listed(keys, MOST)}"
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
