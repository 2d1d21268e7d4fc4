"""`tpa report` as users run it: the page, what is unknown on it, and files it never replaces."""

import json

import pytest

from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Lacking, Run
from tests.tpa.drift.running import RULE, dev_file
from tests.tpa.files.conftest import Project


def page(project: Project, name: str = "report-dev.html") -> str:
    return (project.root / name).read_text(encoding="utf-8")


def test_files_only(run: Run, project: Project) -> None:
    ended = run(project.root, "report", "--offline", "--json")
    assert (ended.status, ended.error) == (0, "")
    summary = json.loads(ended.output)
    assert (summary["live"], summary["applications"], summary["unknown"]) == (False, 2, [])
    assert "The tenant was not read" in page(project)


def test_the_second_page_shows_what_changed(run: Run, project: Project) -> None:
    run(project.root, "report", "--offline", "-o", "here.html")
    assert "There is no earlier page" in page(project, "here.html")
    project.portal(grants=[])
    run(project.root, "report", "--offline", "-o", "here.html")
    assert "may no longer call" in page(project, "here.html")


def test_a_foreign_file_is_not_replaced(run: Run, project: Project) -> None:
    (project.root / "mine.html").write_text("<p>mine</p>", encoding="utf-8")
    ended = run(project.root, "report", "--offline", "-o", "mine.html")
    assert ended.status == 2
    assert "is not a report of tpa" in ended.error
    assert page(project, "mine.html") == "<p>mine</p>"


def test_without_an_engine_nothing_is_reported_as_pending(
    run: Run, live: Project, live_tenant: LiveTenant
) -> None:
    ended = run(live.root, "report", "--json")
    summary = json.loads(ended.output)
    assert {"what": "what was applied last", "scope": ""} in summary["unknown"]
    text = page(live)
    assert "what was applied last could not be read" in text
    assert "pending changes" not in text


@pytest.mark.parametrize(
    ("scope", "expected"),
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
def test_each_unknown_part_is_named_on_the_page(
    run: Run, live: Project, lacking: Lacking, scope: str, expected: str
) -> None:
    lacking(scope)
    summary = json.loads(run(live.root, "report", "--json").output)
    assert expected in [each["what"] for each in summary["unknown"]]
    text = page(live)
    assert f"the token lacks {scope}" in text
    if scope in ("read:clients", "read:client_grants"):
        assert "not in the tenant</dt>" not in text
        assert "not compared" in text


def test_the_page_stays_while_the_tenant_can_not_be_read(
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
    assert (
        f"changed outside Pulumi: callbacks: the tenant has {evil}, which the files do not" in text
    )
    assert f"portal: redirect URIs: new {evil}" in text


def test_a_connection_that_was_changed_outside_belongs_to_no_application(
    run: Run, stack: AppliedStack
) -> None:
    stack.tenant.promote("customers", promoted=False)
    run(stack.root, "report")
    text = page(stack.project)
    expected = "connections/customers: not in the tenant, the files have promoted"
    assert f"changed outside Pulumi: {expected}" in text
    assert "in the files, not promoted in the tenant: customers" in text


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


def test_the_table_is_written_beside_the_page_and_replaces_its_own_kind_alone(
    run: Run, project: Project
) -> None:
    ended = run(project.root, "report", "--offline", "--json", "--csv", "rows.csv")
    assert json.loads(ended.output)["csv"] == "rows.csv"
    assert "Portal" in page(project, "rows.csv")
    assert run(project.root, "report", "--offline", "--csv", "rows.csv").status == 0
    (project.root / "rows.csv").write_text("mine", encoding="utf-8")
    ended = run(project.root, "report", "--offline", "--csv", "rows.csv")
    assert ended.status == 2
    assert "choose another file with --csv FILE" in ended.error
    assert page(project, "rows.csv") == "mine"


def test_the_log_tells_when_a_secret_was_made_and_a_token_issued(
    run: Run, stack: AppliedStack
) -> None:
    key, body = "portal", {"client_id": stack.clients["portal"]}
    assert stack.client(key)["token_endpoint_auth_method"] == "client_secret_post"
    run(stack.root, "report", "--csv", "rows.csv")
    assert "client secret</code> 0 days old" in page(stack.project)
    assert "last token: <bdi>not in the tenant&#39;s log</bdi>" in page(stack.project)
    assert body["client_id"] in page(stack.project, "rows.csv")


def test_without_the_log_last_use_and_age_of_secrets_are_unknown(
    run: Run, live: Project, lacking: Lacking
) -> None:
    lacking("read:logs")
    run(live.root, "report")
    text = page(live)
    assert "last use, and age of client secrets" in text
    assert "the token lacks read:logs" in text
