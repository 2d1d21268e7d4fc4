"""`tpa adopt`: what it refuses or reports before a file is written."""

import json

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run


@pytest.mark.parametrize("flag", ["--contact", "--organization"])
def test_a_blank_option_is_refused(run: Run, stack: AppliedStack, flag: str) -> None:
    before = stack.files()
    ended = run(stack.root, "adopt", flag, " ")
    assert ended.status == 2
    assert f"'{flag}'" in ended.error
    assert "it is blank" in ended.error
    assert stack.files() == before
    assert stack.tenant.requests() == []


def test_the_dry_run_lists_what_would_refuse_any_update(run: Run, stack: AppliedStack) -> None:
    found = stack.tenant.api("GET", "/connections").json()
    (customers,) = (each["id"] for each in found if each["name"] == "customers")
    stack.tenant.api("DELETE", f"/connections/{customers}")
    extra = {"audience": "https://orders.test", "subject_type": "user", "scope": []}
    stack.tenant.api.create("/client-grants", {**extra, "client_id": stack.clients["widget"]})
    ended = run(stack.root, "adopt", "--dry-run")
    assert ended.status == 1
    assert "an update would be refused: stacks/dev.yaml: connections.customers:" in ended.output
    found = json.loads(run(stack.root, "adopt", "--dry-run", "--json").output)
    assert "has no connection 'customers'" in "".join(found["refusals"])
