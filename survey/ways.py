"""A way of calling an API, and a gate on it."""

from dataclasses import dataclass
from typing import Literal

from catalog.models import Model
from preflight.objects import Client
from survey.view import View

GateName = Literal["flow", "default", "api", "api_policy", "login", "connection", "organization"]


class Gate(Model):
    """One decision. `open`: None where nobody can say; `place`: the line or object that decides.

    `what` is a sentence.
    """

    gate: GateName
    open: bool | None
    place: str
    what: str


@dataclass(frozen=True)
class Way:
    """One way of calling an API. `flows` are the grant types of the application, None where the
    tenant does not say; `place` is where its grant stands.

    `usage` and `organizations`: where a grant of the application itself is good. `live` is its
    client, where it was seen; `key` is empty for one that is in no file.
    """

    key: str
    audience: str
    subject_type: str
    flows: tuple[str, ...] | None
    strict: bool
    place: str
    connections: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    usage: str = ""
    live: Client | None = None

    @property
    def for_users(self) -> bool:
        return self.subject_type == "user"


def unseen(gate: GateName, view: View, what: str, place: str) -> Gate:
    """A gate that nobody could look at."""
    return Gate(gate=gate, open=None, place=place, what=f"unknown: {view.blind[what]}")
