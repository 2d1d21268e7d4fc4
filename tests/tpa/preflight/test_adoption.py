"""A line of `adopt` takes an application over as it is, or stops the run."""

from typing import Any

import pytest

from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tpa.environments.stack_state import (
    AGENT,
    CLIENT,
    CREDENTIALS,
    GRANT,
    StateResource,
    StateResources,
)
from tpa.preflight.inspection import Inspection
from tpa.preflight.run import ADOPTIONS, inspect
from tpa.tenant.facets import application_facets
from tpa.tenant.objects import Client, Grant
from tpa.tenant.snapshot import Snapshot

NOTHING = StateResources()
LIVE = "tpc_9"
OWN = Grant("cgr_9", LIVE, "https://orders.example.com", "user", ("read:orders",))


def twin(files: Files, **changes: Any) -> Client:
    """A live client without our tag that is just what the file says."""
    facets = application_facets(files.load().applications["portal"])
    fields: dict[str, Any] = {"name": "Portal", "third_party": True, "mode": "strict"}
    return Client(LIVE, **fields | {"facets": facets} | changes)


def said(files: Files, seen: Snapshot, held: StateResources | None = NOTHING) -> list[str]:
    found = inspect(Inspection(files.load(), DOMAIN, seen, STACK, held))
    return [str(problem) for problem in found if problem.severity == "error"]


def taken(
    files: Files, seen: Snapshot, held: StateResources = NOTHING
) -> dict[str, dict[str, str]]:
    inspection = Inspection(files.load(), DOMAIN, seen, STACK, held)
    return {kind: find(inspection) for kind, find in ADOPTIONS.items()}


@pytest.fixture
def adopting(files: Files) -> Files:
    files.dev(adopt={"portal": LIVE})
    return files


def test_client_credentials_and_grant_are_imported(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    assert said(adopting, seen) == []
    found = taken(adopting, seen)
    assert found[CLIENT] == {"portal-client": LIVE}
    assert found[CREDENTIALS] == {"portal-credentials": LIVE}
    assert found[GRANT] == {"portal-grant-orders-user": "cgr_9"}


def test_after_a_run_that_was_cut_off_the_rest_is_imported(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    urn = "urn:pulumi:dev::project::x:index:A$auth0:index/client:Client::portal-client"
    found = taken(adopting, seen, StateResources((StateResource(urn, CLIENT, LIVE),)))
    assert found[CLIENT] == {}
    assert found[CREDENTIALS] == {"portal-credentials": LIVE}
    assert found[GRANT] == {"portal-grant-orders-user": "cgr_9"}


@pytest.mark.parametrize(
    ("name", "live", "words"),
    [
        ("description", "Other", "description is '' here and 'Other'"),
        ("callbacks", ("https://evil.test/cb",), "and [https://evil.test/cb] in"),
        ("client_metadata.tier", "gold", "client_metadata.tier is absent here"),
        ("access_token_lifetime", None, "and absent in"),
    ],
)
def test_a_take_over_is_no_change_in_disguise(
    adopting: Files, name: str, live: object, words: str
) -> None:
    facets = {**twin(adopting).facets, name: live}
    (problem,) = said(adopting, snapshot(clients=(twin(adopting, facets=facets),), grants=(OWN,)))
    assert words in problem
    assert problem.startswith("stacks/applications/portal.yaml")


def test_a_grant_that_is_not_there_would_be_a_change(adopting: Files) -> None:
    (problem,) = said(adopting, snapshot(clients=(twin(adopting),)))
    assert "has no grant for https://orders.example.com (user)" in problem


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"keys": ("cred_1",)}, "signs with keys"),
        (
            {"tag": ("portal", "project/prod")},
            "carries the ownership tag of another stack, project/prod",
        ),
        ({"third_party": False, "mode": "", "facets": {}}, "is a first-party application"),
    ],
)
def test_what_can_not_be_taken_over(adopting: Files, changes: dict[str, Any], words: str) -> None:
    problems = said(adopting, snapshot(clients=(twin(adopting, **changes),), grants=(OWN,)))
    assert any(words in problem for problem in problems)


def test_a_client_that_is_not_there(adopting: Files) -> None:
    (problem,) = said(adopting, snapshot(clients=()))
    assert f"{DOMAIN} has no application {LIVE}" in problem
    assert "adopt.portal" in problem


def held_as(name: str, identity: str) -> StateResources:
    return StateResources(
        (StateResource(f"urn:pulumi:dev::project::{CLIENT}::{name}", CLIENT, identity),)
    )


def test_a_line_that_has_done_its_work(adopting: Files) -> None:
    seen = Inspection(
        adopting.load(),
        DOMAIN,
        snapshot(clients=(twin(adopting),), grants=(OWN,)),
        STACK,
        held_as("portal-client", LIVE),
    )
    (done,) = [found for found in inspect(seen) if found.field == "adopt.portal"]
    assert (done.severity, done.fix) == ("warning", "remove it")


def test_a_key_that_stands_for_another_application(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting), Client("tpc_2", third_party=True, mode="strict")))
    (problem,) = said(adopting, seen, held_as("portal-client", "tpc_2"))
    assert "this stack holds tpc_2 as portal" in problem


def test_an_application_that_has_a_key_already(adopting: Files) -> None:
    seen = snapshot(clients=(twin(adopting),), grants=(OWN,))
    problems = said(adopting, seen, held_as("other-client", LIVE))
    assert any("as other-client" in problem for problem in problems)


def test_without_the_state_nothing_is_said(adopting: Files) -> None:
    assert said(adopting, snapshot(clients=()), None) == []


def test_an_agent_is_imported_by_its_document(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    document = "https://agent.test/client.json"
    files._write("agents/helper", {"document": document, "owner": owner})
    files.dev(agents=["helper"])
    agent = Client("tpc_7", "Helper", third_party=True, mode="strict", document=document)
    assert taken(files, snapshot(clients=(agent,)))[AGENT] == {"helper-client": "tpc_7"}
