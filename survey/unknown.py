"""What of a tenant nobody could look at: said as such, and never taken for an answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Unknown:
    """A part of the tenant that could not be read, and the scope that would let one; empty where
    the tenant refuses it for another reason.
    """

    what: str
    scope: str

    @property
    def why(self) -> str:
        return f"the token lacks {self.scope}" if self.scope else "the tenant refuses to show it"

    def __str__(self) -> str:
        return f"{self.what} ({self.why})"
