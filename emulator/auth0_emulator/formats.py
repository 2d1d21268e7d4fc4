"""The string formats that Auth0's description of the Management API uses."""

import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from jsonschema import FormatChecker

CHECKER = FormatChecker(formats=())


def _format(*names: str) -> Callable[[Callable[[str], bool]], Callable[[str], bool]]:
    def register(check: Callable[[str], bool]) -> Callable[[str], bool]:
        for name in names:
            # A value of another type is reported by "type".
            CHECKER.checks(name)(lambda value: not isinstance(value, str) or check(value))
        return check

    return register


def _split(value: str) -> tuple[str, str]:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc or parts.path


@_format("url", "absolute-uri", "uri")
def absolute_uri(value: str) -> bool:
    """A scheme followed by something, without whitespace."""
    scheme, rest = _split(value)
    return bool(scheme and rest) and not re.search(r"\s", value)


@_format("absolute-uri-or-empty")
def absolute_uri_or_empty(value: str) -> bool:
    """TP-CREATE-22: an absolute URI, or nothing."""
    return not value or absolute_uri(value)


@_format("url-with-placeholders", "callback-url", "ec-initiate-login-uri-template-url")
def url_with_placeholders(value: str) -> bool:
    """An absolute URI that may contain `{placeholder}` and `*`."""
    return absolute_uri(value) and "<" not in value and ">" not in value


@_format("absolute-https-uri-or-empty", "absolute-https-uri-with-placeholders-or-empty")
def https_or_empty(value: str) -> bool:
    """An https URI, or nothing."""
    return not value or (absolute_uri(value) and value.startswith("https://"))


@_format("client-id")
def client_id(value: str) -> bool:
    """Letters, digits, `_` and `-`."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) is not None


@_format("organization-id")
def organization_id(value: str) -> bool:
    """MG-13: `org_` and 16 characters."""
    return re.fullmatch(r"org_[A-Za-z0-9]{16}", value) is not None


@_format("email")
def email(value: str) -> bool:
    """Something before and after one `@`."""
    return re.fullmatch(r"[^@\s]+@[^@\s]+", value) is not None


@_format("email-or-empty")
def email_or_empty(value: str) -> bool:
    """An e-mail address, or nothing."""
    return not value or email(value)


@_format("date-time")
def date_time(value: str) -> bool:
    """An ISO 8601 time."""
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


@_format("html-color")
def html_color(value: str) -> bool:
    """`#` and three, four, six or eight hexadecimal digits."""
    return re.fullmatch(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})", value) is not None


@_format("organization-name")
def organization_name(value: str) -> bool:
    """Lower-case letters, digits, `-` and `_`, beginning with a letter or digit."""
    return re.fullmatch(r"[a-z0-9][a-z0-9_-]*", value) is not None


@_format("connection-id")
def connection_id(value: str) -> bool:
    """MG-13: `con_` and 16 characters."""
    return re.fullmatch(r"con_[A-Za-z0-9]{16}", value) is not None


@_format("client-grant-id")
def client_grant_id(value: str) -> bool:
    """MG-13: `cgr_` and 16 characters."""
    return re.fullmatch(r"cgr_[A-Za-z0-9]{16}", value) is not None


@_format("hostname")
def hostname(value: str) -> bool:
    """Labels of letters, digits and inner hyphens, joined by dots."""
    label = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    return re.fullmatch(rf"{label}(?:\.{label})*", value) is not None
