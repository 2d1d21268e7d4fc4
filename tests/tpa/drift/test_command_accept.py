"""`tpa drift --accept`: lines of the files, where no rule and no other environment forbids them."""

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.drifting import NAME, dev_file


def test_accepting_writes_lines_and_says_whom_they_count_for(run: Run, stack: AppliedStack) -> None:
    staging = {**dev_file(stack), "tenant": "staging.auth0.com"}
    stack.project.write("stacks/staging.yaml", staging)
    stack.change(name="Other", callbacks=["https://dev.acme.test/cb"])
    ended = run(stack.root, "drift", "--accept")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    said = [line for line in ended.error.splitlines() if line.startswith("written")]
    assert said == [
        "written: stacks/applications/portal.yaml (it counts for staging too)",
        "written: stacks/dev.yaml",
    ]
    assert "name: Other\n" in stack.files()["portal.yaml"]
    assert "https://dev.acme.test/cb" in stack.files()["dev.yaml"]
    assert stack.tenant.writes() == []


def test_what_breaks_a_rule_is_not_accepted_and_nor_is_the_rest(
    run: Run, stack: AppliedStack
) -> None:
    stack.change(name="Other", callbacks=["http://acme.test/cb"])
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "stacks/applications/portal.yaml:3: callbacks[0]: 'http://acme.test/cb' uses http" in (
        ended.error
    )
    assert "--accept was refused" in ended.error
    assert stack.files() == before
    assert run(stack.root, "drift", "--accept", NAME).status == 0


def test_what_another_environment_can_t_bear_is_not_accepted(run: Run, stack: AppliedStack) -> None:
    """Two grants here; there, both APIs are one, and it can't have two grants on it."""
    staging = {**dev_file(stack), "tenant": "staging.auth0.com"}
    stack.project.write(
        "stacks/staging.yaml", {**staging, "audiences": {"orders": "https://new.test"}}
    )
    new = {"identifier": "https://new.test", "scopes": [{"value": "do:it"}]}
    stack.tenant.api.create("/resource-servers", new)
    grant = {"audience": "https://new.test", "subject_type": "user", "scope": ["do:it"]}
    stack.tenant.api.create("/client-grants", {**grant, "client_id": stack.clients["portal"]})
    before = stack.files()
    ended = run(stack.root, "drift", "--accept")
    assert ended.status == 1
    assert "--accept was refused" in ended.error
    assert stack.files() == before
