"""A stack goes to the tenant that it was applied to, and nowhere else."""

import json

import pytest

from tests.tpa.files.conftest import Project
from tpa.environments.stack_state import (
    CLIENT,
    PROVIDER,
    StackState,
    other_tenant,
    state_in_answers,
    state_in_export,
)

DOMAIN = "acme.eu.auth0.com"
ADDRESS = "urn:pulumi:dev::project::"
APPLIED = StackState({"tenant": DOMAIN})


@pytest.mark.parametrize("state", [StackState(), APPLIED])
@pytest.mark.parametrize("domain", [DOMAIN, "Acme.eu.auth0.com.", f"{DOMAIN}:443"])
def test_the_same_tenant_and_a_first_run(project: Project, state: StackState, domain: str) -> None:
    catalog = project.load()
    assert other_tenant(catalog.environment, catalog.file, domain, state) is None


def test_an_embedded_tenant_on_another_port(project: Project) -> None:
    project.dev(tenant="embedded", embedded_port=8445)
    catalog = project.load()
    recorded = StackState({"tenant": "localhost:8442"})
    problem = other_tenant(catalog.environment, catalog.file, "localhost:8445", recorded)
    assert problem is not None
    assert problem.what.endswith("localhost:8442, and would now go to localhost:8445")
    assert problem.fix.endswith("or state embedded_port: 8442 again")


def held(*types: str, domain: str = "other.eu.auth0.com") -> tuple[StackState, StackState]:
    """The state after a first run that failed, which has no outputs: as the engine answers a
    program, and as it exports it.
    """
    outputs = {"id": "x", "domain": domain}
    entries = {f"{ADDRESS}{each}::a": {"type": each, "outputs": outputs} for each in types}
    listed = [{"urn": urn, "id": "x", **entry} for urn, entry in entries.items()]
    export = json.dumps({"deployment": {"resources": listed}})
    return state_in_answers({}, {"outputs": entries}), state_in_export(export)


def test_a_first_run_that_failed_has_chosen_its_tenant(project: Project) -> None:
    catalog = project.load()
    for state in held(PROVIDER, CLIENT):
        assert state.outputs == {}
        problem = other_tenant(catalog.environment, catalog.file, DOMAIN, state)
        assert problem is not None
        assert "applied to other.eu.auth0.com, and would now go" in problem.what
    for state in held(PROVIDER, CLIENT, domain=DOMAIN):
        assert other_tenant(catalog.environment, catalog.file, DOMAIN, state) is None


def test_one_that_wrote_nothing_has_not(project: Project) -> None:
    catalog = project.load()
    for state in held(PROVIDER):
        assert other_tenant(catalog.environment, catalog.file, DOMAIN, state) is None
