"""What is live and in no file, in the words of the access matrix: what it may call, who made it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.model.text import access_name
from tpa.access.effective import access_rows
from tpa.access.rows import AccessRow
from tpa.comparison.differences import Difference
from tpa.drift.authors import Authors
from tpa.tenant.objects import Client
from tpa.tenant.reading import EnvironmentStates


@dataclass(frozen=True)
class Unmanaged:
    """A live third-party application that is in no file. `rows`: None where they are unknown."""

    difference: Difference
    client: Client
    rows: tuple[AccessRow, ...] | None
    author: str

    @property
    def label(self) -> str:
        """`By hand (tpc_1, strict)`."""
        return f"{self.client.name} ({self.client.id}, {self.client.mode})"

    @property
    def calls(self) -> tuple[str, ...]:
        """`may call orders (user access): read:orders`, once for each API."""
        if self.rows is None:
            return ("what it may call is unknown",)
        return tuple(map(_call, self.rows)) or ("may call nothing",)

    def as_json(self) -> dict[str, Any]:
        """`rows` are those of `tpa access --live --json`."""
        return {
            "client_id": self.client.id,
            "name": self.client.name,
            "security_mode": self.client.mode,
            "owner": self.client.owner,
            "made": self.author,
            "ignored": self.difference.ignored,
            "rows": None if self.rows is None else [r.model_dump(mode="json") for r in self.rows],
        }


def unmanaged(
    seen: EnvironmentStates, found: Sequence[Difference], known: Authors
) -> Iterator[Unmanaged]:
    """Those among the differences."""
    differences = {each.path[1]: each for each in found if each.path[0] == "unmanaged"}
    rows = access_rows(seen.view) if differences else ()
    for client in seen.view.unexplained:
        each = differences.get(client.id)
        if each is not None:
            own = tuple(row for row in rows if row.client_id == client.id)
            yield Unmanaged(each, client, own if seen.view.comparable else None, known.of(each))


def _call(row: AccessRow) -> str:
    blocked = f", blocked: {row.blocked}" if row.blocked else ""
    return f"may call {row.api} ({access_name(row.subject_type)}): {row.scopes_text}{blocked}"
