"""Authorization requests (RFC 6749, section 4.1.1): plain values in, a decision out.

Auth0's documentation decides; where its pages disagree or are silent, the docstring says which
side is taken. Descriptions that are not recorded end in `(emulator wording)`.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.oauth.callbacks import registered

Pairs = tuple[tuple[str, str], ...]

# RT-01, and `organization`: no page lists it, but a documented refusal names it.
ALLOWED = frozenset(
    (
        "acr_values audience authorization_details client_id code_challenge code_challenge_method"
        " connection correlation_id display dpop_jkt login_hint max_age nonce prompt redirect_uri"
        " resource response_type scope state ui_locales organization"
    ).split()
)
# RT-02. `response_mode` is on neither list, and refused as any other parameter.
UNSUPPORTED = frozenset(
    "claims id_token_hint invitation login_ticket request request_uri screen_hint".split()
)
OPENID_SCOPES = frozenset("openid profile email address phone".split())
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


@dataclass(frozen=True)
class Facts:
    """What the tenant holds of what a request names.

    `audience` is chosen by the tenant's profile; `scopes` are those that the client may have
    there, None without a grant; `connections` are those offered to the client's users.
    """

    client: Json | None
    audience: str = ""
    api: Json | None = None
    scopes: tuple[str, ...] | None = None
    organization: Json | None = None
    admitted: bool = True
    connections: tuple[Json, ...] = ()
    has_rules: bool = False


@dataclass(frozen=True)
class Refusal:
    """An error; `redirect_uri` is None if it is shown on the tenant's error page."""

    error: str
    description: str
    client_id: str | None = None
    redirect_uri: str | None = None
    state: str | None = None
    connection: str | None = None


@dataclass(frozen=True)
class AuthorizationRequest:
    """A request that may go on to the sign-in; `scopes` are those that can be granted."""

    client: Json
    redirect_uri: str
    redirect_uri_was_sent: bool
    audience: str
    api: Json | None
    scopes: tuple[str, ...]
    connections: tuple[Json, ...]
    organization: Json | None = None
    state: str | None = None
    code_challenge: str | None = None
    nonce: str | None = None
    dpop_jkt: str | None = None
    login_hint: str = ""
    max_age: int | None = None
    prompt: frozenset[str] = field(default_factory=frozenset)

    def refusal(self, error: str, description: str) -> Refusal:
        """A later refusal of this request, such as a declined consent."""
        return _refusal(self.client, self.redirect_uri, self.state, error, description)


class _Refused(Exception):
    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def _refuse(error: str, sentence: str) -> NoReturn:
    raise _Refused(error, f"{sentence} (emulator wording)")


def _invalid(sentence: str) -> NoReturn:
    _refuse("invalid_request", sentence)


def is_protected(client: Json) -> bool:
    """ORP-01, TP-CREATE-23: strict clients that do not say `allow_always`."""
    return is_strict(client) and client.get("redirection_policy") != "allow_always"


def _refusal(
    client: Json, redirect_uri: str | None, state: str | None, error: str, description: str
) -> Refusal:
    """ORP-01, ORP-02: a protected application gets no error at its callback.

    What becomes of the errors of `prompt=none` is not described (ORP-05); they are shown too.
    """
    target = None if is_protected(client) else redirect_uri
    return Refusal(error, description, str(client["client_id"]), target, state)


def decide(pairs: Pairs, facts: Facts) -> AuthorizationRequest | Refusal:
    """The request, or the first refusal. A parameter without a value counts as omitted."""
    sent = {name: value for name, value in pairs if value}
    client = facts.client
    try:
        if client is None:
            if "client_id" not in sent:
                _invalid("Missing required parameter: client_id")
            return Refusal("invalid_request", f"Unknown client: {sent['client_id']}")
        redirect_uri = _redirect_uri(client, sent)
    except _Refused as refused:
        known = None if client is None else str(client["client_id"])
        return Refusal(refused.error, refused.description, known)
    try:
        _check_names(client, pairs)
        return _request(client, redirect_uri, sent, facts)
    except _Refused as refused:
        state = sent.get("state")
        return _refusal(client, redirect_uri, state, refused.error, refused.description)


def _request(
    client: Json, redirect_uri: str, sent: Mapping[str, str], facts: Facts
) -> AuthorizationRequest:
    _check_response(client, sent)
    _check_organization(client, sent, facts)
    return AuthorizationRequest(
        client=client,
        redirect_uri=redirect_uri,
        redirect_uri_was_sent="redirect_uri" in sent,
        audience=facts.audience,
        api=facts.api,
        scopes=_scopes(client, sent, facts),
        connections=_connections(sent, facts),
        organization=facts.organization,
        state=sent.get("state"),
        code_challenge=_code_challenge(client, sent),
        nonce=sent.get("nonce"),
        dpop_jkt=_thumbprint(sent),
        login_hint=sent.get("login_hint", ""),
        max_age=_max_age(sent),
        prompt=_prompt(sent),
    )


def _redirect_uri(client: Json, sent: Mapping[str, str]) -> str:
    """RFC 9700, section 2.1: one of the registered addresses. RFC 6749, section 3.1.2.3: it may
    be left out if there is exactly one.
    """
    callbacks = tuple(client.get("callbacks") or ())
    asked = sent.get("redirect_uri")
    if asked is None:
        if len(callbacks) != 1:
            _invalid("Missing required parameter: redirect_uri")
        return str(callbacks[0])
    if not registered(asked, callbacks, native=client.get("app_type") == "native"):
        text = f"Callback URL mismatch. {asked} is not in the list of allowed callback URLs"
        raise _Refused("unauthorized_client", text)
    return asked


def _check_names(client: Json, pairs: Pairs) -> None:
    """RT-01, RT-02: strict clients send listed parameters only; nobody sends one twice
    (RFC 6749, section 3.1), `resource` aside (RFC 8707).
    """
    counted = Counter(name for name, _ in pairs)
    twice = sorted(name for name, count in counted.items() if count > 1 and name != "resource")
    if twice:
        _invalid(f"Parameter sent more than once: {', '.join(twice)}")
    if not is_strict(client):
        return
    strange = sorted(n for n in counted if n not in ALLOWED and not n.startswith("ext-"))
    for name in strange:
        why = "not supported for" if name in UNSUPPORTED else "not among those allowed for"
        _invalid(f"Parameter {name} is {why} third-party clients")


def _check_response(client: Json, sent: Mapping[str, str]) -> None:
    """RT-03: the code flow only. RT-14: the client must have that grant type."""
    if "response_type" not in sent:
        _invalid("Missing required parameter: response_type")
    if sent["response_type"] != "code":
        _refuse("unsupported_response_type", "Only response_type 'code' is supported")
    if sent.get("response_mode", "query") != "query":
        _invalid("Only response_mode 'query' is supported")
    if "authorization_code" not in client.get("grant_types", ()):
        text = "Grant type 'authorization_code' not allowed for the client."
        raise _Refused("unauthorized_client", text)


def _code_challenge(client: Json, sent: Mapping[str, str]) -> str | None:
    """RT-04: PKCE for every strict client. No page speaks of `plain`, which RFC 9700 advises
    against (section 2.1.1): it is refused, also where PKCE is optional.
    """
    challenge = sent.get("code_challenge")
    if challenge is None:
        if is_strict(client) or "code_challenge_method" in sent:
            _invalid("Missing required parameter: code_challenge (PKCE)")
        return None
    if sent.get("code_challenge_method", "plain") != "S256":
        _invalid("Parameter code_challenge_method must be S256")
    if not _SHA256.fullmatch(challenge):
        _invalid("Parameter code_challenge must be a SHA-256 digest as base64url")
    return challenge


def _thumbprint(sent: Mapping[str, str]) -> str | None:
    """RFC 9449, section 10: the thumbprint of the key that the code is bound to."""
    thumbprint = sent.get("dpop_jkt")
    if thumbprint is not None and not _SHA256.fullmatch(thumbprint):
        _invalid("Parameter dpop_jkt must be a SHA-256 thumbprint as base64url")
    return thumbprint


def _scopes(client: Json, sent: Mapping[str, str], facts: Facts) -> tuple[str, ...]:
    """CG-01, CG-15, CG-17: what was asked for and is granted, in the order asked for.

    RT-05: strict clients get tokens for APIs only, and OpenID scopes are dropped without an
    error. RT-11: `offline_access` needs the API's permission and the refresh grant. CG-16 names
    no error for a request without scopes; here nothing is granted to it.
    """
    asked = tuple(dict.fromkeys(sent.get("scope", "").split()))
    if not all(_SCOPE.fullmatch(scope) for scope in asked):
        _refuse("invalid_scope", "Parameter scope has characters that are not allowed")
    granted = set(_granted(client, facts))
    offline = facts.api is None or facts.api.get("allow_offline_access")
    if offline and "refresh_token" in client.get("grant_types", ()):
        granted.add("offline_access")
    if not is_strict(client):
        granted |= OPENID_SCOPES
    return tuple(scope for scope in asked if scope in granted)


def _granted(client: Json, facts: Facts) -> tuple[str, ...]:
    if not facts.audience:
        if is_strict(client):
            _invalid("Missing required parameter: audience")
        return ()
    if facts.api is None:
        raise _Refused("access_denied", f"Service not found: {facts.audience}")
    if facts.scopes is None:
        text = (
            f'Client is not authorized to access "{facts.audience}". You need to create a'
            ' "client-grant" associated to this API.'
        )
        raise _Refused("unauthorized_client", text)
    return facts.scopes


def _check_organization(client: Json, sent: Mapping[str, str], facts: Facts) -> None:
    """RT-18, ORG-01: only an organization that admits third parties. ORG-08: none for permissive
    clients. ORG-04 says that third parties do not send the parameter; the refusal of RT-18 has no
    other cause, so it is read here. A client that says nothing of organizations may use them
    (ORG-03 names no such condition).
    """
    asked, usage = sent.get("organization"), client.get("organization_usage")
    if asked and usage == "deny":
        _invalid("parameter organization is not allowed for this client")
    permissive = not client["is_first_party"] and not is_strict(client)
    if (asked and facts.organization is None) or not facts.admitted or (asked and permissive):
        named = asked or (facts.organization or {}).get("id")
        raise _Refused("invalid_request", f"parameter organization is invalid: {named}")
    prompts = ("pre_login_prompt", "post_login_prompt")
    prompted = client.get("organization_require_behavior") in prompts
    if usage == "require" and facts.organization is None and not prompted:
        _invalid("parameter organization is required for this client")


def _connections(sent: Mapping[str, str], facts: Facts) -> tuple[Json, ...]:
    """DC-01, DC-12: what is offered, or the one that was asked for. RT-15: active Rules break
    the sign-in of strict clients; Auth0's error is not recorded.
    """
    if facts.has_rules and facts.client is not None and is_strict(facts.client):
        _refuse("access_denied", "Third-party clients cannot sign in while Rules are active")
    if not facts.connections:
        place = " in this organization" if facts.organization else ""
        _invalid(f"no connections enabled for the client{place}")
    asked = sent.get("connection")
    if asked is None:
        return facts.connections
    found = tuple(one for one in facts.connections if one["name"] == asked)
    if not found:
        _invalid(f"the connection {asked} is not available to the client")
    return found


def _max_age(sent: Mapping[str, str]) -> int | None:
    value = sent.get("max_age")
    if value is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", value):
        _invalid("Parameter max_age must be a number of seconds")
    return int(value)


def _prompt(sent: Mapping[str, str]) -> frozenset[str]:
    """OpenID Connect Core, section 3.1.2.1: `none` stands alone."""
    values = frozenset(sent.get("prompt", "").split())
    if values - PROMPTS or ("none" in values and len(values) > 1):
        _invalid("Parameter prompt must be none, or some of login, consent and select_account")
    return values
