"""Another stack on the same tenant: refused where it is ours, and its untagged objects are left."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, errors, snapshot
from tpa.environments.stack_state import CLIENT, StateResource, StateResources
from tpa.preflight.context import PreflightContext
from tpa.preflight.run import run_checks
from tpa.tenant.objects import Client, Grant, RateLimitPolicy

URN = f"urn:pulumi:dev::project::{CLIENT}::portal-client"
DOCUMENT = "https://agent.example.com/client.json"
AGENT = Client("tpc_a", "Agent", third_party=True, mode="strict", document=DOCUMENT)
DEFAULT = Grant("cgr_1", "", "https://catalog.example.com", "user", ("read:products",))


def other(stack: str) -> Client:
    return Client("tpc_9", "Other", third_party=True, mode="strict", tag=("other", stack))


def test_another_environment_of_these_files(files: Files) -> None:
    seen = snapshot(clients=(other("project/staging"),))
    (problem,) = errors(files.load(), seen, StateResources())
    assert (problem.file, problem.field, problem.rule) == ("stacks/dev.yaml", "tenant", "ENV-12")
    assert f"{DOMAIN} is the tenant of stacks/staging.yaml too, by tpc_9" in problem.what


@pytest.mark.parametrize("stack", ["", STACK, "shop/dev"])
def test_no_stack_and_those_of_other_projects(files: Files, stack: str) -> None:
    assert errors(files.load(), snapshot(clients=(other(stack),)), StateResources()) == []


def test_a_stack_that_was_renamed_still_holds_its_clients(files: Files) -> None:
    """Its next update writes the new tag."""
    held = StateResources((StateResource(URN, CLIENT, "tpc_9"),))
    assert errors(files.load(), snapshot(clients=(other("project/old"),)), held) == []


def limit(files: Files) -> dict[str, Any]:
    files.write("stacks/tenant.yaml", {"rate_limit": {"limit": 5}})
    return {"rate_limits": {"third_party_clients": RateLimitPolicy("rlp_1", "block", 5)}}


def default(_files: Files) -> dict[str, Any]:
    return {"grants": (DEFAULT,)}


def agent(files: Files) -> dict[str, Any]:
    owner = {"organization": "Acme", "contact": "a@acme.example"}
    files.write("stacks/agents/bot.yaml", {"document": DOCUMENT, "owner": owner})
    files.live("bot")
    return {"clients": (AGENT,), "settings": {"client_id_metadata_document_supported": True}}


@pytest.mark.parametrize(
    ("make", "identity"), [(limit, "rlp_1"), (default, "cgr_1"), (agent, "tpc_a")]
)
def test_what_carries_no_tag_is_imported_only_where_this_stack_is_alone(
    files: Files, make: Callable[[Files], dict[str, Any]], identity: str
) -> None:
    seen = snapshot(**make(files))
    catalog, held = files.load(), StateResources()
    alone = PreflightContext(catalog, DOMAIN, seen, STACK, held)
    assert errors(catalog, seen, held) == []
    assert identity in run_checks(alone)[1].values()
    shared = replace(seen, clients=(*seen.clients, other("shop/dev")))
    (problem,) = errors(catalog, shared, held)
    assert problem.rule == "ENV-12"
    assert identity in problem.what
    assert problem.what.endswith("perhaps for shop/dev")
    assert "leave it to the stack that has it" in problem.fix
    assert identity not in run_checks(replace(alone, snapshot=shared))[1].values()
