"""A stack goes to the tenant that it was applied to, and nowhere else."""

import pytest

from tests.tpa.files.conftest import Project
from tpa.environments.stack_state import other_tenant

DOMAIN = "acme.eu.auth0.com"


@pytest.mark.parametrize("outputs", [{}, {"tenant": DOMAIN}])
def test_the_same_tenant_and_a_first_run(project: Project, outputs: dict[str, str]) -> None:
    catalog = project.load()
    assert other_tenant(catalog.environment, catalog.file, DOMAIN, outputs) is None


def test_an_embedded_tenant_on_another_port(project: Project) -> None:
    project.dev(tenant="embedded", embedded_port=8445)
    catalog = project.load()
    recorded = {"tenant": "localhost:8442"}
    problem = other_tenant(catalog.environment, catalog.file, "localhost:8445", recorded)
    assert problem is not None
    assert problem.what.endswith("localhost:8442, and would now go to localhost:8445")
    assert problem.fix.endswith("or state embedded_port: 8442 again")
