"""The state of a stack, and the plan that restores a scenario."""

from tpa.drift.restore_plan import RestoreContext, RestorePlan, plan_restore
from tpa.drift.restore_requests import PLANNERS

from tests.tpa.drift.scenario import Scenario
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


def resource(kind: str, name: str, identity: str = "x", parent: str = "") -> StateResource:
    return StateResource(
        urn(kind, name), kind, identity, urn("component", parent) if parent else ""
    )


STATE = StateResources(
    (
        resource(CLIENT, "portal-client", "tpc_portal", "portal"),
        resource(CREDENTIALS, "portal-credentials", parent="portal"),
        resource(GRANT, "portal-grant-orders-user", parent="portal"),
        resource(GRANT, "portal-grant-orders-client", parent="portal"),
        resource(CLIENT, "portal-two-client", "tpc_two", "portal-two"),
        resource(AGENT, "helper-client", "tpc_helper", "helper"),
        resource(GRANT, "helper-grant-orders-user", parent="helper"),
        resource(GRANT, "default-permissions-catalog-user", parent="default-permissions"),
        resource(RATE_LIMIT, "portal-rate-limit", parent="portal"),
        resource(RATE_LIMIT, "third-party-rate-limit-policy", parent="third-party-rate-limit"),
    )
)


def plan(scenario: Scenario, unapplied: tuple[str, ...] = ()) -> RestorePlan:
    chosen = list(scenario.differences().values())
    return plan_restore(
        RestoreContext(scenario.view, scenario.last, STATE, unapplied), chosen, PLANNERS
    )


def names(urns: list[str]) -> list[str]:
    return [each.rpartition("::")[2] for each in urns]
