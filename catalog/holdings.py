"""What a stack's state holds, as far as anybody but the engine may care: names and ids."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CLIENT = "auth0:index/client:Client"
CREDENTIALS = "auth0:index/clientCredentials:ClientCredentials"
GRANT = "auth0:index/clientGrant:ClientGrant"
AGENT = "auth0:index/clientCimd:ClientCimd"
RATE_LIMIT = "auth0:index/rateLimitPolicy:RateLimitPolicy"
PROMOTION = "auth0apps:index:ConnectionPromotion"
ORGANIZATION_ACCESS = "auth0apps:index:OrganizationAccess"
ORGANIZATION_CONNECTION = "auth0apps:index:OrganizationConnection"
ORGANIZATION_GRANT = "auth0apps:index:OrganizationGrant"
PROVIDER = "pulumi:providers:auth0"
Place = tuple[str, str]
"""A resource type and a logical name."""


@dataclass(frozen=True)
class Held:
    """One resource in the state. `parent`: a URN, where the state was read as a whole."""

    urn: str
    type: str
    id: str = ""
    parent: str = ""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class Holdings:
    """All of one stack's resources."""

    resources: tuple[Held, ...] = ()
    _by_place: Mapping[Place, Held] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[Place, Held] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_place", {(r.type, r.name): r for r in self.resources})
        object.__setattr__(self, "_by_id", {(r.type, r.id): r for r in self.resources if r.id})

    def named(self, resource_type: str, name: str) -> Held | None:
        """The resource of that logical name."""
        return self._by_place.get((resource_type, name))

    def with_id(self, resource_type: str, identity: str) -> Held | None:
        """The resource that stands for the live object of that id."""
        return self._by_id.get((resource_type, identity))

    def component(self, name: str) -> Held | None:
        """A component of ours, by its logical name."""
        found = (r for r in self.resources if r.name == name and r.type.startswith("auth0apps:"))
        return next(found, None)


def holdings_in(answer: Mapping[str, Any]) -> Holdings:
    """From the engine's account of a stack: URN -> {type, outputs}. Nothing but ids is kept."""
    return Holdings(
        tuple(
            Held(urn, str(entry.get("type", "")), _identity(entry.get("outputs") or {}))
            for urn, entry in answer.items()
            if isinstance(entry, Mapping)
        )
    )


def holdings_in_export(export: str) -> Holdings:
    """From what `pulumi stack export` prints; nothing but ids is kept."""
    resources = json.loads(export).get("deployment", {}).get("resources") or []
    return Holdings(
        tuple(
            Held(
                str(each["urn"]),
                str(each.get("type", "")),
                str(each.get("id") or ""),
                str(each.get("parent") or ""),
            )
            for each in resources
            if not each.get("delete")  # replaced, and about to go
        )
    )


def _identity(outputs: Mapping[str, Any]) -> str:
    """The id; our own provider's resources tell it in parts, links by both their ends."""
    if "id" in outputs or "organizationId" not in outputs:
        return str(outputs.get("id", ""))
    ends = [outputs["organizationId"], outputs.get("connectionId") or outputs.get("grantId")]
    return "::".join(str(end) for end in ends if end)
