"""The page as text: what it shows, what is escaped, and how it shows what is unknown."""

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from auth0_third_party.model.text import time_shown
from auth0_third_party.rules.registry import rules
from tests.tpa.report import samples
from tests.tpa.report.samples import card, report, row
from tpa.report.model import KEYS, Credential, Report, age, unknown_fields
from tpa.report.render import anchors_of, cut, isolated, render
from tpa.tenant.snapshot import ORGANIZATION_CONNECTIONS, Unknown


class Page(HTMLParser):
    """The texts of the page by the tag they stand in, and all tags with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "input"):
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.inside.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.inside[-1] if self.inside else "", data))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def seen(self) -> str:
        hidden = ("script", "style")
        return " ".join(" ".join(text for tag, text in self.texts if tag not in hidden).split())


def page(shown: Report) -> Page:
    return Page(render(shown, None))


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize("name", ["everything", "hostile"])
def test_the_policy_allows_the_one_script_and_the_one_style(name: str) -> None:
    html = render(getattr(samples, name)(), None)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="(.*?)"', html)
    assert policy.split("; ") == [
        "default-src 'none'",
        f"script-src '{digest(script)}'",
        f"style-src '{digest(style)}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_nothing_is_loaded_and_no_other_page_is_linked() -> None:
    found = page(samples.hostile())
    attributes = [pair for _, attributes in found.tags for pair in attributes.items()]
    assert {name for name, _ in attributes} & {
        "src",
        "srcset",
        "style",
        "action",
        "onerror",
    } == set()
    links = [value or "" for name, value in attributes if name == "href"]
    assert [link for link in links if not re.fullmatch(r"#[\w.-]+", link)] == []
    assert "url(" not in render(report(), None)


def test_hostile_texts_add_no_tag_and_end_none() -> None:
    hostile = page(samples.hostile())
    assert hostile.inside == []
    assert {"img", "iframe", "svg"} & {tag for tag, _ in hostile.tags} == set()
    assert len(hostile.named("script")) == 2
    assert r"safe\u202egnp.exe \u2066hidden" in hostile.seen
    assert r"bell\x07 escape\x1b[31m nul\x00 line\u2028end" in hostile.seen
    assert "{{ 7*7 }}" in hostile.seen


def test_a_page_can_be_written() -> None:
    html = render(samples.hostile(), None)
    assert html.encode().decode() == html
    assert re.findall("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", html) == []


def test_links_lead_to_an_id_and_ids_are_unique() -> None:
    found = page(replace(samples.everything(), applications=(card(""), card("", client_id=""))))
    ids = [str(attributes["id"]) for _, attributes in found.tags if "id" in attributes]
    links = [str(attributes["href"])[1:] for attributes in found.named("a")]
    assert len(ids) == len(set(ids))
    assert set(links) - set(ids) == set()


def test_anchors_are_stable_and_unique() -> None:
    same = [card("a"), card("", client_id="a"), card("", client_id="", name="a"), card("a b")]
    anchors = anchors_of(same)
    assert anchors[0] == "app-a"
    assert len(set(anchors)) == 4
    assert anchors_of([same[3]]) == (anchors[3],)
    assert re.fullmatch(r"app-[0-9a-f]{16}", anchors[3])


def test_a_long_text_is_cut_and_its_length_shown() -> None:
    assert cut("x" * 120) == "x" * 120
    assert cut("x" * 10_000) == f"{'x' * 120}… (10,000 characters)"
    assert isolated("<b>") == "<bdi>&lt;b&gt;</bdi>"


def test_a_redirect_uri_is_shown_whole() -> None:
    address = "https://portal.example/" + "a" * 500
    assert address in page(report(applications=(card(callbacks=(address,)),))).seen


def test_unknown_is_not_shown_as_none() -> None:
    lacking = (Unknown("organizations", "read:organizations"),)
    found = page(report(unknown=lacking)).seen
    assert "Not everything could be read organizations : unknown, the token lacks" in found
    assert "Organizations unknown, the token lacks read:organizations" in found
    assert "Organizations none" in page(report()).seen


def test_values_of_the_files_are_shown_with_what_is_unknown_in_the_tenant() -> None:
    lacking = (Unknown("organizations", "read:organizations"),)
    known = card(organizations=("acme",))
    found = page(report(unknown=lacking, applications=(known,))).seen
    assert "acme in the tenant: unknown, the token lacks read:organizations" in found


def test_without_applications_each_value_of_a_card_may_differ_in_the_tenant() -> None:
    found = page(report(unknown=(Unknown("applications", "read:clients"),))).seen
    for value in (
        "regular web app",
        "strict",
        "a key of its own",
        "https://portal.example/callback",
    ):
        assert f"{value} in the tenant: unknown, the token lacks read:clients" in found


def test_connections_that_differ_from_the_files_are_noted() -> None:
    notes = ("in the files, not promoted in the tenant: <staff>",)
    some, none = card(sign_in_notes=notes), card("b", connections=(), sign_in_notes=notes)
    found = page(report(applications=(some, none))).seen
    assert f"Sign-in with customers {notes[0]}" in found
    assert f"Sign-in with {notes[0]}" in found


@pytest.mark.parametrize(
    ("what", "scope", "said", "otherwise"),
    [
        ("grants", "read:client_grants", "May call unknown, the token", "May call no API"),
        ("grants", "read:client_grants", "No access is known", "No application may call any"),
        (KEYS, "read:client_keys", "secrets unknown, the token lacks", "secrets none"),
        ("connections", "", "Sign-in with unknown", "Sign-in with none"),
        ("applications", "read:clients", "One that is missing here may exist", "application"),
        ("applications", "read:clients", "Client id unknown, the token", "Client id not in the"),
        ("applications", "read:clients", "Origins unknown, the token", "Origins none"),
        ("applications", "read:clients", "No access is known", "No application may call any"),
    ],
)
def test_each_part_that_is_unknown(what: str, scope: str, said: str, otherwise: str) -> None:
    bare = report(rows=(), applications=(card(client_id="", keys=(), connections=()),))
    assert otherwise in page(bare).seen
    assert said not in page(bare).seen
    assert said in page(replace(bare, unknown=(Unknown(what, scope),))).seen


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("applications", {"applications", "access"}),
        ("grants", {"access", "organizations"}),
        ("connections", {"connections"}),
        ("APIs", set()),
        (ORGANIZATION_CONNECTIONS, {"organizations"}),
    ],
)
def test_the_fields_that_a_part_makes_unknown(what: str, fields: set[str]) -> None:
    assert set(unknown_fields([Unknown(what, "")])) == fields


def test_a_page_of_the_files_only_does_not_say_what_is_live() -> None:
    found = page(report(live=False, rows=(row(status="unknown"),))).seen
    assert "The tenant was not read" in found
    assert "files only" in found
    assert "not compared" in found
    assert "differ from the files" not in found
    assert "Unknown: the files do not tell what was applied last" in found
    assert "pending changes" not in found
    assert "None: the files are what was applied last" in page(report()).seen


@pytest.mark.parametrize(
    ("created", "said"),
    [
        ("2026-11-12T22:50:00Z", "12 days old"),
        ("2026-11-23T23:50:00+01:00", "1 day old"),
        ("2026-11-24T22:49:00.123Z", "0 days old"),
        ("2026-11-24", "0 days old"),
        ("2026-11-24T22:50:00.123Z", "0 days old"),
        ("2027-01-01T00:00:00Z", "dated in the future"),
        ("", "age unknown"),
        ("last year", "age unknown"),
        ("0001-01-01T00:00:00+14:00", "age unknown"),
    ],
)
def test_the_age_of_a_key(created: str, said: str) -> None:
    assert age(created, samples.MADE_AT) == said
    found = page(report(applications=(card(keys=(Credential("main", created),)),))).seen
    assert f"main {said}" in found


def test_a_time_is_shown_in_utc() -> None:
    assert time_shown("2026-11-24T23:50:00+01:00") == "2026-11-24 22:50 UTC"
    assert time_shown("soon") == "soon"


def test_a_row_shows_application_api_access_and_decision() -> None:
    found = page(
        report(rows=(row(blocked="the API requires mTLS", all_scopes=True, scopes=()),))
    ).seen
    assert "Portal portal orders https://orders.example.com user" in found
    assert "every scope, future ones too a grant of its own stacks/applications/portal" in found
    assert "blocked the API requires mTLS as in the files" in found


def test_risks_and_severities_are_words() -> None:
    found = page(samples.everything()).seen
    for word in ("critical tenant", "high fleet-view", "medium order-portal", "low order-portal"):
        assert word in found
    assert "users are asked for consent again" in found
    assert "affects 2 applications" in found
    assert "warning the address is at a host" in found
    assert "Why: whoever registers the host" in found
    assert "Fix: ask the partner" in found
    assert f"Rule TP-CREATE-19: {rules()['TP-CREATE-19'].title}" in found


def test_the_same_report_makes_the_same_page() -> None:
    assert render(samples.everything(), None) == render(samples.everything(), None)


def test_a_row_of_an_application_without_a_card_has_no_link() -> None:
    found = page(report(rows=(row("other"),)))
    assert "Other" in found.seen
    assert "#app-other" not in [attributes["href"] for attributes in found.named("a")]


def test_an_unmanaged_application() -> None:
    outside = card("", client_id="tpc_1", name="Untitled")
    found = page(report(applications=(outside,), rows=(row("tpc_1", status="unmanaged"),)))
    assert "in no file, tpc_1" in found.seen
    assert {"#app-tpc_1"} <= {attributes["href"] for attributes in found.named("a")}
