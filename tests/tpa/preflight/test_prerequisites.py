"""What a tenant lacks, with the line that needs it and the fix."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.preflight.conftest import APIS_SEEN, DEV, DOMAIN, FITTING, Files, errors, snapshot
from tpa.environments.stack_state import CLIENT, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.context import PreflightContext
from tpa.preflight.prerequisites import check_recorded_clients, check_scopes, lost_everything
from tpa.tenant.objects import Api, Connection
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


def record(
    files: Files, previous: dict[str, Any], *held: StateResource, restoring: bool = False
) -> list[Problem]:
    resources = StateResources(held) if held else None
    context = PreflightContext(files.load(), DOMAIN, FITTING, held=resources)
    return list(check_recorded_clients(context, previous, restoring=restoring))


def test_a_recorded_client_that_exists(files: Files) -> None:
    assert record(files, {"applications": {"portal": {"client_id": "tpc_1"}}}) == []


def test_a_recorded_client_that_is_gone(files: Files) -> None:
    (problem,) = record(files, {"applications": {"portal": {"client_id": "tpc_2"}}})
    assert problem.field == "environments.dev"
    assert problem.what == f"the stack records tpc_2, which {DOMAIN} does not have"
    assert problem.severity == "warning"  # without the state it may have been made again
    assert "tpa drift -e dev --restore" in problem.fix


@pytest.mark.parametrize("previous", [{}, {"applications": {"portal": {"client_id": "tpc_2"}}}])
@pytest.mark.parametrize(
    ("name", "client_id", "severities"),
    [
        ("portal", "tpc_1", []),
        ("portal", "tpc_2", ["error"]),  # an update would see no change, perhaps of another tenant
        ("widget", "tpc_2", ["warning"]),  # no longer declared: it is about to be deleted
    ],
)
def test_what_the_state_holds_is_live(
    files: Files, previous: dict[str, Any], name: str, client_id: str, severities: list[str]
) -> None:
    held = StateResource(f"urn::{CLIENT}::{name}-client", CLIENT, client_id)
    assert [each.severity for each in record(files, previous, held)] == severities
    warned = record(files, previous, held, restoring=True)
    assert [each.severity for each in warned] == ["warning"] * len(severities)


@pytest.mark.parametrize(
    ("ids", "lost"), [([], False), (["tpc_2"], True), (["tpc_1", "tpc_2"], False)]
)
def test_a_tenant_that_lost_its_data(ids: list[str], *, lost: bool) -> None:
    held = StateResources(tuple(StateResource(f"urn::{CLIENT}::{i}", CLIENT, i) for i in ids))
    assert lost_everything(held, FITTING) is lost


def test_a_record_without_an_id(files: Files) -> None:
    (problem,) = record(files, {"applications": {"portal": {"client_id": None}}})
    assert problem.what == "is recorded without a client id"


def test_without_a_record_nothing_is_missing(files: Files) -> None:
    assert record(files, {}) == []
    assert record(files, {"applications": ["of another program"]}) == []


def test_a_record_of_another_shape_does_not_end_in_a_traceback(files: Files) -> None:
    assert len(record(files, {"applications": {"portal": "of another program"}})) == 1
