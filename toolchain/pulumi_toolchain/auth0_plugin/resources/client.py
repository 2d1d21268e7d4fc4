"""Client: an application. Its secret belongs to ClientCredentials.

The official plugin waits 0.8 s between a create and the read after it, because Auth0 may not have
settled before. A loopback tenant needs no such pause: this plugin never waits there.
"""

from ..fields import Field, Kind, Send, block, blocks, field, many
from ..resource import Job, Resource, by_description
from ..values import Props, Value, as_block

_PROMPT = "skipNonVerifiableCallbackUriConfirmationPrompt"
_PROMPT_WIRE = "skip_non_verifiable_callback_uri_confirmation_prompt"
DEFAULT_METHODS = {
    "native": "none",
    "spa": "none",
    "regular_web": "client_secret_post",
    "non_interactive": "client_secret_post",
}
_ON = Field("", Kind.FLAG, computed=True)
_CHOSEN = Field("", Kind.TEXT, computed=True)
_COUNT = Field("", Kind.NUMBER, computed=True)
_LIST = Field("", Kind.LIST, computed=True)
_FOUND = Field("", Kind.TEXT, computed=True, settable=False)

REFRESH_TOKEN = (
    field("rotationType", Kind.TEXT, required=True, choices=("rotating", "non-rotating")),
    field("expirationType", Kind.TEXT, required=True, choices=("expiring", "non-expiring")),
    *many(Kind.NUMBER, "leeway tokenLifetime idleTokenLifetime", _COUNT),
    *many(Kind.FLAG, "infiniteTokenLifetime infiniteIdleTokenLifetime", _ON),
)
TOKEN_QUOTA = block(
    "tokenQuota",
    block(
        "clientCredentials",
        field("enforce", Kind.FLAG),
        *many(Kind.NUMBER, "perDay perHour"),
        required=True,
    ),
    nullable=True,
)
_POLICIES = blocks(
    "policies",
    field("audience", Kind.TEXT, required=True),
    field("scopes", Kind.LIST, wire="scope", required=True),
)
_JWT = block(
    "jwtConfiguration",
    field("lifetimeInSeconds", Kind.NUMBER, computed=True, send=Send.CHANGED),
    field("secretEncoded", Kind.FLAG, computed=True, replace=True, send=Send.CREATE),
    field("scopes", Kind.MAP, send=Send.CHANGED),
    field("alg", Kind.TEXT),
    computed=True,
)
_DEFAULT_ORGANIZATION = block(
    "defaultOrganization",
    field("disable", Kind.FLAG, computed=True, send=Send.NEVER),
    field("flows", Kind.LIST, computed=True),
    field("organizationId", Kind.TEXT, computed=True),
    computed=True,
    send=Send.CHANGED,
)
_SESSION_TRANSFER = block(
    "sessionTransfer",
    *many(Kind.FLAG, "canCreateSessionTransferToken allowRefreshToken", _ON),
    *many(Kind.FLAG, "enforceCascadeRevocation enforceOnlineRefreshTokens"),
    field("allowedAuthenticationMethods", Kind.SET, computed=True),
    field("enforceDeviceBinding", Kind.TEXT, computed=True),
    block(
        "delegation",
        field("allowDelegatedAccess", Kind.FLAG, computed=True),
        field("enforceDeviceBinding", Kind.TEXT, computed=True),
    ),
    nullable=True,
)
_OIDC_LOGOUT = block(
    "oidcLogout",
    field("backchannelLogoutUrls", Kind.SET, required=True),
    block(
        "backchannelLogoutInitiators",
        field("mode", Kind.TEXT, required=True),
        field("selectedInitiators", Kind.SET),
    ),
    block("backchannelLogoutSessionMetadata", field("include", Kind.FLAG, required=True)),
)
_EXPRESS = block(
    "expressConfiguration",
    *many(Kind.TEXT, "initiateLoginUriTemplate userAttributeProfileId connectionProfileId"),
    *many(Kind.FLAG, "enableClient enableOrganization"),
    blocks("linkedClients", field("clientId", Kind.TEXT), computed=True),
    *many(Kind.TEXT, "oktaOinClientId oinSubmissionId", _FOUND),
    field("adminLoginDomain", Kind.TEXT),
    computed=True,
)
_MOBILE = block(
    "mobile",
    block(
        "android",
        field("appPackageName", Kind.TEXT),
        field("sha256CertFingerprints", Kind.LIST),
        computed=True,
    ),
    block("ios", *many(Kind.TEXT, "teamId appBundleIdentifier"), computed=True),
    computed=True,
)

FIELDS = (
    field("name", Kind.TEXT, required=True),
    field("description", Kind.TEXT),  # "Managed by Pulumi" comes from the SDK
    *many(Kind.TEXT, "appType logoUri complianceLevel initiateLoginUri resourceServerIdentifier"),
    *many(Kind.TEXT, "customLoginPage formTemplate"),
    field("crossOriginLoc", Kind.TEXT, nullable=True),
    *many(Kind.TEXT, "organizationUsage organizationRequireBehavior redirectionPolicy", _CHOSEN),
    field("thirdPartySecurityMode", Kind.TEXT, computed=True, choices=("strict", "permissive")),
    *many(Kind.FLAG, "isFirstParty oidcConformant customLoginPageOn", _ON),
    field("isTokenEndpointIpHeaderTrusted", Kind.FLAG, computed=True),
    *many(Kind.FLAG, "requireProofOfPossession ssoDisabled"),
    field("crossOriginAuth", Kind.FLAG, wire="cross_origin_authentication"),
    *many(
        Kind.FLAG, "sso requirePushedAuthorizationRequests", Field("", Kind.FLAG, send=Send.CHANGED)
    ),
    *many(Kind.LIST, "callbacks grantTypes", _LIST),
    *many(Kind.LIST, "allowedLogoutUrls allowedOrigins allowedClients clientAliases webOrigins"),
    field("organizationDiscoveryMethods", Kind.LIST, nullable=True),
    field("asyncApprovalNotificationChannels", Kind.LIST, nullable=True),
    field("oidcBackchannelLogoutUrls", Kind.SET, computed=True, send=Send.NEVER),
    field("clientMetadata", Kind.MAP, send=Send.NEVER),
    field("encryptionKey", Kind.MAP, stays_null=True, nullable=True),
    field(
        "skipNonVerifiableCallbackUriConfirmationPrompt", Kind.TEXT, send=Send.NEVER, blank="null"
    ),
    _JWT,
    block("refreshToken", *REFRESH_TOKEN, _POLICIES, computed=True),
    _DEFAULT_ORGANIZATION,
    TOKEN_QUOTA,
    _SESSION_TRANSFER,
    _OIDC_LOGOUT,
    _EXPRESS,
    _MOBILE,
    block(
        "nativeSocialLogin",
        *(
            block(each, field("enabled", Kind.FLAG), computed=True)
            for each in ("apple", "facebook", "google")
        ),
        computed=True,
    ),
    block(
        "myOrganizationConfiguration",
        *many(Kind.TEXT, "connectionProfileId userAttributeProfileId connectionDeletionBehavior"),
        field("invitationLandingClientId", Kind.TEXT),
        field("allowedStrategies", Kind.LIST),
        computed=True,
    ),
    block(
        "tokenExchange",
        field("allowAnyProfileOfTypes", Kind.LIST, wire="allow_any_profile_of_type", required=True),
        send=Send.CHANGED,
        nullable=True,
    ),
    block(
        "fedcmLogin",
        block("google", field("isEnabled", Kind.FLAG, required=True), required=True),
        nullable=True,
    ),
    block("addons", send=Send.NEVER, stays_null=True),
    *many(Kind.TEXT, "clientId jwksUri externalClientId externalMetadataType", _FOUND),
    field("externalMetadataCreatedBy", Kind.TEXT, computed=True, settable=False),
    field("signingKeys", Kind.LIST, computed=True, settable=False, secret=True),
)


def _body(job: Job) -> Props:
    body = job.declared()
    urls = job.config.get("oidcBackchannelLogoutUrls")
    if urls is not None:
        body["oidc_backchannel_logout"] = {"backchannel_logout_urls": urls}
    if job.changed("clientMetadata"):
        gone = (job.prior or {}).get("clientMetadata") or {}
        body["client_metadata"] = {
            **dict.fromkeys(gone),
            **(job.config.get("clientMetadata") or {}),
        }
    if job.config.get(_PROMPT) in ("true", "false"):
        body[_PROMPT_WIRE] = job.config[_PROMPT] == "true"
    return body


def _create(job: Job) -> None:
    body = _body(job)
    if job.config.get("isTokenEndpointIpHeaderTrusted") is not None:
        body["token_endpoint_auth_method"] = "client_secret_post"
    method = DEFAULT_METHODS.get(str(job.config.get("appType")))
    if method:
        body["token_endpoint_auth_method"] = method
    job.id = job.call("POST", "/clients", body)["client_id"]


def _nulls(job: Job) -> Props:
    nulls = job.removed()
    organization = as_block(job.config.get("defaultOrganization"))
    if job.changed("defaultOrganization") and organization.get("disable", not organization):
        nulls["default_organization"] = None
    if job.changed("oidcLogout") and job.config.get("oidcLogout") is None:
        nulls["oidc_backchannel_logout"] = None
    if job.changed(_PROMPT) and job.config.get(_PROMPT) in (None, "null"):
        nulls[_PROMPT_WIRE] = None
    return nulls


def _update(job: Job) -> None:
    path = f"/clients/{job.escaped_id}"
    nulls = _nulls(job)
    if nulls:
        job.call("PATCH", path, nulls)
    job.call("PATCH", path, _body(job))


def _read(job: Job) -> Props:
    answer: Props = job.call("GET", f"/clients/{job.escaped_id}")
    return answer


def _delete(job: Job) -> None:
    job.call("DELETE", f"/clients/{job.escaped_id}")


def _can_import(job: Job) -> bool:
    """An import first reads the client and refuses one that a metadata document describes."""
    return _read(job).get("external_metadata_type") != "cimd"


def default_organization(answer: Value) -> Props:
    found = answer or {}
    return {
        "disable": not found,
        "flows": found.get("flows", []),
        "organizationId": found.get("organization_id", ""),
    }


def _prompt(answer: Props) -> str:
    value = answer.get(_PROMPT_WIRE)
    return "null" if value is None else str(value).lower()


def _outputs(job: Job, answer: Props) -> Props:
    backchannel = answer.get("oidc_backchannel_logout") or {}
    return {
        **by_description(job, answer),
        "addons": None,
        "defaultOrganization": default_organization(answer.get("default_organization")),
        "oidcBackchannelLogoutUrls": backchannel.get("backchannel_logout_urls", []),
        _PROMPT: _prompt(answer),
    }


def _problems(job: Job) -> list[str]:
    if job.config.get("addons"):
        return ["the property `addons` is not offered by the stand-in plugin"]
    organization = as_block(job.config.get("defaultOrganization"))
    if organization.get("disable") is True and (
        organization.get("flows") or organization.get("organizationId")
    ):
        return ["cannot set both disable and either flows/organization_id"]
    return []


CLIENT = Resource(
    token="auth0:index/client:Client",
    fields=FIELDS,
    create=_create,
    read=_read,
    update=_update,
    delete=_delete,
    can_import=_can_import,
    outputs=_outputs,
    problems=_problems,
    autonamed=True,
)
