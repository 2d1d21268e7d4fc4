"""What a client consists of; its calls are in the module beside."""

from ..fields import Field, Kind, Send, block, blocks, field, many

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
    field("lifetimeInSeconds", Kind.NUMBER, computed=True),
    field("secretEncoded", Kind.FLAG, computed=True, replace=True, send=Send.CREATE),
    field("scopes", Kind.MAP),
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
