"""Auth0's own rules for strict third-party applications: plain values in, violations out.

The ids name the rule in the vendor's words' summary that the tests follow; the pages are
https://auth0.com/docs/get-started/applications/third-party-applications (security controls,
configuration, user consent) and the Management API reference of /clients and /client-grants.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from catalog.problems import Path, nearest

APP_TYPES = ("regular_web", "spa", "native", "non_interactive")
PUBLIC_APP_TYPES = ("spa", "native")
GRANT_TYPES = ("authorization_code", "refresh_token", "client_credentials")
AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
SUBJECT_TYPES = ("user", "client")
SYSTEM_API_PATHS = ("/api/v2/", "/me/", "/mfa/", "/my-org/")
LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
METADATA_KEYS = 10
METADATA_TEXT = 255
_METADATA_KEY = re.compile(r"^[A-Za-z0-9:,\-+=_*?\"/\\()<>@\t ]+$")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*$", re.IGNORECASE)


@dataclass(frozen=True)
class Violation:
    """A broken rule. `path` is relative to the object that was checked."""

    rule: str
    path: Path
    what: str
    why: str
    fix: str


def default_auth_method(app_type: str) -> str:
    """`none` for public clients, else a secret in the body, as the official plugin picks it."""
    return "none" if app_type in PUBLIC_APP_TYPES else "client_secret_post"


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
                "Auth0 offers third parties only " + ", ".join(GRANT_TYPES),
                "remove it; a partner that needs users to sign in uses authorization_code",
            )
    if "client_credentials" in grant_types and auth_method == "none":
        yield Violation(
            "TP-CREATE-14",
            ("grant_types",),
            f"client_credentials is asked for by a public application ({app_type})",
            "a public client can't keep a secret, so Auth0 refuses it tokens of its own",
            "use app_type regular_web or non_interactive, or drop the grants with"
            " subject_type client",
        )
    if "refresh_token" in grant_types and "authorization_code" not in grant_types:
        yield Violation(
            "RT-11",
            ("grant_types",),
            "refresh_token is asked for without authorization_code",
            "refresh tokens come out of a user's sign-in only",
            "add authorization_code, or remove refresh_token",
        )


def check_auth_method(app_type: str, auth_method: str) -> Iterator[Violation]:
    """TP-CREATE-15: how the application proves itself at the token endpoint."""
    path: Path = ("token_endpoint_auth_method",)
    if auth_method not in AUTH_METHODS:
        yield Violation(
            "TP-CREATE-15",
            path,
            f"'{auth_method}' is not available to a strict third-party application",
            "Auth0 allows third parties none or a client secret here (mTLS is ruled out)",
            "use one of " + ", ".join(AUTH_METHODS),
        )
    elif app_type == "non_interactive" and auth_method == "none":
        yield Violation(
            "TP-CREATE-14",
            path,
            "a machine-to-machine application can't be public",
            "client_credentials is its only flow, and needs a confidential client",
            "use client_secret_post or client_secret_basic",
        )
    elif app_type in PUBLIC_APP_TYPES and auth_method != "none":
        yield Violation(
            "TP-CREATE-15",
            path,
            f"'{auth_method}' on a {app_type} application",
            "code that runs on a user's device can't keep a secret; PKCE protects it instead",
            "remove the line (none is the default), or use app_type regular_web",
        )


def check_redirect_uris(app_type: str, uris: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19 and TP-CREATE-20: callbacks are exact, and nobody on the wire can read them."""
    for index, uri in enumerate(uris):
        yield from _check_exact("callbacks", index, uri)
        parts = _split(uri)
        fault, fix = "", ""
        if parts is None or not _SCHEME.match(parts.scheme):
            fault, fix = "is not an absolute URI", "write it in full: https://host/path"
        elif parts.scheme == "http" and (parts.hostname or "") not in LOOPBACK_HOSTS:
            fault, fix = "uses http", f"use https://{parts.netloc}{parts.path}"
        elif parts.scheme in ("http", "https") and not parts.hostname:
            fault, fix = "has no host", "write it in full: https://host/path"
        elif parts.scheme not in ("http", "https") and app_type != "native":
            fault, fix = "has a custom scheme", "custom schemes are for app_type native; use https"
        elif parts.fragment:
            fault, fix = "has a fragment", "remove '#' and all behind it"
        if fault:
            yield Violation(
                "TP-CREATE-19",
                ("callbacks", index),
                f"'{uri}' {fault}",
                "the authorization code is delivered there: only an exact address that"
                " nobody else can read is safe",
                fix,
            )


def check_origins(field: str, origins: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19 for `allowed_origins` and `web_origins`: scheme, host and port, nothing else."""
    for index, origin in enumerate(origins):
        yield from _check_exact(field, index, origin)
        parts = _split(origin)
        secure = parts is not None and (
            parts.scheme == "https" or (parts.hostname or "") in LOOPBACK_HOSTS
        )
        bare = parts is not None and not (parts.path or parts.query or parts.fragment)
        if not (secure and bare and parts and parts.hostname):
            yield Violation(
                "TP-CREATE-19",
                (field, index),
                f"'{origin}' is not an https origin",
                "an origin is what a browser sends: scheme, host and port without a path",
                "write https://host or https://host:port",
            )


def check_redirection_policy(policy: str, reason: str) -> Iterator[Violation]:
    """TP-CREATE-23 and ours: leaving the protection takes a reason that reviewers can read."""
    if policy == "allow_always" and not reason.strip():
        yield Violation(
            "TP-CREATE-23",
            ("redirection_policy",),
            "allow_always without a reason",
            "it lets sign-in errors redirect users to the partner's address, which phishing uses",
            "remove the line, or write redirection_policy_reason",
        )


def check_metadata(metadata: Mapping[str, str], reserved: int) -> Iterator[Violation]:
    """TP-CREATE-21: at most ten keys, `reserved` of them ours, texts of 255 at most."""
    path: Path = ("client_metadata",)
    if len(metadata) + reserved > METADATA_KEYS:
        yield Violation(
            "TP-CREATE-21",
            path,
            f"{len(metadata)} keys are too many",
            f"Auth0 keeps {METADATA_KEYS} per application, {reserved} of them are our marks",
            f"keep {METADATA_KEYS - reserved} or fewer",
        )
    for key, value in metadata.items():
        if not _METADATA_KEY.match(key) or len(key) > METADATA_TEXT or len(value) > METADATA_TEXT:
            yield Violation(
                "TP-CREATE-21",
                (*path, key),
                "key or value is longer than 255, or the key has a forbidden character",
                'Auth0 takes letters, digits and : , - + = _ * ? " / \\ ( ) < > @ in keys',
                "shorten or rename it",
            )


def check_subject_type(
    path: Path, subject_type: str, grant_types: Sequence[str]
) -> Iterator[Violation]:
    """CG-04: a grant serves one kind of flow, so the application must be able to start it."""
    needed = "authorization_code" if subject_type == "user" else "client_credentials"
    if needed not in grant_types:
        yield Violation(
            "CG-04",
            path,
            f"subject_type {subject_type} needs the grant type {needed},"
            " which this application does not have",
            "Auth0 would accept the grant, and no token could ever be asked for with it",
            f"add {needed} to grant_types, or change the grant's subject_type",
        )


def check_audience(path: Path, audience: str) -> Iterator[Violation]:
    """CG-11: the tenant's own APIs are closed to third parties."""
    if urlsplit(audience).path in SYSTEM_API_PATHS:
        yield Violation(
            "CG-11",
            path,
            f"'{audience}' is one of Auth0's own APIs",
            "Auth0 refuses third parties any grant on the Management, My Account, MFA and"
            " My Organization APIs",
            "put an API of your own in front of what the partner needs",
        )


def check_scopes(
    path: Path, scopes: Sequence[str], known: Iterable[str], api: str
) -> Iterator[Violation]:
    """CG-07: every granted scope is one that the API defines, named once."""
    for index, scope in enumerate(scopes):
        if scope not in known:
            yield Violation(
                "CG-07",
                (*path, index),
                f"the API '{api}' has no scope '{scope}'",
                "a token can't carry it, and a scope that is added to the API later would be"
                " granted unseen",
                nearest(scope, known),
            )
        elif scope in scopes[:index]:
            yield Violation(
                "CG-07",
                (*path, index),
                f"'{scope}' stands twice",
                "a list that says the same thing twice hides what was meant",
                "remove one of them",
            )


def check_unique(keys: Iterable[tuple[str, str]], field: str) -> Iterator[Violation]:
    """CG-05: one grant per API and subject type."""
    seen: dict[tuple[str, str], int] = {}
    for index, key in enumerate(keys):
        first = seen.setdefault(key, index)
        if first != index:
            yield Violation(
                "CG-05",
                (field, index),
                f"'{key[0]}' for subject_type {key[1]} is granted twice"
                f" (first in {field}[{first}])",
                "Auth0 keeps one grant per application, API and subject type and refuses a second",
                "merge the two lists of scopes",
            )


def _check_exact(field: str, index: int, uri: str) -> Iterator[Violation]:
    fault = "a wildcard" if "*" in uri else "a placeholder" if "{" in uri else ""
    if fault:
        yield Violation(
            "TP-CREATE-19",
            (field, index),
            f"'{uri}' has {fault}",
            "a strict third-party application takes exact addresses only",
            "list each address on a line of its own",
        )


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts
