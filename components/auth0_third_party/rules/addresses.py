"""Where a browser may be sent: exact addresses that no other party can read."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import SplitResult, urlsplit

from auth0_third_party.rules.violation import Violation

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
NO_CALLBACKS = "Auth0 returns the user only to an address on this list, so every sign-in would fail"
UNSAFE_SCHEMES = ("javascript", "data", "file", "vbscript", "blob", "about")
_SCHEME = re.compile(r"^[a-z][a-z0-9+.\-]*$", re.IGNORECASE)


def check_redirect_uris(app_type: str, uris: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19 and TP-CREATE-20: callbacks are exact, and can't be read on the network."""
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
        elif parts.scheme in UNSAFE_SCHEMES:
            fault, fix = (
                "runs or shows content instead of opening an app",
                "use a scheme of its own",
            )
        elif parts.username or parts.password:
            fault, fix = "has credentials in it", "remove everything before the @"
        elif parts.fragment:
            fault, fix = "has a fragment", "remove '#' and everything after it"
        if fault:
            yield Violation(
                "TP-CREATE-19",
                ("callbacks", index),
                f"'{uri}' {fault}",
                fix,
                "the authorization code is delivered there: only an exact address that"
                " no other party can read is safe",
            )


def check_callbacks(app_type: str, callbacks: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19: who signs users in needs an address to return them to."""
    if not callbacks:
        yield Violation(
            "TP-CREATE-19",
            ("callbacks",),
            f"no callbacks for a {app_type} application",
            "list the addresses that the application is called back at",
            NO_CALLBACKS,
        )


def check_origins(field: str, origins: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19 for `allowed_origins` and `web_origins`: scheme, host and port, nothing else."""
    for index, origin in enumerate(origins):
        yield from _check_exact(field, index, origin)
        parts = _split(origin)
        secure = parts is not None and (
            parts.scheme == "https"
            or (parts.scheme == "http" and (parts.hostname or "") in LOOPBACK_HOSTS)
        )
        bare = parts is not None and not (
            parts.path or parts.query or parts.fragment or parts.username or parts.password
        )
        if not (secure and bare and parts and parts.hostname):
            yield Violation(
                "TP-CREATE-19",
                (field, index),
                f"'{origin}' is not an https origin",
                "write https://host or https://host:port",
                "an origin is what a browser sends: scheme, host and port without a path",
            )


def _check_exact(field: str, index: int, uri: str) -> Iterator[Violation]:
    fault = "a wildcard" if "*" in uri else "a placeholder" if "{" in uri else ""
    if fault:
        yield Violation(
            "TP-CREATE-19",
            (field, index),
            f"'{uri}' has {fault}",
            "list each address on a line of its own",
        )


def _split(uri: str) -> SplitResult | None:
    try:
        parts = urlsplit(uri)
        _ = parts.port
    except ValueError:
        return None
    return parts
