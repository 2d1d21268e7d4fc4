"""Text that others wrote, as a terminal or a page may safely show it; labels of kinds of values."""

import re
from datetime import UTC, datetime

from auth0_third_party.rules.hosts import unicode_name

# C0 and C1 controls move the cursor or end a line; bidirectional controls show letters in another
# order than they stand; zero-width characters hide a difference between two names; a lone half of
# a surrogate pair can't be written as UTF-8 at all. The joiners U+200C and U+200D are not among
# them: Persian words and many emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_BREAK = re.compile("[\t\n\r][ \t\n\r]*")


def shown(text: str) -> str:
    r"""One line: breaks and tabs become one space, hidden characters escapes such as `\u202e`.

    Everything else stays: right-to-left letters, emoji, accents. Shown twice is shown once.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_escape, _BREAK.sub(" ", text))


def address_shown(address: str) -> str:
    """An address; beside a host of A-labels the name that it is read as."""
    host = re.search(r"://([^/?#:]+)", address)
    name = unicode_name(host[1]) if host else ""
    return shown(f"{address} (reads {name})" if name else address)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, in UTC where it has no zone; None for other texts."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def time_shown(text: str) -> str:
    """`2026-11-24 22:50 UTC`; a text that is no time is returned as it is."""
    found = moment(text)
    return f"{found:%Y-%m-%d %H:%M} UTC" if found else text


def counted(number: int, what: str) -> str:
    """`1 error`, `1,234 errors`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


TYPES = {
    "regular_web": "regular web app",
    "spa": "single-page app",
    "native": "native app",
    "non_interactive": "machine-to-machine",
    "agent": "agent",
}
"""Types of applications, and agents."""


def access_name(subject_type: str) -> str:
    """Auth0's name of what a subject type gives: `user access` or `client access`."""
    return f"{subject_type} access"
