"""What a stack holds, and the way back from what somebody bent."""

from catalog.holdings import AGENT, CLIENT, CREDENTIALS, GRANT, RATE_LIMIT, Held, Holdings
from survey.restoring import Ground, Restoration, restoration
from survey.set_back import PLANS
from tests.survey.values import Sides

PORTAL = "/clients/tpc_portal"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::project::{kind}::{name}"


def held(kind: str, name: str, identity: str = "x", parent: str = "") -> Held:
    return Held(urn(kind, name), kind, identity, urn("component", parent) if parent else "")


HELD = Holdings(
    (
        held(CLIENT, "portal-client", "tpc_portal", "portal"),
        held(CREDENTIALS, "portal-credentials", parent="portal"),
        held(GRANT, "portal-grant-orders-user", parent="portal"),
        held(GRANT, "portal-grant-orders-client", parent="portal"),
        held(CLIENT, "portal-two-client", "tpc_two", "portal-two"),
        held(AGENT, "helper-client", "tpc_helper", "helper"),
        held(GRANT, "helper-grant-orders-user", parent="helper"),
        held(GRANT, "default-permissions-catalog-user", parent="default-permissions"),
        held(RATE_LIMIT, "rate-limits-portal", parent="rate-limits"),
        held(RATE_LIMIT, "rate-limits-third-parties", parent="rate-limits"),
    )
)


def plan(sides: Sides, ahead: tuple[str, ...] = ()) -> Restoration:
    chosen = list(sides.differences().values())
    return restoration(Ground(sides.view, sides.last, HELD, ahead), chosen, PLANS)


def names(urns: list[str]) -> list[str]:
    return [each.rpartition("::")[2] for each in urns]
