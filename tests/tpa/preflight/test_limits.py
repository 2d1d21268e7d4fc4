"""The numbers of a plan are counted before the first write."""

from typing import Any

import pytest

from tests.tpa.matching_tenant import default, grant
from tests.tpa.preflight.conftest import FITTING, PORTAL, STACK, Files, findings, snapshot
from tpa.environments.stack_state import CLIENT, StateResource, StateResources
from tpa.files.problems import Problem
from tpa.tenant.objects import Client
from tpa.tenant.snapshot import TenantSnapshot

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
