"""What restoring takes: resources that the engine updates, objects to remove, or why not."""

from dataclasses import replace
from pathlib import Path

import pytest

from auth0_third_party.model import names
from tests.tpa.drift.scenario import (
    ADDED_DEFAULT,
    CLIENT_GRANT,
    ORDERS,
    USER_GRANT,
    Change,
    Scenario,
    in_sync,
    more,
    scenario_of,
    write,
)
from tpa.drift.restore import is_unreadable
from tpa.drift.restore_plan import RestorePlan, plan_restore, unrecorded
from tpa.drift.restore_steps import client_resources
from tpa.environments.stack_state import (
    ERROR_PAGE_SETTING,
    GRANT,
    METADATA_DOCUMENT_SETTING,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    PROMOTION,
    RATE_LIMIT,
    REGISTRATION_SETTING,
    SCOPE_DESCRIPTION_SETTING,
    StackState,
    StateResource,
    StateResources,
)
from tpa.files.declaration import declaration_in
from tpa.tenant.objects import Connection, Grant, Organization, RateLimitPolicy

PORTAL = [
    "portal-client",
    "portal-credentials",
    "portal-grant-orders-user",
    "portal-grant-orders-client",
    "portal-grant-orders-client-northwind",
    "portal-rate-limit",
]
HELPER = ["helper-client", "helper-grant-orders-user"]
SHARED = (
    (GRANT, "default-permissions-catalog-user", "cgr_default_catalog_user", names.DEFAULTS),
    (PROMOTION, "connections-promotion-customers", "con_1", names.CONNECTIONS),
    (ORGANIZATION_ACCESS, "organization-north-access", "org_1", "organization-north"),
    (ORGANIZATION_CONNECTION, "organization-north-customers", "org_1::con_1", "organization-north"),
    (REGISTRATION_SETTING, "dynamic-registration-setting", "tenant", names.REGISTRATION),
    (ERROR_PAGE_SETTING, "error-page-setting", "tenant", names.ERROR_PAGE),
    (SCOPE_DESCRIPTION_SETTING, "scope-descriptions", "tenant", ""),
    (METADATA_DOCUMENT_SETTING, "metadata-documents", "tenant", ""),
    (RATE_LIMIT, "third-party-rate-limit-policy", "rlp_1", names.THIRD_PARTY_RATE_LIMIT),
)


def state_of(scenario: Scenario) -> StateResources:
    """The state after the last update, with the ids that the tenant of `in_sync` has."""
    ids = {"portal-rate-limit": "rlp_2"}
    ids |= {f"{key}-client": f"tpc_{key}" for key in scenario.last.clients}
    for key, client in scenario.last.clients.items():
        for grant in client.grants:
            name = names.grant_name(names.grants_name(key), grant)
            ids[name] = f"cgr_{key}_{grant.api}_{grant.subject_type}"
    own = [
        (each.type, each.name, ids.get(each.name, "x"), each.component)
        for key, client in scenario.last.clients.items()
        for each in client_resources(key, client)
    ]
    held = [*own, *SHARED]
    components = {parent for *_, parent in held if parent}
    made = [StateResource(f"urn:p::{_token(name)}::{name}", _token(name)) for name in components]
    made += [
        StateResource(f"urn:p::{_token(parent)}${kind}::{name}", kind, identity)
        for kind, name, identity, parent in held
    ]
    return StateResources(tuple(made))


def _token(component: str) -> str:
    return f"auth0-third-party:index:Of{component}"


def plan(scenario: Scenario, *wanted: str, without: str = "") -> RestorePlan:
    """Of all differences, or of these paths; the state lacks resources `without`."""
    kept = tuple(each for each in state_of(scenario).resources if each.name != without)
    seen = replace(
        scenario.seen,
        record=scenario.view.catalog.record,
        state=StackState(resources=StateResources(kept)),
    )
    found = scenario.differences()
    meant = [each for each in found.values() if not each.ignored]
    return plan_restore(seen, found.values(), [found[name] for name in wanted] or meant)


def resources(found: RestorePlan) -> list[str]:
    return [resource.name for resource in found.resources]


def removals(found: RestorePlan) -> list[str]:
    return [removal.path for removal in found.removals]


def limits(**changes: RateLimitPolicy) -> Change:
    named = {"everyone": "third_party_clients", "portal": "client_id:tpc_portal"}
    named["widget"] = "client_id:tpc_widget"
    found = {named[key]: policy for key, policy in changes.items()}
    return lambda s: s.tenant(rate_limits={**s.snapshot.rate_limits, **found})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda s: s.client("portal", name="Other"), ["portal-client"]),
        (lambda s: s.client("portal", callbacks=()), ["portal-client"]),
        (lambda s: s.client("portal", **{"refresh_token/leeway": 9}), ["portal-client"]),
        (lambda s: s.client("portal", **{"client_metadata/a%2Fb": "x"}), ["portal-client"]),
        (
            lambda s: s.replaced(
                s.view.managed["portal"], replace(s.view.managed["portal"], tag=("", ""))
            ),
            ["portal-client"],
        ),
        (lambda s: s.client("portal", keys=1), ["portal-credentials"]),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="none"),
            ["portal-credentials"],
        ),
        (limits(portal=RateLimitPolicy("rlp_2", "block", 1)), ["portal-rate-limit"]),
        (limits(everyone=RateLimitPolicy("rlp_1", "log", 1)), ["third-party-rate-limit-policy"]),
        (lambda s: s.tenant(rate_limits={}), [*PORTAL[-1:], "third-party-rate-limit-policy"]),
        (lambda s: s.grant(USER_GRANT, scopes=()), ["portal-grant-orders-user"]),
        (lambda s: s.grant(USER_GRANT, details=("payment",)), ["portal-grant-orders-user"]),
        (
            lambda s: s.grant(CLIENT_GRANT, organization_usage="require"),
            ["portal-grant-orders-client"],
        ),
        # What refers to the id of a grant that was deleted is made again with it.
        (lambda s: s.grant(CLIENT_GRANT), PORTAL[3:5]),
        (lambda s: s.links(grants=frozenset()), ["portal-grant-orders-client-northwind"]),
        (
            lambda s: s.grant("cgr_default_catalog_user", scopes=()),
            ["default-permissions-catalog-user"],
        ),
        (
            lambda s: s.tenant(connections={"customers": Connection("con_1")}),
            ["connections-promotion-customers"],
        ),
        (
            lambda s: s.tenant(organizations={"northwind": Organization("org_1", admits=False)}),
            ["organization-north-access"],
        ),
        (lambda s: s.links(connections=frozenset()), ["organization-north-customers"]),
        (lambda s: s.settings(flags={}), ["dynamic-registration-setting", "scope-descriptions"]),
        (lambda s: s.settings(error_page={"html": "<p>"}), ["error-page-setting"]),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            ["metadata-documents"],
        ),
        (lambda s: s.replaced(s.view.managed["portal"]), PORTAL),
        (lambda s: s.replaced(s.view.managed["helper"]), HELPER),
    ],
)
def test_the_engine_updates_what_differs_and_nothing_else(
    tmp_path: Path, change: Change, expected: list[str]
) -> None:
    found = plan(change(in_sync(tmp_path)))
    assert (resources(found), found.removals, found.left) == (expected, [], {})


@pytest.mark.parametrize(
    ("change", "removed", "restored"),
    [
        (
            lambda s: s.tenant(
                grants=(*s.snapshot.grants, Grant("cgr_x", "tpc_widget", ORDERS, "user", ()))
            ),
            ["/client-grants/cgr_x"],
            [],
        ),
        (
            lambda s: s.tenant(grants=(*s.snapshot.grants, ADDED_DEFAULT)),
            ["/client-grants/cgr_y"],
            [],
        ),
        (
            limits(widget=RateLimitPolicy("rlp_9", "block", 1)),
            ["/rate-limit-policies/rlp_9"],
            [],
        ),
        (
            lambda s: s.links(grants=frozenset({CLIENT_GRANT, USER_GRANT})),
            [f"/organizations/org_1/client-grants/{USER_GRANT}"],
            [],
        ),
        # In place of ours, which was deleted.
        (
            lambda s: s.grant(USER_GRANT, id="cgr_other", scopes=()),
            ["/client-grants/cgr_other"],
            ["portal-grant-orders-user"],
        ),
        (
            limits(portal=RateLimitPolicy("rlp_9", "block", 1)),
            ["/rate-limit-policies/rlp_9"],
            ["portal-rate-limit"],
        ),
    ],
)
def test_what_was_added_outside_is_removed(
    tmp_path: Path, change: Change, removed: list[str], restored: list[str]
) -> None:
    found = plan(change(in_sync(tmp_path)))
    assert (removals(found), resources(found), found.left) == (removed, restored, {})


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        (
            lambda s: s.tenant(
                connections={**s.snapshot.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "others may rely on it; demote it in the dashboard, let an application",
        ),
        (lambda s: s.tenant(connections={}), "connections/customers", "no such connection"),
        (
            lambda s: s.tenant(organizations={}),
            "organizations/northwind/third_parties",
            "no such organization",
        ),
        (
            lambda s: s.client("portal", security_mode="permissive"),
            "applications/portal/security_mode",
            "Auth0 fixes it",
        ),
        (
            lambda s: s.client("widget", token_endpoint_auth_method="client_secret_post"),
            "applications/widget/token_endpoint_auth_method",
            "set its authentication method to None",
        ),
        (
            lambda s: s.grant(USER_GRANT, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
            "Auth0 does not offer it",
        ),
    ],
)
def test_what_can_not_be_restored_is_listed_with_its_reason(
    tmp_path: Path, change: Change, path: str, why: str
) -> None:
    found = plan(change(in_sync(tmp_path)))
    assert why in found.left[path]
    assert found.empty


def test_other_changes_of_the_same_object_are_restored_with_it_and_told(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", name="Other", description="theirs")
    found = plan(drifted.client("widget", name="x"), "applications/portal/name")
    assert resources(found) == ["portal-client"]
    assert found.also == ["applications/portal/description"]


def test_an_object_with_an_ignored_difference_is_left_alone(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/description: partners word it}\n"
    catalog = write(tmp_path, **more("dev", rule))
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    drifted = scenario.client("portal", name="Other", description="theirs")
    found = plan(drifted.grant(USER_GRANT, scopes=()))
    assert resources(found) == ["portal-grant-orders-user"]
    why = found.left["applications/portal/name"]
    assert "applications/portal/description is ignored (partners word it)" in why


def test_a_resource_that_the_state_lost_is_made_below_its_component(tmp_path: Path) -> None:
    """A restore that was cut off after its refresh can be run again."""
    gone = in_sync(tmp_path).grant(USER_GRANT)
    found = plan(gone, without="portal-grant-orders-user")
    assert resources(found) == ["portal-grant-orders-user"]
    (resource,) = found.resources
    expected = f"urn:p::{_token('portal')}${GRANT}::portal-grant-orders-user"
    assert state_of(gone).urn(*resource) == expected


def test_an_application_that_the_state_lost_is_made_as_a_whole(tmp_path: Path) -> None:
    orphan = in_sync(tmp_path).client("portal", name="Other")
    found = plan(orphan, without="portal-client")
    assert (resources(found), found.recreated) == (PORTAL, [])
    deleted = in_sync(tmp_path)
    found = plan(deleted.replaced(deleted.view.managed["portal"]))
    assert found.recreated == ["portal"]


def test_a_deleted_agent_or_rate_limit_is_not_read(tmp_path: Path) -> None:
    """The official plugin fails on them."""
    scenario = in_sync(tmp_path)
    seen = replace(scenario.seen, state=StackState(resources=state_of(scenario)))
    every = [
        each
        for key, client in scenario.last.clients.items()
        for each in client_resources(key, client)
    ]
    assert not any(is_unreadable(seen, each) for each in every)
    gone = scenario.replaced(scenario.view.managed["helper"]).tenant(rate_limits={})
    blind = replace(seen, view=gone.view)
    found = [each.name for each in every if is_unreadable(blind, each)]
    assert found == ["portal-rate-limit", "helper-client"]


@pytest.mark.parametrize("lost", ["portal-client", "portal-rate-limit", "helper-grant-orders-user"])
def test_what_an_interrupted_run_made_and_did_not_record(tmp_path: Path, lost: str) -> None:
    """It is live as it was applied, so nothing differs; the engine imports it."""
    scenario = in_sync(tmp_path)
    kept = tuple(each for each in state_of(scenario).resources if each.name != lost)
    state = StackState(resources=StateResources(kept))
    seen = replace(scenario.seen, record=scenario.view.catalog.record, state=state)
    assert scenario.differences() == {}
    assert resources(plan_restore(seen, [], [], unrecorded(seen))) == [lost]
