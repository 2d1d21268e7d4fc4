"""`tpa report` as a person runs it: a page that guesses nothing, and replaces no foreign file."""

import json

import pytest

from tests.catalog.conftest import Project
from tests.conftest import LiveTenant
from tests.tpa.conftest import Lacking, Run


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
