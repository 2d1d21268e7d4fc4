"""The output of `tpa advance`: nothing in a partner's file can break out of a comment."""

import io
import re
from typing import Any

import pytest
from rich.console import Console

from tests.tpa.conftest import Run
from tests.tpa.files.conftest import DEV, Project
from tpa.environments.advance import Advance, advance_to, markdown, show_table
from tpa.environments.risks import Change, change
from tpa.files.record import Identity, Record
from tpa.terminal.markdown import escaped

EMPTY: dict[str, Any] = {
    "source": "staging",
    "target": "prod",
    "status": "ready",
    "changes": (),
    "waiting": (),
    "refused": (),
    "reused": (),
    "overridden": {},
    "never_applied": False,
    "next": "tpa up -e prod",
}
CHANGES: tuple[Change, ...] = (
    change("connection-promoted", "", "connection customers is opened", ("a", "b")),
    change("scope-gained-user", "portal", "orders for its users: gains write:orders"),
)


def answer(**changes: Any) -> Advance:
    return Advance(**{**EMPTY, **changes})


def table(advance: Advance) -> str:
    out = io.StringIO()
    show_table(Console(file=out, width=200), advance)
    return out.getvalue()


def test_a_comment() -> None:
    text = markdown(answer(changes=CHANGES))
    assert text.splitlines() == [
        "### staging → prod: ready",
        "",
        "| risk | application | change | touches | consent again |",
        "|---|---|---|---|---|",
        "| 🟧 high | (tenant) | connection customers is opened | a, b |  |",
        "| 🟨 medium | portal | orders for its users: gains write:orders |  | yes |",
        "",
        "Next: tpa up -e prod",
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        "a | b",
        "line\nbreak",
        "<img src=x>",
        "[click](https://evil.test)",
        "`code`",
        "@everyone",
        "&lt;b&gt;",
        "# head",
    ],
)
def test_a_hostile_text_stays_text(hostile: str) -> None:
    shown = escaped(hostile)
    assert "\n" not in shown
    assert "<" not in shown
    assert "@e" not in shown
    for mark in "|[]`#":
        assert shown.count(mark) == shown.count(f"\\{mark}")
    row = markdown(answer(changes=(change("texts-changed", "portal", hostile),))).splitlines()[4]
    assert row.replace("\\|", "").count("|") == 6


@pytest.mark.parametrize(
    "linked",
    [
        "https://evil.test/a",
        "HTTP://evil.test",
        "www.evil.test",
        "mailto:a@evil.test",
        "GH-1",
        "gh-12",
        "#1",
        "acme/repo#1",
        "acme/repo@0123abc",
        "ACME-7",
        "AB2-7",
        "!5",
        "$3",
        "%2",
        "~bug",
        "&4",
        "0123456789abcdef0123456789abcdef01234567",
    ],
)
def test_nothing_of_a_partner_becomes_a_link(linked: str) -> None:
    """What GitHub and GitLab link once Markdown is done: they look for these very texts."""
    rendered = re.sub(r"\\(?=[^\w\s])", "", escaped(linked)).replace("&amp;", "&")
    assert rendered.replace("\u200b", "") == linked
    assert linked not in rendered


def test_keys_and_dates_stay_as_they_are() -> None:
    assert escaped("fleet-2 since 2026-11-26") == "fleet-2 since 2026-11-26"


def test_what_waits_and_what_is_refused_is_said() -> None:
    waiting = answer(status="waiting", waiting=("portal",), next="tpa up -e staging")
    text = table(waiting)
    assert "waiting for staging, which has not applied these yet: portal" in text
    assert "refuse" not in text
    assert "Next: tpa up -e staging" in text
    assert markdown(waiting).startswith("### staging → prod: waiting\n")
    never = answer(status="waiting", waiting=("portal",), never_applied=True)
    assert "staging, which has never been applied" in table(never)
    refused = answer(status="refused", refused=("portal",))
    assert "prod will refuse portal: they are not live in staging" in table(refused)
    reused = answer(status="refused", reused=("portal",))
    assert "the reason was given for another definition" in table(reused)


def advanced(project: Project, live: list[str], *applied: str) -> Advance:
    """From dev, which has applied nothing but `applied`, to a staging that is new; the portal is
    `live` in these.
    """
    project.portal(environments=dict.fromkeys(live))
    project.write("stacks/staging.yaml", {**DEV, "embedded_port": 8442, "advances_from": "dev"})
    coming = project.load().record
    entries = {each: coming.definitions[each] for each in map(Identity.read, applied)}
    earlier = coming.model_copy(update={"definitions": entries})
    return advance_to(project.load("staging"), earlier, coming, Record())


def test_what_the_earlier_environment_will_apply_waits(project: Project) -> None:
    both = ["dev", "staging"]
    found = advanced(project, both)
    everything = tuple(sorted(map(str, project.load().record.definitions)))
    assert "portal" in everything
    assert (found.status, found.waiting, found.refused) == ("waiting", everything, ())
    assert found.next == "tpa up -e dev"
    assert advanced(project, both, *everything).status == "ready"


def test_what_the_earlier_environment_does_not_have_is_refused(project: Project) -> None:
    """It would wait for ever."""
    found = advanced(project, ["staging"])
    assert (found.status, found.refused) == ("refused", ("portal",))
    assert "portal" not in found.waiting
    assert found.next.startswith("make them live in dev too, or write a reason")


def test_an_override_is_shown_with_its_reason() -> None:
    assert "portal goes ahead of staging: outage" in table(answer(overridden={"portal": "outage"}))


def test_many_that_are_touched_are_counted() -> None:
    keys = [f"partner-{number}" for number in range(9)]
    text = table(answer(changes=(change("connection-promoted", "", "opened", keys),)))
    assert "and 4 more" in text


def test_nothing_would_change() -> None:
    assert "prod: nothing would change" in table(answer(status="unchanged", next=""))


def test_markup_in_a_terminal_is_text() -> None:
    text = table(answer(changes=(change("texts-changed", "portal", "[red]name[/red]"),)))
    assert "[red]name[/red]" in text


def test_the_documented_json() -> None:
    content = answer(changes=CHANGES).as_json()
    assert content["from"] == "staging"
    assert content["to"] == "prod"
    assert content["changes"][0].keys() == {
        "kind",
        "risk",
        "application",
        "what",
        "why",
        "touches",
        "consent",
        "narrows",
    }


def test_files_that_can_not_be_used_are_no_refusal(project: Project, run: Run) -> None:
    project.write("stacks/staging.yaml", {**DEV, "embedded_port": 8442, "advances_from": "dev"})
    project.write("stacks/apis.yaml", "apis: [")
    project.write("Pulumi.yaml", "name: sample\nruntime: python\n")
    ended = run(project.root, "advance", "dev", "staging")
    assert ended.status == 2
    assert "stacks/apis.yaml" in ended.error
