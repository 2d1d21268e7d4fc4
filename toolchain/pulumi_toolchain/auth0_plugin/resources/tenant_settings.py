"""Tenant and Prompt: they always exist, so a create updates them and a delete does nothing."""

import itertools
import threading
from dataclasses import replace
from datetime import UTC, datetime

from ..fields import Field, Kind, Send, block, field, many
from ..resource import Job, Resource, by_description
from ..values import Props
from .client import TOKEN_QUOTA

_ON = Field("", Kind.FLAG, computed=True)
_TEXT = Field("", Kind.TEXT, computed=True)


class _Ids:
    """Ids in the form of the provider SDK: time, and a counter of this process."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def next(self) -> str:
        with self._lock:
            number = next(self._numbers)
        moment = datetime.now(UTC)
        return f"terraform-{moment:%Y%m%d%H%M%S}{moment.microsecond // 100:04d}{number:08x}"


IDS = _Ids()
_SETTINGS = "/tenants/settings"
_FLAGS = (
    "allowLegacyDelegationGrantTypes allowLegacyRoGrantTypes allowLegacyTokeninfoEndpoint "
    "dashboardInsightsView dashboardLogStreamsNext disableClickjackProtectionHeaders "
    "disableFieldsMapFix enableAdfsWaadEmailVerification "
    "enableApisSection enableCustomDomainInEmails "
    "enableDynamicClientRegistration enableIdtokenApi2 enableLegacyLogsSearchV2 "
    "enableLegacyProfile enablePublicSignupUserExistsError enableSso "
    "mfaShowFactorListOnEnrollment noDiscloseEnterpriseConnections removeAlgFromJwks "
    "requirePushedAuthorizationRequests revokeRefreshTokenGrant useScopeDescriptionsForConsent"
)
_FLAGS_ON_BY_DEFAULT = "disableManagementApiSmsObfuscation enableClientConnections enablePipeline2"
_LIFETIMES = {
    "sessionLifetime": 168,
    "idleSessionLifetime": 72,
    "ephemeralSessionLifetime": 72,
    "idleEphemeralSessionLifetime": 24,
}
_QUOTA = TOKEN_QUOTA.fields
_PROMPT = "skipNonVerifiableCallbackUriConfirmationPrompt"
_CLEARED = {
    "defaultTokenQuota": "default_token_quota",
    "errorPage": "error_page",
    "mtls": "mtls",
    _PROMPT: "skip_non_verifiable_callback_uri_confirmation_prompt",
}

TENANT_FIELDS = (
    *many(Kind.TEXT, "friendlyName pictureUrl supportEmail supportUrl defaultAudience", _TEXT),
    *many(Kind.TEXT, "defaultDirectory sandboxVersion resourceParameterProfile", _TEXT),
    field("dynamicClientRegistrationSecurityMode", Kind.TEXT, computed=True),
    field("defaultRedirectionUri", Kind.TEXT),
    *many(Kind.LIST, "allowedLogoutUrls enabledLocales", Field("", Kind.LIST, computed=True)),
    field("acrValuesSupporteds", Kind.SET, wire="acr_values_supported", computed=True),
    *many(Kind.FLAG, "allowOrganizationNameInAuthenticationApi", _ON),
    *many(Kind.FLAG, "clientIdMetadataDocumentSupported customizeMfaInPostloginAction", _ON),
    *many(Kind.FLAG, "phoneConsolidatedExperience pushedAuthorizationRequestsSupported", _ON),
    field("disableAcrValuesSupported", Kind.FLAG, computed=True, send=Send.NEVER),
    *many(
        Kind.NUMBER, " ".join(_LIFETIMES), Field("", Kind.NUMBER, computed=True, send=Send.NEVER)
    ),
    field(_PROMPT, Kind.TEXT, send=Send.NEVER, blank="null"),
    block(
        "flags",
        *many(Kind.FLAG, _FLAGS, _ON),
        *many(Kind.FLAG, _FLAGS_ON_BY_DEFAULT, replace(_ON, absent=True)),
        computed=True,
    ),
    block(
        "oidcLogout",
        field("rpLogoutEndSessionEndpointDiscovery", Kind.FLAG, required=True),
        computed=True,
    ),
    block("sessions", field("oidcLogoutPromptEnabled", Kind.FLAG, required=True), computed=True),
    block("sessionCookie", field("mode", Kind.TEXT), computed=True),
    block(
        "mtls",
        field("disable", Kind.FLAG, send=Send.NEVER),
        field("enableEndpointAliases", Kind.FLAG),
        computed=True,
    ),
    block("errorPage", *many(Kind.TEXT, "html url"), field("showLogLink", Kind.FLAG)),
    block("defaultTokenQuota", block("clients", *_QUOTA), block("organizations", *_QUOTA)),
)
PROMPT_FIELDS = (
    field("universalLoginExperience", Kind.TEXT, computed=True),
    *many(Kind.FLAG, "identifierFirst webauthnPlatformFirstFactor", _ON),
)


def _tenant_body(job: Job) -> Props:
    body = job.declared()
    for name in _LIFETIMES:
        hours = job.config.get(name)
        if hours is None:
            continue
        wire = next(each.wire for each in TENANT_FIELDS if each.name == name)
        if hours < 1:
            body[f"{wire}_in_minutes"] = round(hours * 60)
        else:
            body[wire] = hours
    if job.config.get(_PROMPT) in ("true", "false"):
        body[_CLEARED[_PROMPT]] = job.config[_PROMPT] == "true"
    return body


def _tenant_nulls(job: Job) -> Props:
    """What a separate PATCH clears; after a create that is all that is not declared."""
    nulls: Props = {}
    for name, wire in _CLEARED.items():
        declared = job.config.get(name)
        off = declared in (None, "null") or (name == "mtls" and declared.get("disable") is True)
        if off and (job.prior is None or job.changed(name)):
            nulls[wire] = None
    if job.config.get("disableAcrValuesSupported") and job.changed("disableAcrValuesSupported"):
        nulls["acr_values_supported"] = None
    return nulls


def _tenant_update(job: Job) -> None:
    job.call("PATCH", _SETTINGS, _tenant_body(job))
    nulls = _tenant_nulls(job)
    if nulls:
        job.call("PATCH", _SETTINGS, nulls, chunked=True)


def _tenant_create(job: Job) -> None:
    _tenant_update(job)
    job.id = IDS.next()


def tenant_settings(job: Job) -> Props:
    answer: Props = job.call("GET", _SETTINGS)
    return answer


def tenant_outputs(job: Job, answer: Props) -> Props:
    found = by_description(job, answer)
    for name, usual in _LIFETIMES.items():
        wire = next(each.wire for each in TENANT_FIELDS if each.name == name)
        minutes = answer.get(f"{wire}_in_minutes")
        found[name] = answer.get(wire) or (minutes / 60 if minutes else usual)
    prompt = answer.get(_CLEARED[_PROMPT])
    return {
        **found,
        "disableAcrValuesSupported": answer.get("acr_values_supported") is None,
        "mtls": found["mtls"] or {"disable": True, "enableEndpointAliases": False},
        _PROMPT: "null" if prompt is None else str(prompt).lower(),
    }


def _prompt_update(job: Job) -> None:
    job.call("PATCH", "/prompts", job.declared())


def _prompt_create(job: Job) -> None:
    _prompt_update(job)
    job.id = IDS.next()


def _prompt_read(job: Job) -> Props:
    answer: Props = job.call("GET", "/prompts")
    return answer


TENANT = Resource(
    token="auth0:index/tenant:Tenant",
    fields=TENANT_FIELDS,
    create=_tenant_create,
    read=tenant_settings,
    update=_tenant_update,
    outputs=tenant_outputs,
)
PROMPT = Resource(
    token="auth0:index/prompt:Prompt",
    fields=PROMPT_FIELDS,
    create=_prompt_create,
    read=_prompt_read,
    update=_prompt_update,
)
