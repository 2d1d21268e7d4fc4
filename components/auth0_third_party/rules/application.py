"""What a strict third-party application may be: its type, its flows, how it authenticates."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auth0_third_party.rules.texts import check_text, is_visible, names_secret
from auth0_third_party.rules.violation import Path, Violation

PUBLIC_APP_TYPES = ("spa", "native")
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
METADATA_KEYS = 10
METADATA_TEXT = 255
_METADATA_KEY = re.compile(r"^[A-Za-z0-9:,\-+=_*?\"/\\()<>@\t ]+$")


def default_auth_method(app_type: str) -> str:
    """`none` for public clients, else a secret in the body, as the official plugin picks it."""
    return "none" if app_type in PUBLIC_APP_TYPES else "client_secret_post"


def default_rotation(auth_method: str) -> str:
    """Refresh tokens of public clients work once by default (TP-CREATE-07)."""
    return "rotating" if auth_method == "none" else "non-rotating"


def default_grant_types(
    app_type: str, subject_types: Iterable[str], *, refresh_tokens: bool
) -> tuple[str, ...]:
    """The least that the application's own grants need (TP-CREATE-06, CG-04)."""
    wanted = set()
    if app_type != "non_interactive":
        wanted.add("authorization_code")
    if app_type == "non_interactive" or "client" in subject_types:
        wanted.add("client_credentials")
    if refresh_tokens:
        wanted.add("refresh_token")
    return tuple(grant_type for grant_type in GRANT_TYPES if grant_type in wanted)


def check_grant_types(
    app_type: str, auth_method: str, grant_types: Sequence[str]
) -> Iterator[Violation]:
    """TP-CREATE-13 and TP-CREATE-14: three grant types exist, one is for confidential clients."""
    for index, grant_type in enumerate(grant_types):
        if grant_type not in GRANT_TYPES:
            yield Violation(
                "TP-CREATE-13",
                ("grant_types", index),
                f"'{grant_type}' is not available to a strict third-party application",
                "remove it; a partner that needs users to sign in uses authorization_code",
            )
        elif grant_type in grant_types[:index]:
            what, fix = f"'{grant_type}' is listed twice", "remove one of them"
            yield Violation("TP-CREATE-13", ("grant_types", index), what, fix)
    if "client_credentials" in grant_types and auth_method == "none":
        yield Violation(
            "TP-CREATE-14",
            ("grant_types",),
            f"client_credentials is asked for by a public application ({app_type})",
            "use app_type regular_web or non_interactive, or drop the grants with"
            " subject_type client",
        )
    if "refresh_token" in grant_types and "authorization_code" not in grant_types:
        yield Violation(
            "RT-11",
            ("grant_types",),
            "refresh_token is asked for without authorization_code",
            "add authorization_code, or remove refresh_token",
        )


def check_auth_method(app_type: str, auth_method: str) -> Iterator[Violation]:
    """TP-CREATE-15: how the application authenticates at the token endpoint."""
    path: Path = ("token_endpoint_auth_method",)
    if auth_method not in AUTH_METHODS:
        yield Violation(
            "TP-CREATE-15",
            path,
            f"'{auth_method}' is not available to a strict third-party application",
            "use one of " + ", ".join(AUTH_METHODS) + "; for private_key_jwt list keys instead",
            "Auth0 allows third parties none or a client secret here (mTLS is ruled out)",
        )
    elif app_type == "non_interactive" and auth_method == "none":
        yield Violation(
            "TP-CREATE-14",
            path,
            "a machine-to-machine application can't be public",
            "use client_secret_post or client_secret_basic",
            "client_credentials is its only flow, and needs a confidential client",
        )
    elif app_type in PUBLIC_APP_TYPES and auth_method != "none":
        yield Violation(
            "TP-CREATE-15",
            path,
            f"'{auth_method}' on a {app_type} application",
            "remove the line (none is the default), or use app_type regular_web",
            "code that runs on a user's device can't keep a secret; PKCE protects it instead",
        )


def check_redirection_policy(policy: str, reason: str) -> Iterator[Violation]:
    """TP-CREATE-23 and ours: leaving the protection takes a reason that reviewers can read."""
    if policy == "allow_always" and not is_visible(reason):
        yield Violation(
            "TP-CREATE-23",
            ("redirection_policy",),
            "allow_always without a reason",
            "remove the line, or write redirection_policy_reason",
        )


def check_tokens(algorithm: str, *, idles: bool) -> Iterator[Violation]:
    """TP-CREATE-16 and TP-CREATE-17: one signature algorithm, and an end for unused tokens."""
    if algorithm != "RS256":
        yield Violation(
            "TP-CREATE-16",
            ("signing_algorithm",),
            f"'{algorithm}' is not available to a strict third-party application",
            "remove the line",
        )
    if not idles:
        yield Violation(
            "TP-CREATE-17",
            ("refresh_token", "idle_token_lifetime"),
            "unlimited on a strict third-party application",
            "give a number of seconds",
        )


def check_metadata(metadata: Mapping[str, str], reserved: int) -> Iterator[Violation]:
    """TP-CREATE-21: at most ten keys, `reserved` of them ours, texts of 255 at most."""
    path: Path = ("client_metadata",)
    if len(metadata) + reserved > METADATA_KEYS:
        yield Violation(
            "TP-CREATE-21",
            path,
            f"{len(metadata)} keys are too many",
            f"keep {METADATA_KEYS - reserved} or fewer",
            f"Auth0 keeps {METADATA_KEYS} per application, {reserved} of them are our tags",
        )
    for key, value in metadata.items():
        yield from check_text((*path, key), value, required=False)
        if names_secret(key):
            yield Violation(
                "FILE-14",
                (*path, key),
                "is named like a secret",
                "keep it elsewhere and replace it; rename the key if it is no secret",
            )
        if not _METADATA_KEY.match(key) or len(key) > METADATA_TEXT or len(value) > METADATA_TEXT:
            yield Violation(
                "TP-CREATE-21",
                (*path, key),
                "key or value is longer than 255, or the key has a forbidden character",
                "shorten or rename it",
                'Auth0 takes letters, digits and : , - + = _ * ? " / \\ ( ) < > @ in keys',
            )


def check_permissive(grant_types: Sequence[str], stated: Iterable[str]) -> Iterator[Violation]:
    """TP-CREATE-23 and X-07: what means nothing, or is closed, in the legacy mode."""
    for index, grant_type in enumerate(grant_types):
        if grant_type == "password":
            yield Violation(
                "X-07",
                ("grant_types", index),
                "the password grant is closed to third parties in either mode",
                "remove it",
            )
    if "redirection_policy" in stated:
        yield Violation(
            "TP-CREATE-23",
            ("redirection_policy",),
            "has no effect on a permissive application",
            "remove it, or plan the strict twin: tpa twin",
            "open redirect protection comes with strict mode alone",
        )
