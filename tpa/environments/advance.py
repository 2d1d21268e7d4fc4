"""What advancing one environment would change, and whether its stack would let it pass."""

from collections.abc import Collection
from typing import Any, Literal

from auth0_third_party.model.values import Model
from tpa.environments.difference import difference
from tpa.environments.gate import decide
from tpa.environments.risks import Change
from tpa.files.catalog import Catalog
from tpa.files.record import DEFAULTS, Record

Status = Literal["blocked", "ready", "unchanged"]


class Advance(Model):
    """`refused`: definitions that were not applied in `source` yet; `reused`: ones whose reason was
    given for another definition; `overridden`: definition -> reason why it goes ahead.
    """

    source: str
    target: str
    status: Status
    changes: tuple[Change, ...]
    refused: tuple[str, ...]
    reused: tuple[str, ...]
    overridden: dict[str, str]
    never_applied: bool
    next: str

    def as_json(self) -> dict[str, Any]:
        """The documented form: `source` and `target` are called `from` and `to`."""
        content = self.model_dump(mode="json")
        return {"from": content.pop("source"), "to": content.pop("target"), **content}


def advance_to(
    catalog: Catalog, earlier: Record, before: Record, keys: Collection[str] = ()
) -> Advance:
    """What the files would change, and what of it the gate would refuse.

    Args:
        earlier: what the environment that it advances from has applied.
        before: what it has applied itself.
        keys: only these applications; empty: all.
    """
    environment = catalog.environment
    source = environment.advances_from or ""
    after = catalog.record.after(before)
    changes = difference(before, after, keys or None)
    decision = decide(before, after, earlier, source, environment.advance_anyway)
    wanted = {*keys, DEFAULTS} if keys else after.definitions.keys()
    refused = tuple(key for key in decision.refused if key in wanted)
    reused = tuple(key for key in decision.reused if key in wanted)
    blocked = bool(refused or reused)
    status: Status = "blocked" if blocked else "ready" if changes else "unchanged"
    return Advance(
        source=source,
        target=catalog.name,
        status=status,
        changes=changes,
        refused=refused,
        reused=reused,
        overridden={key: o.reason for key, o in decision.overrides.items() if key in wanted},
        never_applied=not earlier.definitions,
        next=_next(source, catalog.name, refused=bool(refused), status=status),
    )


def _next(source: str, target: str, *, refused: bool, status: Status) -> str:
    if refused:
        return f"make up ENV={source}"
    return {
        "blocked": f"write a new reason under advance_anyway in stacks/{target}.yaml",
        "ready": f"make up ENV={target}",
        "unchanged": "",
    }[status]
