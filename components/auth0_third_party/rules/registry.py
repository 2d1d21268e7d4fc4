"""Every rule that a finding may name: Auth0's by the subject of its pages, and ours.

Auth0's families: TP-CREATE, CG, DC, ORP, RT, DCR, CIMD, ORG, MIG, X, LP, MG. Ours: FILE, ENV, PRE,
LIVE. `registry.toml` has their texts.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

LooksAt = Literal["files", "tenant", "state", "partner", "API"]
LOOKS_AT: Mapping[LooksAt, str] = {
    "files": "the files, or a component's arguments",
    "tenant": "the tenant, before the first write",
    "state": "the state of the stacks",
    "partner": "what the partner's code needs (`needs:` in the application's file)",
    "API": "how Auth0's server behaves; nothing to correct in files",
}


@dataclass(frozen=True)
class Rule:
    """One rule. `source`: the page or RFC that it is from, or a page of this repository.

    `severity` is that of most of its findings: a rule that makes an error of what the files say may
    be a warning about a tenant.
    """

    id: str
    title: str
    why: str
    source: str
    severity: Literal["error", "warning"]
    looks_at: LooksAt

    @property
    def family(self) -> str:
        return self.id.rpartition("-")[0]


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, in the order of their families."""
    families = _texts()["families"]
    return {
        key: Rule(
            **{"id": key, "severity": "error", **_defaults(families[key.rpartition("-")[0]]), **own}
        )
        for key, own in _texts().items()
        if key != "families"
    }


def families() -> Mapping[str, str]:
    """The title of each family."""
    return {key: family["title"] for key, family in _texts()["families"].items()}


def _defaults(family: Mapping[str, str]) -> dict[str, Any]:
    return {key: family[key] for key in ("source", "looks_at")}


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
