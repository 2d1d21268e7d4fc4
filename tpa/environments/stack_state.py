"""What a stack's state holds, as far as more than the engine needs it: names, ids, the tenant."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tpa.files.environment import Environment
from tpa.files.problems import Problem

CLIENT = "auth0:index/client:Client"
CREDENTIALS = "auth0:index/clientCredentials:ClientCredentials"
GRANT = "auth0:index/clientGrant:ClientGrant"
AGENT = "auth0:index/clientCimd:ClientCimd"
RATE_LIMIT = "auth0:index/rateLimitPolicy:RateLimitPolicy"
PROMOTION = "auth0-third-party:index:ConnectionPromotion"
ORGANIZATION_ACCESS = "auth0-third-party:index:OrganizationAccess"
ORGANIZATION_CONNECTION = "auth0-third-party:index:OrganizationConnection"
ORGANIZATION_GRANT = "auth0-third-party:index:OrganizationGrant"
PROVIDER = "pulumi:providers:auth0"
Place = tuple[str, str]
"""A resource type and a logical name."""


@dataclass(frozen=True)
class StateResource:
    """One resource in the state. `parent`: a URN, where the state was read as a whole."""

    urn: str
    type: str
    id: str = ""
    parent: str = ""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]


@dataclass(frozen=True)
class StateResources:
    """All of one stack's resources."""

    resources: tuple[StateResource, ...] = ()
    _by_place: Mapping[Place, StateResource] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[Place, StateResource] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_place", {(r.type, r.name): r for r in self.resources})
        object.__setattr__(self, "_by_id", {(r.type, r.id): r for r in self.resources if r.id})

    def named(self, resource_type: str, name: str) -> StateResource | None:
        """The resource of that logical name."""
        return self._by_place.get((resource_type, name))

    def with_id(self, resource_type: str, identity: str) -> StateResource | None:
        """The resource that stands for the live object of that id."""
        return self._by_id.get((resource_type, identity))

    def component(self, name: str) -> StateResource | None:
        """A component of ours, by its logical name."""
        found = (
            r for r in self.resources if r.name == name and r.type.startswith("auth0-third-party:")
        )
        return next(found, None)


def resources_in_outputs(answer: Mapping[str, Any]) -> StateResources:
    """From the engine's account of a stack: URN -> {type, outputs}. Nothing but ids is kept."""
    return StateResources(
        tuple(
            StateResource(urn, str(entry.get("type", "")), _identity(entry.get("outputs") or {}))
            for urn, entry in answer.items()
            if isinstance(entry, Mapping)
        )
    )


def resources_in_export(export: str) -> StateResources:
    """From what `pulumi stack export` prints; nothing but ids is kept."""
    resources = json.loads(export).get("deployment", {}).get("resources") or []
    return StateResources(
        tuple(
            StateResource(
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


PORT = "localhost:"


def other_tenant(
    environment: Environment, file: str, domain: str, outputs: Mapping[str, Any]
) -> Problem | None:
    """What is wrong where the stack was applied to another tenant than `domain`.

    `outputs`: the stack's own after its last run; empty before the first one.
    """
    recorded = str(outputs.get("tenant", domain))
    if recorded == domain:
        return None
    back = f"name {recorded} again"
    if environment.embedded and recorded.startswith(PORT):
        back = f"state embedded_port: {recorded.removeprefix(PORT)} again"
    return Problem(
        file,
        0,
        "tenant",
        f"the stack was applied to {recorded}, and would now go to {domain}",
        "its record says what exists in the old tenant; in the new one it would change or delete by"
        " ids that mean nothing there",
        f"use a new environment for {domain}, or {back}",
    )
