"""What a tenant lacks, with the line that needs it and the fix."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.matching_tenant import default, grant
from tests.tpa.preflight.conftest import (
    APIS_SEEN,
    DEV,
    DOMAIN,
    FITTING,
    PORTAL,
    STACK,
    Files,
    errors,
    findings,
    snapshot,
)
from tpa.environments.stack_state import CLIENT, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext
from tpa.preflight.prerequisites import check_scopes
from tpa.tenant.objects import Api, Client, Connection
from tpa.tenant.snapshot import TenantSnapshot


def check_tenant(catalog: Catalog, domain: str, seen: TenantSnapshot) -> list[Problem]:
    assert domain == DOMAIN
    return errors(catalog, seen)


def only(catalog: Catalog, seen: TenantSnapshot) -> Problem:
    (problem,) = errors(catalog, seen)
    return problem


def test_a_matching_tenant_has_no_problem(files: Files) -> None:
    assert list(check_tenant(files.load(), DOMAIN, FITTING)) == []


def test_a_missing_api_is_told_where_it_is_stated(files: Files) -> None:
    apis = {**APIS_SEEN, "https://order.example.com": Api(frozenset({"read:orders"}))}
    del apis["https://orders.example.com"]
    problem = only(files.load(), snapshot(apis=apis))
    assert (problem.file, problem.field) == ("stacks/apis.yaml", "apis.orders.audience")
    assert problem.why == "stacks/applications/portal.yaml: grants[0] names it"
    assert problem.what == f"{DOMAIN} has no API 'https://orders.example.com'"
    assert "did you mean 'https://order.example.com'?" in problem.fix


def test_a_missing_api_of_a_default_permission(files: Files) -> None:
    apis = {key: value for key, value in APIS_SEEN.items() if "catalog" not in key}
    problem = only(files.load(), snapshot(apis=apis))
    assert (problem.file, problem.field) == ("stacks/apis.yaml", "apis.catalog.audience")


def test_a_missing_api_of_several_grants_is_one_problem(files: Files) -> None:
    grant = {"api": "orders", "scopes": ["read:orders"]}
    files.portal(grants=[{**grant, "subject_type": kind} for kind in ("user", "client")])
    apis = {key: value for key, value in APIS_SEEN.items() if "orders" not in key}
    problem = only(files.load(), snapshot(apis=apis))
    assert (problem.file, problem.field) == ("stacks/apis.yaml", "apis.orders.audience")
    assert problem.why == "2 grants name it"


def test_the_audience_of_the_environment_is_looked_up(files: Files) -> None:
    files.dev(audiences={"orders": "https://orders.dev.example.com"})
    problem = only(files.load(), FITTING)
    assert "'https://orders.dev.example.com'" in problem.what
    assert (problem.file, problem.field) == ("stacks/dev.yaml", "audiences.orders")


def test_a_scope_that_the_api_does_not_have(files: Files) -> None:
    apis = {**APIS_SEEN, "https://orders.example.com": Api(frozenset({"read:order"}))}
    problem = only(files.load(), snapshot(apis=apis))
    assert problem.field == "grants[0].scopes"
    assert "has no scope 'read:orders'" in problem.what
    assert "did you mean 'read:order'?" in problem.fix


def test_a_missing_connection_is_named_as_the_file_names_it(files: Files) -> None:
    problem = only(files.load(), snapshot(connections={"customer": Connection("con_1")}))
    assert (problem.file, problem.field) == ("stacks/dev.yaml", "connections.people")
    assert problem.what == f"{DOMAIN} has no connection 'customers'"
    assert "did you mean 'customer'?" in problem.fix


def test_a_connection_that_no_application_uses_may_be_missing(files: Files) -> None:
    files.dev(connections={**DEV["connections"], "google": "google-oauth2"})
    assert list(check_tenant(files.load(), DOMAIN, FITTING)) == []


def test_what_can_not_be_read_is_not_called_missing(files: Files) -> None:
    lacking = ("read:connections", "read:resource_servers")
    seen = TenantSnapshot(missing_scopes=lacking)
    (found,) = check_tenant(files.load(), DOMAIN, seen)
    assert found.what.endswith(f"lacks the scopes {', '.join(lacking)}")
    assert found.fix.startswith("grant them on the Management API")


READING = TenantSnapshot(
    missing_scopes=("create:clients", "read:client_keys", "read:connections"), read_only=True
)


def test_a_token_that_only_reads_is_enough_for_a_preview(files: Files) -> None:
    """Only scopes for reading are reported as missing, not those of an update."""
    catalog = files.load()
    warned, lacking = check_scopes(PreflightContext(catalog, DOMAIN, READING, updating=False))
    assert warned.severity == "warning"
    assert warned.what == f"the management token for {DOMAIN} only reads"
    assert "tpa scopes -e dev" in warned.fix
    assert lacking.what.endswith("lacks the scope read:connections")
    assert lacking.severity == "error"


def test_a_token_that_only_reads_is_refused_by_an_update(files: Files) -> None:
    (found,) = check_scopes(PreflightContext(files.load(), DOMAIN, READING))
    assert found.severity == "error"
    assert found.what.endswith("create:clients, read:client_keys, read:connections")


def test_a_token_that_writes_needs_all_scopes_even_in_a_preview(files: Files) -> None:
    seen = replace(READING, read_only=False)
    (found,) = check_scopes(PreflightContext(files.load(), DOMAIN, seen, updating=False))
    assert found.what.endswith("create:clients, read:client_keys, read:connections")


def test_all_problems_are_reported_at_once(files: Files) -> None:
    found = list(
        check_tenant(files.load(), DOMAIN, TenantSnapshot(missing_scopes=("update:clients",)))
    )
    assert len(found) == 1 + 2 + 1


GLOBAL = Client("global", "All Applications", is_global=True)


def tenant(clients: int, **changes: Any) -> TenantSnapshot:
    """One with so many applications, none of them of the files; the global client is none."""
    others = tuple(Client(f"first-{number}", "Own") for number in range(clients))
    return snapshot(clients=(*others, GLOBAL), grants=(default(),), **changes)


def limits(files: Files, seen: TenantSnapshot, held: StateResources | None = None) -> list[Problem]:
    found = findings(files.load(), seen, held)
    return [each for each in found if each.rule == "MG-19"]


@pytest.mark.parametrize(("live", "fits"), [(9, True), (10, False), (12, False)])
def test_an_application_too_many(files: Files, live: int, fits: bool) -> None:
    files.dev(limits={"applications": 10})
    found = limits(files, tenant(live))
    assert [each.severity for each in found] == ([] if fits else ["error"])
    for problem in found:
        assert (problem.file, problem.path) == ("stacks/dev.yaml", ("limits", "applications"))
        assert f"has {live} applications, and this update creates 1 more (portal)" in problem.what
        assert problem.fix.startswith(f"remove {live - 9} there first")


def test_every_kind_of_new_application_counts(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    agent = {"document": "https://agent.test/client.json", "owner": owner}
    files.write("stacks/agents/helper.yaml", agent)
    files.write("stacks/applications/second.yaml", {**PORTAL, "name": "Second"})
    files.live("helper")
    files.dev(limits={"applications": 10})
    (problem,) = limits(files, tenant(8))
    assert "creates 3 more (portal, second, helper)" in problem.what


def test_what_is_live_or_in_the_state_is_not_created(files: Files) -> None:
    files.dev(limits={"applications": 1, "client_grants": 1})
    ours = Client("tpc_1", "Portal", True, "strict", tag=("portal", STACK))
    assert limits(files, snapshot(clients=(ours, GLOBAL), grants=(grant(), default()))) == []
    held = StateResources((StateResource("urn::portal-client", CLIENT, "tpc_gone"),))
    files.dev(limits={"applications": 1})
    assert limits(files, tenant(3), held) == []


def test_grants_are_counted_too(files: Files) -> None:
    files.dev(limits={"client_grants": 1})
    (problem,) = limits(files, tenant(0))
    assert problem.path == ("limits", "client_grants")
    assert "has 1 client grants, and this update creates 1 more" in problem.what


@pytest.mark.parametrize(
    ("live", "warned"), [(8, False), (9, False), (10, True), (11, False), (100, True)]
)
def test_a_plan_that_no_file_states_is_warned_of_where_it_may_end(
    files: Files, live: int, warned: bool
) -> None:
    """A tenant that has eleven applications has no Free plan."""
    files.dev(tenant="acme-dev.auth0.com", embedded_port=None)
    found = limits(files, tenant(live))
    assert [each.severity for each in found] == (["warning"] if warned else [])
    for problem in found:
        assert "state limits: {applications: …}" in problem.fix


def test_an_embedded_tenant_has_no_plan(files: Files) -> None:
    assert limits(files, tenant(10)) == []


def test_what_could_not_be_read_is_not_counted(files: Files) -> None:
    files.dev(limits={"applications": 1})
    unread = TenantSnapshot(FITTING.apis, FITTING.connections, missing_scopes=("read:clients",))
    assert [each.path for each in limits(files, unread)] == []
