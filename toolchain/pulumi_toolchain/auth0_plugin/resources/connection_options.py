"""A connection's options: one set of properties, of which each strategy uses a part.

Complete for database, social, OAuth 2 and OIDC strategies; the options of other strategies can be
read but not declared.
"""

from ..fields import Field, Kind, block, blocks, field, many

SCOPES_AS_FLAGS = ("google-oauth2", "apple", "facebook", "github", "linkedin", "windowslive")
OAUTH2 = ("oauth2", "amazon", "bitbucket", "box", "custom", "dropbox", "line", "paypal", "shopify")
OIDC = ("oidc", "okta")
OFFERED = ("auth0", *SCOPES_AS_FLAGS, *OAUTH2, *OIDC)
OAUTH2_NAMES = {"authorization_endpoint": "authorizationURL", "token_endpoint": "tokenURL"}
"""The names of the two endpoints in OAuth 2 strategies; other strategies use the common ones."""
SECRET = "configuration"
"""Secrets of a custom database: the API returns them encrypted, so they are never read."""

_TEXT = Field("", Kind.TEXT, computed=True)
_FLAG = Field("", Kind.FLAG, computed=True)
_SET = Field("", Kind.SET, computed=True)
_ACTIVE = field("active", Kind.FLAG, computed=True)
_ENABLED = field("enabled", Kind.FLAG, computed=True)

_IDENTIFIER = blocks(
    "identifiers",
    _ACTIVE,
    field("defaultMethod", Kind.TEXT),
    wire="identifier",
    single=True,
    computed=True,
)
_VERIFICATION = blocks("verifications", _ACTIVE, wire="verification", single=True, computed=True)
_STATUS = field("status", Kind.TEXT, computed=True)
_SIGNUP = {"wire": "signup", "single": True, "computed": True}
_REQUIRED = field("profileRequired", Kind.FLAG, computed=True)
_ATTRIBUTES = blocks(
    "attributes",
    blocks(
        "emails",
        _IDENTIFIER,
        _REQUIRED,
        blocks("signups", _STATUS, _VERIFICATION, **_SIGNUP),
        field("unique", Kind.FLAG, computed=True),
        field("verificationMethod", Kind.TEXT, computed=True),
        wire="email",
        single=True,
    ),
    blocks(
        "usernames",
        _IDENTIFIER,
        _REQUIRED,
        blocks("signups", _STATUS, **_SIGNUP),
        blocks(
            "validations",
            *many(Kind.NUMBER, "minLength maxLength", Field("", Kind.NUMBER, computed=True)),
            blocks(
                "allowedTypes",
                *many(Kind.FLAG, "email phoneNumber", _FLAG),
                single=True,
                computed=True,
            ),
            wire="validation",
            single=True,
            computed=True,
        ),
        wire="username",
        single=True,
    ),
    blocks(
        "phoneNumbers",
        blocks(
            "identifiers",
            _ACTIVE,
            field("defaultMethod", Kind.TEXT, computed=True),
            wire="identifier",
            single=True,
            computed=True,
        ),
        _REQUIRED,
        blocks("signups", _STATUS, _VERIFICATION, **_SIGNUP),
        wire="phone_number",
        single=True,
    ),
    single=True,
)
_METHODS = blocks(
    "authenticationMethods",
    block(
        "password",
        _ENABLED,
        field("apiBehavior", Kind.TEXT, default="required"),
        field("signupBehavior", Kind.TEXT, default="allow", absent="allow"),
        computed=True,
    ),
    *(block(each, _ENABLED, computed=True) for each in ("passkey", "emailOtp", "phoneOtp")),
    single=True,
    computed=True,
)
_PASSWORD_OPTIONS = block(
    "passwordOptions",
    block(
        "complexity",
        field("minLength", Kind.NUMBER, computed=True),
        field("characterTypes", Kind.SET, computed=True),
        *many(Kind.TEXT, "characterTypeRule identicalCharacters", _TEXT),
        *many(Kind.TEXT, "sequentialCharacters maxLengthExceeded", _TEXT),
        computed=True,
    ),
    block(
        "dictionary",
        _ACTIVE,
        field("customs", Kind.SET, wire="custom", computed=True),
        field("default", Kind.TEXT, computed=True),
        computed=True,
    ),
    block("history", _ACTIVE, field("size", Kind.NUMBER, computed=True), computed=True),
    block("profileData", _ACTIVE, field("blockedFields", Kind.SET, computed=True), computed=True),
    computed=True,
)
_DATABASE = (
    field("passwordPolicy", Kind.TEXT, wire="passwordPolicy", computed=True),
    field("enabledDatabaseCustomization", Kind.FLAG, wire="enabledDatabaseCustomization"),
    field("customScripts", Kind.MAP, wire="customScripts"),
    field(SECRET, Kind.MAP, secret=True),
    field("bruteForceProtection", Kind.FLAG, computed=True),
    *many(Kind.FLAG, "importMode disableSignup disableSelfServiceChangePassword requiresUsername"),
    *many(Kind.FLAG, "enableScriptContext realmFallback"),
    field("strategyVersion", Kind.NUMBER, computed=True),
    field("precedences", Kind.LIST, wire="precedence"),
    block("mfa", *many(Kind.FLAG, "active returnEnrollSettings"), computed=True),
    block("validation", block("username", *many(Kind.NUMBER, "min max"))),
    blocks(
        "passwordHistories",
        field("enable", Kind.FLAG),
        field("size", Kind.NUMBER),
        wire="password_history",
        single=True,
        computed=True,
    ),
    block("passwordNoPersonalInfo", field("enable", Kind.FLAG), computed=True),
    block(
        "passwordDictionary",
        field("enable", Kind.FLAG),
        field("dictionaries", Kind.SET, wire="dictionary"),
        computed=True,
    ),
    block("passwordComplexityOptions", field("minLength", Kind.NUMBER), computed=True),
    _PASSWORD_OPTIONS,
    block(
        "passkeyOptions",
        field("challengeUi", Kind.TEXT, computed=True),
        *many(Kind.FLAG, "progressiveEnrollmentEnabled localEnrollmentEnabled", _FLAG),
        computed=True,
    ),
    _METHODS,
    _ATTRIBUTES,
    block("customPasswordHash", field("actionId", Kind.TEXT, required=True)),
)
_SIGN_IN = (
    field("clientId", Kind.TEXT),
    field("clientSecret", Kind.TEXT, secret=True),
    field("scopes", Kind.SET, computed=True),
    *many(Kind.TEXT, "issuer jwksUri type", _TEXT),
    *many(Kind.TEXT, "authorizationEndpoint tokenEndpoint userinfoEndpoint", _TEXT),
    *many(Kind.TEXT, "discoveryUrl iconUrl domain tenantDomain"),
    *many(Kind.TEXT, "tokenEndpointAuthMethod tokenEndpointAuthSigningAlg dpopSigningAlg"),
    field("tokenEndpointJwtcaAudFormat", Kind.TEXT),
    *many(Kind.SET, "allowedAudiences domainAliases nonPersistentAttrs", _SET),
    field("idTokenSignedResponseAlgs", Kind.LIST),
    *many(Kind.FLAG, "pkceEnabled sendBackChannelNonce idTokenSessionExpirySupported"),
    field("setUserRootAttributes", Kind.TEXT, computed=True),
    *many(Kind.MAP, "scripts authParams"),
    blocks("customHeaders", *many(Kind.TEXT, "header value", Field("", Kind.TEXT, required=True))),
    block("connectionSettings", field("pkce", Kind.TEXT, required=True), computed=True),
    block(
        "attributeMap",
        field("mappingMode", Kind.TEXT, required=True),
        *many(Kind.TEXT, "attributes userinfoScope"),
        computed=True,
    ),
    block("federatedConnectionsAccessTokens", _ACTIVE, computed=True),
)
_PAIR = many(Kind.TEXT, "key cert", Field("", Kind.TEXT, required=True))
_OTHERS = (
    *many(Kind.TEXT, "accessTokenUrl adfsServer appId communityBaseUrl consumerKey consumerSecret"),
    *many(Kind.TEXT, "destinationUrl digestAlgorithm entityId fedMetadataXml fieldsMap from"),
    *many(Kind.TEXT, "gatewayUrl globalTokenRevocationJwtIss globalTokenRevocationJwtSub keyId"),
    *many(Kind.TEXT, "identityApi maxGroupsToRetrieve messagingServiceSid metadataUrl metadataXml"),
    *many(Kind.TEXT, "name pingFederateBaseUrl protocolBinding provider recipientUrl sessionKey"),
    *many(Kind.TEXT, "requestTemplate requestTokenUrl shouldTrustEmailVerifiedConnection subject"),
    *many(Kind.TEXT, "signatureAlgorithm signatureMethod syntax teamId template twilioSid"),
    *many(Kind.TEXT, "upstreamParams userAuthorizationUrl userIdAttribute waadProtocol"),
    *many(Kind.TEXT, "signInEndpoint signOutEndpoint signingCert", _TEXT),
    field("twilioToken", Kind.TEXT, secret=True),
    *many(Kind.FLAG, "apiEnableGroups apiEnableUsers debug disableCache disableSignOut useWsfed"),
    *many(Kind.FLAG, "forwardRequestInfo signSamlRequest useCertAuth useKerberos"),
    *many(Kind.FLAG, "useOauthSpecScope waadCommonEndpoint"),
    *many(Kind.FLAG, "email mapUserIdToId", _FLAG),
    field("ips", Kind.SET, computed=True),
    block("totp", *many(Kind.NUMBER, "timeStep length")),
    block("decryptionKey", *_PAIR),
    block("signingKey", *_PAIR),
    block(
        "idpInitiated",
        *many(Kind.TEXT, "clientId clientProtocol clientAuthorizeQuery"),
        field("enabled", Kind.FLAG),
    ),
    block(
        "gatewayAuthentication",
        *many(Kind.TEXT, "method subject audience"),
        field("secret", Kind.TEXT, secret=True),
        field("secretBase64Encoded", Kind.FLAG),
    ),
)
OPTIONS = (*_DATABASE, *_SIGN_IN, *_OTHERS)
