"""What a stack holds, and the way back from what somebody bent."""

from tests.tpa.drift.values import Sides
from tpa.drift.restore_plan import Ground, Restoration, restoration
from tpa.drift.restore_writes import PLANS
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    RATE_LIMIT,
    StateResource,
    StateResources,
)

PORTAL = "/clients/tpc_portal"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::project::{kind}::{name}"


def held(kind: str, name: str, identity: str = "x", parent: str = "") -> StateResource:
    return StateResource(
        urn(kind, name), kind, identity, urn("component", parent) if parent else ""
    )


HELD = StateResources(
    (
        held(CLIENT, "portal-client", "tpc_portal", "portal"),
        held(CREDENTIALS, "portal-credentials", parent="portal"),
        held(GRANT, "portal-grant-orders-user", parent="portal"),
        held(GRANT, "portal-grant-orders-client", parent="portal"),
        held(CLIENT, "portal-two-client", "tpc_two", "portal-two"),
        held(AGENT, "helper-client", "tpc_helper", "helper"),
        held(GRANT, "helper-grant-orders-user", parent="helper"),
        held(GRANT, "default-permissions-catalog-user", parent="default-permissions"),
        held(RATE_LIMIT, "portal-rate-limit", parent="portal"),
        held(RATE_LIMIT, "third-party-rate-limit-policy", parent="third-party-rate-limit"),
    )
)


def plan(sides: Sides, ahead: tuple[str, ...] = ()) -> Restoration:
    chosen = list(sides.differences().values())
    return restoration(Ground(sides.view, sides.last, HELD, ahead), chosen, PLANS)


def names(urns: list[str]) -> list[str]:
    return [each.rpartition("::")[2] for each in urns]
