"""What advancing one environment would change, and whether its stack would let it pass."""

from collections.abc import Collection
from typing import Any, Literal

from auth0_third_party.model.values import Model
from tpa.engine.workspace import Workspace
from tpa.environments.difference import difference
from tpa.environments.proof import judge
from tpa.environments.record import DEFAULTS, Record
from tpa.environments.risks import Change

Status = Literal["blocked", "ready", "unchanged"]


class Advance(Model):
    """The answer. `refused`: definitions that were not applied in `source` yet; `reused`: ones
    whose override has the words of another one; `overridden`: reasons by definition.
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
    workspace: Workspace, earlier: Record, before: Record, keys: Collection[str] = ()
) -> Advance:
    """What `workspace`'s files would change over `before`, judged by `earlier`'s record.

    Args:
        keys: applications to look at; empty: all.
    """
    catalog, environment = workspace.catalog, workspace.catalog.environment
    source = environment.advances_from or ""
    after = catalog.record.after(before)
    changes = difference(before, after, keys or None)
    verdict = judge(before, after, earlier, source, environment.advance_anyway)
    asked = {*keys, DEFAULTS} if keys else after.definitions.keys()
    refused = tuple(key for key in verdict.refused if key in asked)
    reused = tuple(key for key in verdict.reused if key in asked)
    blocked = bool(refused or reused)
    status: Status = "blocked" if blocked else "ready" if changes else "unchanged"
    return Advance(
        source=source,
        target=catalog.name,
        status=status,
        changes=changes,
        refused=refused,
        reused=reused,
        overridden={key: o.reason for key, o in verdict.overrides.items() if key in asked},
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
