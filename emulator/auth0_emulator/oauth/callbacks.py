"""Addresses that a code or an error may be sent to: those that are registered, exactly."""

import re
from collections.abc import Iterable
from urllib.parse import urlencode, urlsplit

# A pattern, not a URL parser: browsers and parsers disagree about `\\` and `@` in addresses.
_LOOPBACK = re.compile(
    r"(?P<host>http://(?:127\.0\.0\.1|\[::1\]|localhost))"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<rest>(?:[/?].*)?)"
)


def registered(address: str, callbacks: Iterable[str], *, native: bool) -> bool:
    """RFC 9700, section 2.1: equal character by character; native applications may use any port
    on loopback (RFC 8252, section 7.3).
    """
    known = tuple(callbacks)
    if address in known:
        return True
    wanted = _without_port(address)
    return native and wanted is not None and wanted in map(_without_port, known)


def _without_port(address: str) -> tuple[str, str] | None:
    found = _LOOPBACK.fullmatch(address)
    if found is None or int(found["port"] or 80) > 65_535:
        return None
    return found["host"], found["rest"]


def is_verifiable(address: str) -> bool:
    """TP-CREATE-20: an https address elsewhere; not loopback, not an application's own scheme."""
    return address.startswith("https://") and not re.match(
        r"https://(127\.|\[::1\]|localhost[:/?]|localhost$)", address
    )


def origin(address: str) -> str:
    """What a user is shown of an address: its host, or its scheme."""
    parts = urlsplit(address)
    return parts.netloc if parts.scheme in ("http", "https") else f"{parts.scheme}:"


def with_query(address: str, **values: str | None) -> str:
    """The address with these parameters after its own (RFC 6749, section 3.1.2); None adds none."""
    base, mark, fragment = address.partition("#")
    query = urlencode({name: value for name, value in values.items() if value is not None})
    if not query:
        return address
    joint = "" if base.endswith(("?", "&")) else "&" if "?" in base else "?"
    return f"{base}{joint}{query}{mark}{fragment}"
