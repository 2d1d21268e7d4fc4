"""What a partner's code relies on, against what strict mode gives.

Only the partner knows these; Auth0 accepts the application, and the first sign-in fails. The list
is the vendor's: https://auth0.com/docs/get-started/applications/third-party-applications/troubleshooting
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

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
_UNAVAILABLE: Mapping[str, tuple[str, str, str, str]] = {
    "id_token": (
        "RT-05",
        "an ID token, which never comes",
        "have the partner ask one of your APIs who the user is",
        "",
    ),
    "userinfo": (
        "RT-06",
        "/userinfo, which answers an error",
        "offer what the partner needs to know by one of your APIs",
        "",
    ),
    "logout_endpoint": (
        "TP-CREATE-10",
        "the logout endpoint, which answers an error",
        "have the partner revoke its refresh token (/oauth/revoke) and end its own session",
        "it would end the user's session with you, not with the partner",
    ),
}
"""Need -> rule, what it is, the fix, and why, where that is not the rule's own reason."""


def check_needs(needs: Mapping[str, Any], *, rotates: bool) -> Iterator[Violation]:
    """What of an application's `needs:` strict mode does not give.

    Args:
        needs: every field of it.
        rotates: whether the application's refresh tokens work once (TP-CREATE-17).
    """
    for field, (rule, what, fix, why) in _UNAVAILABLE.items():
        if needs[field]:
            yield _needs(rule, (field,), what, fix, why)
    yield from _check_requests(needs["authorize_parameters"], needs["response_types"])
    longest = needs["client_id_max_length"]
    if longest is not None and longest < CLIENT_ID_LENGTH:
        what = f"client ids of at most {longest} characters"
        fix = "have the partner widen the field first"
        yield _needs("TP-CREATE-03", ("client_id_max_length",), what, fix)
    if needs["reusable_refresh_token"] and rotates:
        yield _needs(
            "TP-CREATE-17",
            ("reusable_refresh_token",),
            "to use a refresh token more than once, and it is rotated",
            "have the partner keep each new refresh token; or write refresh_token:"
            " {rotation_type: non-rotating}",
            "the second use is refused, and ends the user's sign-in with it",
        )


def _check_requests(parameters: Sequence[str], types: Sequence[str]) -> Iterator[Violation]:
    """RT-01 to RT-03: a closed list of parameters at /authorize, and codes only."""
    for index, name in enumerate(parameters):
        if name not in AUTHORIZE_PARAMETERS and not name.startswith("ext-"):
            what = f"'{name}' at /authorize, which is refused"
            fix = "remove it, or pass it on under a name that begins with ext-"
            yield _needs("RT-01", ("authorize_parameters", index), what, _INSTEAD.get(name, fix))
    for index, name in enumerate(types):
        if name != "code":
            what = f"response_type '{name}', which is not supported"
            fix = "have the partner use response_type code with PKCE"
            yield _needs("RT-03", ("response_types", index), what, fix)


def _needs(rule: str, path: Path, what: str, fix: str, why: str = "") -> Violation:
    return Violation(rule, ("needs", *path), f"the partner needs {what}", fix, why)
