"""What live things have no words for in a file, and reasons where a file asks for one."""

from datetime import UTC, datetime


class Unexpressible(Exception):
    """Why a difference can't be written into a file."""


def reason_of(what: str) -> str:
    """A written reason where the files ask for one, that a reviewer will want to replace."""
    return f"{what} on {datetime.now(UTC):%Y-%m-%d}; review it"
