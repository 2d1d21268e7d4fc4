"""What a partner's code relies on, against what strict mode gives.

Only the partner knows these; Auth0 accepts the application, and the first sign-in fails. The list
is the vendor's: https://auth0.com/docs/get-started/applications/third-party-applications/troubleshooting
"""

from collections.abc import Iterable, Iterator, Sequence

from auth0_third_party.rules.violation import Path, Violation

AUTHORIZE_PARAMETERS = frozenset(
    (
        *("acr_values", "audience", "authorization_details", "client_id", "code_challenge"),
        *("code_challenge_method", "connection", "correlation_id", "display", "dpop_jkt"),
        *("login_hint", "max_age", "nonce", "prompt", "redirect_uri", "resource"),
        *("response_type", "scope", "state", "ui_locales"),
    )
)
"""RT-01; names that begin with `ext-` are allowed as well."""
OIDC_SCOPES = frozenset(("openid", "profile", "email", "address", "phone"))
CLIENT_ID_LENGTH = 26
"""TP-CREATE-03: `tpc_` and 22 characters."""
_INSTEAD = {
    "organization": "let users choose by the login prompt; see the environment's organizations",
    "invitation": "invite users to an application of your own",
    "screen_hint": "remove it; users reach sign-up from the login page",
    "id_token_hint": "use login_hint",
    "claims": "add claims to the access token by an Action of yours",
    "request": "send the parameters themselves",
    "request_uri": "send the parameters themselves",
}


def check_unavailable(
    *, id_token: bool, userinfo: bool, logout_endpoint: bool
) -> Iterator[Violation]:
    """RT-05, RT-06: strict applications get access tokens for APIs, and no OpenID Connect."""
    if id_token:
        yield _needs(
            "RT-05",
            ("id_token",),
            "an ID token, which never comes",
            "have the partner ask one of your APIs who the user is",
        )
    if userinfo:
        yield _needs(
            "RT-06",
            ("userinfo",),
            "/userinfo, which answers an error",
            "offer what the partner needs to know by one of your APIs",
        )
    if logout_endpoint:
        yield _needs(
            "TP-CREATE-10",
            ("logout_endpoint",),
            "the logout endpoint, which answers an error",
            "have the partner revoke its refresh token (/oauth/revoke) and end its own session",
            "it would end the user's session with you, not with the partner",
        )


def check_oidc_scopes(path: Path, scopes: Sequence[str]) -> Iterator[Violation]:
    """RT-05: scopes of OpenID Connect on an API of the company's mean nothing."""
    for index, scope in enumerate(scopes):
        if scope in OIDC_SCOPES:
            yield Violation(
                "RT-05",
                (*path, index),
                f"'{scope}' is a scope of OpenID Connect",
                "remove it; name a scope of your own API for what the partner needs to know",
            )


def check_baseline(path: Path, granted: Iterable[tuple[str, bool]]) -> Iterator[Violation]:
    """DCR-07: registered clients sign users in, and have the default permissions alone.

    Args:
        path: what opens registration.
        granted: of each default permission its subject type, and whether it grants anything.
    """
    stated = [*granted]
    if serves_registered(stated):
        return
    what = "on, with default permissions that give users' access to nothing"
    yield Violation(
        "DCR-07",
        path,
        what if stated else "on, without any default permissions",
        "state a default permission with subject_type user and a scope",
        "a registered client gets no client access, and could call no API",
    )


def serves_registered(granted: Iterable[tuple[str, bool]]) -> bool:
    """Whether default permissions let registered clients call anything (DCR-04, DCR-07)."""
    return any(anything for subject_type, anything in granted if subject_type == "user")


def check_authorize_parameters(names: Sequence[str]) -> Iterator[Violation]:
    """RT-01, RT-02: a closed list; anything else is refused at sign-in."""
    for index, name in enumerate(names):
        if name not in AUTHORIZE_PARAMETERS and not name.startswith("ext-"):
            yield _needs(
                "RT-01",
                ("authorize_parameters", index),
                f"'{name}' at /authorize, which is refused",
                _INSTEAD.get(name, "remove it, or pass it on under a name that begins with ext-"),
            )


def check_response_types(names: Sequence[str]) -> Iterator[Violation]:
    """RT-03: codes only, no implicit flow."""
    for index, name in enumerate(names):
        if name != "code":
            yield _needs(
                "RT-03",
                ("response_types", index),
                f"response_type '{name}', which is not supported",
                "have the partner use response_type code with PKCE",
            )


def check_client_id_length(longest: int | None) -> Iterator[Violation]:
    """TP-CREATE-03, TP-CREATE-27: the client id is made by Auth0 and can't be chosen."""
    if longest is not None and longest < CLIENT_ID_LENGTH:
        yield _needs(
            "TP-CREATE-03",
            ("client_id_max_length",),
            f"client ids of at most {longest} characters",
            "have the partner widen the field first",
        )


def check_reuse(*, reuses: bool, rotates: bool) -> Iterator[Violation]:
    """TP-CREATE-17: a rotated refresh token works once."""
    if reuses and rotates:
        yield _needs(
            "TP-CREATE-17",
            ("reusable_refresh_token",),
            "to use a refresh token more than once, and it is rotated",
            "have the partner keep each new refresh token; or write refresh_token:"
            " {rotation_type: non-rotating}",
            "the second use is refused, and ends the user's sign-in with it",
        )


def _needs(rule: str, path: Path, what: str, fix: str, why: str = "") -> Violation:
    return Violation(rule, ("needs", *path), f"the partner needs {what}", fix, why)
