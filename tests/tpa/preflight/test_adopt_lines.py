"""A line of `adopt` imports an application unchanged, or stops the run."""

from typing import Any

import pytest

from auth0_third_party.model.client import declared_values
from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tests.tpa.preflight.conftest import imports as of_type
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    StateResource,
    StateResources,
)
from tpa.preflight.context import PreflightContext
from tpa.preflight.run import run_checks
from tpa.tenant.objects import Client, Grant
from tpa.tenant.snapshot import TenantSnapshot

NOTHING = StateResources()
LIVE = "tpc_9"
OWN = Grant("cgr_9", LIVE, "https://orders.example.com", "user", ("read:orders",))


def twin(files: Files, **changes: Any) -> Client:
    """A live client without ownership tags that is as declared."""
    values = declared_values(files.load().applications["portal"])
    fields: dict[str, Any] = {"name": "Portal", "third_party": True, "mode": "strict"}
    return Client(LIVE, **fields | {"values": values} | changes)


def errors(files: Files, seen: TenantSnapshot, held: StateResources | None = NOTHING) -> list[str]:
    found, _ = run_checks(PreflightContext(files.load(), DOMAIN, seen, STACK, held))
    return [str(problem) for problem in found if problem.severity == "error"]


def imports(
    files: Files, seen: TenantSnapshot, held: StateResources = NOTHING
) -> dict[str, dict[str, str]]:
    context = PreflightContext(files.load(), DOMAIN, seen, STACK, held)
    return {kind: of_type(context, kind) for kind in (CLIENT, CREDENTIALS, GRANT, AGENT)}


@pytest.fixture
def adopting(files: Files) -> Files:
    files.dev(adopt={"portal": LIVE})
    return files


def test_client_credentials_and_grant_are_imported(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    assert errors(adopting, seen) == []
    found = imports(adopting, seen)
    assert found[CLIENT] == {"portal-client": LIVE}
    assert found[CREDENTIALS] == {"portal-credentials": LIVE}
    assert found[GRANT] == {"portal-grant-orders-user": "cgr_9"}


def test_after_an_interrupted_run_the_rest_is_imported(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    urn = "urn:pulumi:dev::project::x:index:A$auth0:index/client:Client::portal-client"
    found = imports(adopting, seen, StateResources((StateResource(urn, CLIENT, LIVE),)))
    assert found[CLIENT] == {}
    assert found[CREDENTIALS] == {"portal-credentials": LIVE}
    assert found[GRANT] == {"portal-grant-orders-user": "cgr_9"}


@pytest.mark.parametrize(
    ("name", "live", "expected"),
    [
        ("description", "Other", "description is '' here and 'Other'"),
        ("callbacks", ("https://evil.test/cb",), "and [https://evil.test/cb] in"),
        ("client_metadata.tier", "gold", "client_metadata.tier is not set here"),
        ("access_token_lifetime", None, "and not set in"),
    ],
)
def test_an_import_that_would_change_something_is_refused(
    adopting: Files, name: str, live: object, expected: str
) -> None:
    values = {**twin(adopting).values, tuple(name.split(".")): live}
    values = {path: value for path, value in values.items() if value is not None}
    (problem,) = errors(adopting, snapshot(clients=(twin(adopting, values=values),), grants=(OWN,)))
    assert expected in problem
    assert problem.startswith("stacks/applications/portal.yaml")


def test_a_grant_that_does_not_exist_would_be_a_change(adopting: Files) -> None:
    (problem,) = errors(adopting, snapshot(clients=(twin(adopting),)))
    assert "has no grant for https://orders.example.com (user access)" in problem


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"keys": ("cred_1",)}, "authenticates with keys"),
        (
            {"tag": ("portal", "project/prod")},
            "has the ownership tag of another stack, project/prod",
        ),
        ({"third_party": False, "mode": "", "values": {}}, "is a first-party application"),
    ],
)
def test_what_can_not_be_imported(adopting: Files, changes: dict[str, Any], expected: str) -> None:
    problems = errors(adopting, snapshot(clients=(twin(adopting, **changes),), grants=(OWN,)))
    assert any(expected in problem for problem in problems)


def test_a_client_that_does_not_exist(adopting: Files) -> None:
    (problem,) = errors(adopting, snapshot(clients=()))
    assert f"{DOMAIN} has no application {LIVE}" in problem
    assert "adopt.portal" in problem


def held_as(name: str, identity: str) -> StateResources:
    return StateResources(
        (StateResource(f"urn:pulumi:dev::project::{CLIENT}::{name}", CLIENT, identity),)
    )


def test_a_line_that_is_no_longer_needed(adopting: Files) -> None:
    seen = PreflightContext(
        adopting.load(),
        DOMAIN,
        snapshot(clients=(twin(adopting),), grants=(OWN,)),
        STACK,
        held_as("portal-client", LIVE),
    )
    (done,) = [found for found in run_checks(seen)[0] if found.field == "adopt.portal"]
    assert (done.severity, done.fix) == ("warning", "remove it")


def test_a_key_of_another_application(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting), Client("tpc_2", third_party=True, mode="strict")))
    (problem,) = errors(adopting, seen, held_as("portal-client", "tpc_2"))
    assert "the state has tpc_2 as portal" in problem


def test_an_application_that_is_in_the_state_under_another_key(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    problems = errors(adopting, seen, held_as("other-client", LIVE))
    assert any("as other-client" in problem for problem in problems)


def test_without_the_state_nothing_is_errors(adopting: Files) -> None:
    assert errors(adopting, snapshot(clients=()), None) == []


def test_an_agent_is_imported_by_its_document(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    document = "https://agent.test/client.json"
    files.write("stacks/agents/helper.yaml", {"document": document, "owner": owner})
    files.live("helper")
    agent = Client("tpc_7", "Helper", third_party=True, mode="strict", document=document)
    assert imports(files, snapshot(clients=(agent,)))[AGENT] == {"helper-client": "tpc_7"}
