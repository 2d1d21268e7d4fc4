"""`tpa report` as a person runs it: a page that guesses nothing, and replaces no foreign file."""

import json

import pytest

from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Lacking, Run
from tests.tpa.drift.running import RULE, dev_file
from tests.tpa.files.conftest import Project


def page(project: Project, name: str = "report-dev.html") -> str:
    return (project.root / name).read_text(encoding="utf-8")


def test_the_files_alone(run: Run, project: Project) -> None:
    ended = run(project.root, "report", "--offline", "--json")
    assert (ended.status, ended.error) == (0, "")
    told = json.loads(ended.output)
    assert (told["live"], told["applications"], told["unknown"]) == (False, 2, [])
    assert "The tenant was not read" in page(project)


def test_the_second_page_tells_what_changed(run: Run, project: Project) -> None:
    run(project.root, "report", "--offline", "-o", "here.html")
    assert "There is no earlier page" in page(project, "here.html")
    project.portal(grants=[])
    run(project.root, "report", "--offline", "-o", "here.html")
    assert "may no longer call" in page(project, "here.html")


def test_a_foreign_file_is_not_replaced(run: Run, project: Project) -> None:
    (project.root / "mine.html").write_text("<p>mine</p>", encoding="utf-8")
    ended = run(project.root, "report", "--offline", "-o", "mine.html")
    assert ended.status == 2
    assert "is no report of ours" in ended.error
    assert page(project, "mine.html") == "<p>mine</p>"


def test_without_an_engine_nothing_is_called_pending(
    run: Run, live: Project, live_tenant: LiveTenant
) -> None:
    ended = run(live.root, "report", "--json")
    told = json.loads(ended.output)
    assert {"what": "what was applied last", "scope": ""} in told["unknown"]
    text = page(live)
    assert "nobody could read what was applied last" in text
    assert "pending changes" not in text


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ("read:clients", "applications"),
        ("read:client_grants", "grants"),
        ("read:connections", "connections"),
        ("read:resource_servers", "APIs"),
        ("read:organizations", "organizations"),
        ("read:rules", "Rules"),
        ("read:prompts", "the login experience"),
        ("read:tenant_settings", "open registration"),
    ],
)
def test_each_part_that_could_not_be_read_is_named_on_the_page(
    run: Run, live: Project, lacking: Lacking, scope: str, words: str
) -> None:
    lacking(scope)
    told = json.loads(run(live.root, "report", "--json").output)
    assert words in [each["what"] for each in told["unknown"]]
    text = page(live)
    assert f"the token lacks {scope}" in text
    if scope in ("read:clients", "read:client_grants"):
        assert "not in the tenant</dt>" not in text
        assert "not compared" in text


def test_the_page_of_an_unreachable_tenant_stays_as_it_was(
    run: Run, live: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(live.root, "report", "--offline")
    before = page(live)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", "wrong")
    ended = run(live.root, "report")
    assert ended.status == 2
    assert "does not accept the client" in ended.error
    assert page(live) == before


def findings(run: Run, stack: AppliedStack) -> int:
    return int(json.loads(run(stack.root, "report", "--json").output)["findings"])


def test_what_was_changed_outside_is_on_the_page(run: Run, stack: AppliedStack) -> None:
    before = findings(run, stack)
    callbacks = stack.client()["callbacks"]
    stack.change(callbacks=[*callbacks, "https://evil.example/cb?a=1&b=2"])
    assert findings(run, stack) == before + 1
    text = page(stack.project)
    evil = "https://evil.example/cb?a=1&amp;b=2"
    assert f'<code dir="auto">{evil}</code>' in text
    assert f"changed outside: callbacks: the tenant has {evil}, which the files do not" in text
    assert f"portal: redirect URIs: new {evil}" in text


def test_what_was_changed_outside_of_no_application(run: Run, stack: AppliedStack) -> None:
    stack.tenant.promote("customers", promoted=False)
    run(stack.root, "report")
    text = page(stack.project)
    words = "connections/customers: not so in the tenant, the files say promoted"
    assert f"changed outside: {words}" in text
    assert "in the files, not open in the tenant: customers" in text


def test_what_is_ignored_is_no_finding(run: Run, stack: AppliedStack) -> None:
    stack.project.write("stacks/dev.yaml", {**dev_file(stack), "ignore_drift": RULE})
    before = findings(run, stack)
    stack.change(description="theirs")
    assert findings(run, stack) == before
    assert "changed outside" not in page(stack.project)


def test_what_looks_like_a_secret_is_on_no_page(run: Run, stack: AppliedStack) -> None:
    tags = stack.client()["client_metadata"]
    stack.change(client_metadata={**tags, "api_key": "s3cr3t-value"})
    run(stack.root, "report")
    text = page(stack.project)
    assert "(looks like a secret)" in text
    assert "s3cr3t-value" not in text
