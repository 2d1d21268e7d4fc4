"""`tpa drift --accept`: lines of the files, unless a rule or another environment forbids them."""

import yaml

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import NAME, dev_file


def test_accepting_writes_lines_and_names_the_environments_that_share_them(
    run: Run, stack: AppliedStack
) -> None:
    staging = {**dev_file(stack), "tenant": "staging.auth0.com"}
    stack.project.write("stacks/staging.yaml", staging)
    stack.project.live("portal", environment="staging")
    stack.change(name="Other", callbacks=["https://dev.acme.test/cb"])
    ended = run(stack.root, "drift", "--accept")
    assert (ended.status, ended.output) == (0, "dev: nothing was changed outside\n")
    said = [line for line in ended.error.splitlines() if line.startswith("written")]
    assert said == ["written: stacks/applications/portal.yaml (also used by staging)"]
    portal = yaml.safe_load(stack.files()["portal.yaml"])
    assert portal["name"] == "Other"
    assert portal["environments"]["dev"] == {"callbacks": ["https://dev.acme.test/cb"]}
    assert stack.tenant.writes() == []


def test_a_value_that_breaks_a_rule_keeps_everything_from_being_written(
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


def test_a_value_that_breaks_another_environment_is_not_accepted(
    run: Run, stack: AppliedStack
) -> None:
    """In staging both APIs have one audience, which can't have two grants of one application."""
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


def test_what_every_update_would_refuse_is_not_accepted(run: Run, stack: AppliedStack) -> None:
    """Auth0 lets an API lose a scope that is granted."""
    (api,) = (
        each["id"]
        for each in stack.tenant.api("GET", "/resource-servers").json()
        if each["identifier"] == "https://orders.test"
    )
    for path, changes in (
        (f"/client-grants/{stack.grant_id()}", {"scope": ["read:orders", "write:orders"]}),
        (f"/resource-servers/{api}", {"scopes": [{"value": "read:orders"}]}),
    ):
        assert stack.tenant.api("PATCH", path, changes).status_code == 200
    before = stack.files()
    ended = run(stack.root, "drift", "--accept", "grants/*")
    assert ended.status == 1
    assert "--accept was refused" in ended.error
    assert "has no scope 'write:orders'" in ended.error
    assert stack.files() == before
