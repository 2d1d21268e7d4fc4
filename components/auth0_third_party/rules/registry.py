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

    `severity` is that of most of its findings: what is an error in the files may be a warning about
    a tenant. A fact about the API has no findings, so it has none.
    """

    id: str
    title: str
    why: str
    source: str
    severity: Literal["error", "warning", "none"]
    looks_at: LooksAt

    @property
    def family(self) -> str:
        return self.id.rpartition("-")[0]


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by id, in the order of their families."""
    return {key: _rule(key, own) for key, own in _texts().items() if key != "families"}


def families() -> Mapping[str, str]:
    """The title of each family."""
    return {key: family["title"] for key, family in _texts()["families"].items()}


def _rule(key: str, own: Mapping[str, Any]) -> Rule:
    family = _texts()["families"][key.rpartition("-")[0]]
    stated = {"source": family["source"], "looks_at": family["looks_at"], **own}
    severity = "none" if stated["looks_at"] == "API" else "error"
    return Rule(**{"id": key, "severity": severity, **stated})


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
