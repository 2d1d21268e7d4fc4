"""The page in a real browser: filters, links, keys, print, and what hostile texts can't do."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from tests.tpa.report import samples
from tests.tpa.report.conftest import Open

pytestmark = pytest.mark.e2e


def test_hostile_texts_do_nothing_and_are_seen(open_page: Open) -> None:
    opened = open_page(samples.hostile())
    opened.page.locator("#open-all").click()
    for title in opened.page.locator("tbody th a").all():
        title.click()
    opened.page.locator("#q").fill("alert")
    opened.page.wait_for_timeout(200)
    assert opened.said == []
    assert opened.asked == []
    assert opened.page.locator("img, iframe, a[href^='javascript'], a[href*='://']").count() == 0
    first = opened.page.locator("tbody th").first
    assert first.inner_text().startswith("<script>alert(1)</script>")
    assert opened.page.locator("h3", has_text=r"safe\u202egnp.exe").count() == 1


def test_a_planted_script_does_not_run(open_page: Open) -> None:
    opened = open_page(samples.everything())
    planted = "const s = document.createElement('script'); s.textContent = 'alert(1)';"
    opened.page.evaluate(f"() => {{ {planted} document.body.append(s); }}")
    assert any("Content Security Policy" in one for one in opened.said), opened.said
    assert "1" not in opened.said


def test_nothing_is_asked_for_and_nothing_goes_wrong(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.locator("#open-all").click()
    opened.page.locator("#q").fill("order")
    opened.page.wait_for_load_state("networkidle")
    assert opened.asked == []
    assert opened.said == []


def test_text_finds_rows_and_cards(open_page: Open) -> None:
    opened = open_page(samples.everything())
    assert opened.count() == "7 of 7 rows, 5 of 5 applications"
    opened.page.locator("#q").fill("READ:products")
    assert (opened.rows(), opened.cards()) == (1, 1)
    assert opened.count() == "1 of 7 rows, 1 of 5 applications"
    opened.page.locator("#q").fill("acme logistics catalog")  # the owner stands in the card alone
    assert opened.rows() == 1
    opened.page.locator("#q").fill("app.example")
    assert (opened.rows(), opened.cards()) == (0, 1)
    expect(opened.page.locator("#no-row")).to_be_visible()
    expect(opened.page.locator("#no-card")).to_be_hidden()
    opened.page.locator("#q").fill("nothing like it")
    expect(opened.page.locator("#no-card")).to_be_visible()


@pytest.mark.parametrize(
    ("control", "value", "rows", "cards"),
    [
        ("api", "catalog", 1, 1),
        ("state", "blocked", 2, 2),
        ("state", "same", 3, 1),
        ("state", "unmanaged", 1, 1),
        ("state", "unknown", 1, 1),
        ("source", "default", 1, 1),
        ("source", "application", 6, 5),
    ],
)
def test_lists_filter_and_the_address_remembers(
    open_page: Open, control: str, value: str, rows: int, cards: int
) -> None:
    opened = open_page(samples.everything())
    opened.page.locator(f"#{control}").select_option(value)
    assert (opened.rows(), opened.cards()) == (rows, cards)
    opened.fragment(f"{control}={value}")


@pytest.mark.parametrize(
    ("order", "first", "last"),
    [
        ("problems", "Fleet View", "שותף - אקמה"),
        ("name", "Acme Order Portal", "שותף - אקמה"),
        ("age", "Acme Order Portal", "שותף - אקמה"),
        ("used", "Night Batch", "Untitled 2"),
        ("", "Acme Order Portal", "שותף - אקמה"),
    ],
)
def test_applications_are_sorted(open_page: Open, order: str, first: str, last: str) -> None:
    shown = samples.everything()
    used = {"night-batch": "2026-11-01T00:00:00Z", "fleet-view": "2026-11-20T00:00:00Z"}
    cards = tuple(replace(card, last_used=used.get(card.key, "")) for card in shown.applications)
    opened = open_page(replace(shown, applications=cards))
    opened.page.locator("#sort").select_option(order)
    names = opened.page.locator(".card h3").all_inner_texts()
    assert (names[0], sorted(names)) == (first, sorted(card.name for card in cards))
    if order != "used":
        assert names[-1] == last


def test_rows_are_sorted_by_any_column(open_page: Open) -> None:
    opened = open_page(samples.everything())
    head = opened.page.get_by_role("columnheader", name="Scopes")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    cells = opened.page.locator("tbody td:nth-of-type(3)")
    up = cells.all_inner_texts()
    assert up[0].startswith("every scope")
    assert up[-1].startswith("read:reports")
    head.get_by_role("button").press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert cells.all_inner_texts()[0] == up[-1]
    opened.page.locator("#api").select_option("catalog")
    assert opened.rows() == 1


def test_one_row_says_what_matters_of_an_application(open_page: Open) -> None:
    opened = open_page(samples.everything(), viewport={"width": 360, "height": 740})
    row = opened.page.locator("#app-order-portal summary").text_content() or ""
    for text in ("Acme Order Portal", "Acme Logistics", "3 permissions", "146 days old"):
        assert text in row
    assert opened.opened() == 0


def test_findings_only(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.locator("#only").check()
    assert (opened.rows(), opened.cards()) == (2, 2)
    opened.fragment("findings=1")
    opened.page.locator("#clear").click()
    assert (opened.rows(), opened.cards()) == (7, 5)
    opened.fragment("")


def test_a_link_with_a_filter_can_be_shared(open_page: Open) -> None:
    opened = open_page(samples.everything(), "#q=portal&api=orders&state=same&findings=1")
    assert opened.rows() == 0
    assert opened.page.locator("#q").input_value() == "portal"
    opened.page.locator("#only").uncheck()
    assert opened.rows() == 1
    opened.fragment("q=portal&api=orders&state=same")


def test_a_link_to_an_api_that_is_gone_shows_nothing(open_page: Open) -> None:
    opened = open_page(samples.everything(), "#api=%3Cimg%20src=x%3E")
    assert opened.count() == "0 of 7 rows, 0 of 5 applications"
    expect(opened.page.locator("#no-row")).to_be_visible()
    assert opened.said == []


def test_the_count_is_told_to_those_who_do_not_see_it(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.locator("#q").fill("portal")
    said = opened.page.get_by_role("status")
    assert said.get_attribute("aria-live") == "polite"
    assert said.inner_text() == "3 of 7 rows, 1 of 5 applications"


def test_a_row_leads_to_its_card(open_page: Open) -> None:
    opened = open_page(samples.everything())
    assert opened.opened() == 0
    opened.page.get_by_role("rowheader", name="Fleet View").get_by_role("link").click()
    card = opened.page.locator("#app-fleet-view")
    expect(card).to_have_attribute("open", "")
    expect(card).to_be_in_viewport()
    expect(card.locator("summary")).to_be_focused()
    assert opened.opened() == 1


def test_a_link_to_a_card_opens_it_whatever_is_filtered(open_page: Open) -> None:
    opened = open_page(samples.everything(), "#app-fleet-view")
    card = opened.page.locator("#app-fleet-view")
    expect(card).to_have_attribute("open", "")
    assert opened.count() == "7 of 7 rows, 5 of 5 applications"
    opened.page.locator("#q").fill("portal")
    expect(card).to_be_hidden()
    opened.page.evaluate("location.hash = '#app-night-batch'")
    expect(opened.page.locator("#app-night-batch dl")).to_be_visible()
    assert opened.page.locator("#q").input_value() == ""


def test_all_cards_open_and_close_at_once(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.locator("#open-all").click()
    assert opened.opened() == 5
    opened.page.locator("#close-all").click()
    assert opened.opened() == 0


def test_slash_goes_to_the_filter_and_escape_clears_it(open_page: Open) -> None:
    opened = open_page(samples.everything())
    keyboard, text = opened.page.keyboard, opened.page.locator("#q")
    keyboard.press("/")
    expect(text).to_be_focused()
    keyboard.type("a/b")
    assert text.input_value() == "a/b"
    keyboard.press("Escape")
    assert (text.input_value(), opened.rows()) == ("", 7)
    opened.page.locator("#api").select_option("catalog")
    opened.page.locator("#clear").focus()
    keyboard.press("Escape")
    assert opened.rows() == 7


def test_the_first_tab_skips_to_the_table_and_focus_is_seen(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.keyboard.press("Tab")
    skip = opened.page.locator(".skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    assert skip.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    opened.page.keyboard.press("Enter")
    expect(opened.page.locator("#access-title")).to_be_in_viewport()
    opened.page.keyboard.press("Tab")
    focused = opened.page.evaluate("document.activeElement.closest('#access') !== null")
    assert focused


def test_without_scripts_everything_is_there(open_page: Open) -> None:
    opened = open_page(samples.everything(), java_script_enabled=False)
    assert (opened.rows(), opened.cards(), opened.opened()) == (7, 5, 5)
    expect(opened.page.locator("#filters")).to_be_hidden()
    expect(opened.page.locator("#tools")).to_be_hidden()
    expect(opened.page.locator("#app-order-portal dl")).to_be_visible()


def test_print_opens_what_is_closed_and_closes_it_again(open_page: Open) -> None:
    opened = open_page(samples.everything())
    expect(opened.page.locator("#app-order-portal dl")).to_be_hidden()
    opened.page.emulate_media(media="print", color_scheme="dark")
    expect(opened.page.locator("#app-order-portal dl")).to_be_visible()
    expect(opened.page.locator("#q")).to_be_hidden()
    assert opened.opened() == 5
    colors = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
    black, white = "rgb(0, 0, 0)", "rgb(255, 255, 255)"
    assert opened.page.locator("body").evaluate(colors) == [black, white]
    header = "one => getComputedStyle(one).display"
    assert opened.page.locator("thead").evaluate(header) == "table-header-group"
    opened.page.emulate_media(media="screen")
    expect(opened.page.locator("#app-order-portal dl")).to_be_hidden()


def test_print_says_what_is_shown_only_where_something_is_not(open_page: Open) -> None:
    opened = open_page(samples.everything())
    opened.page.emulate_media(media="print")
    expect(opened.page.locator("#filters")).to_be_hidden()
    opened.page.emulate_media(media="screen")
    opened.page.locator("#api").select_option("catalog")
    opened.page.emulate_media(media="print")
    expect(opened.page.locator("#count")).to_be_visible()
    opened.page.emulate_media(media="screen")
    opened.page.locator("#clear").click()
    opened.page.emulate_media(media="print")
    expect(opened.page.locator("#count")).to_be_hidden()


def test_the_counts_of_one_line_stand_side_by_side(open_page: Open) -> None:
    opened = open_page(samples.everything(), viewport={"width": 380, "height": 740})
    tops = "all => all.slice(0, 3).map((one) => one.getBoundingClientRect().top)"
    assert len(set(opened.page.locator(".counts dd").evaluate_all(tops))) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_as_light_as_its_reader_wants(open_page: Open, scheme: str) -> None:
    opened = open_page(samples.everything(), color_scheme=scheme)
    color = opened.page.locator("body").evaluate("one => getComputedStyle(one).backgroundColor")
    (red,) = re.findall(r"rgb\((\d+),", color)
    assert (int(red) > 200) == (scheme == "light")


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_nothing_is_wider_than_the_window(open_page: Open, width: int) -> None:
    for report in (samples.everything(), samples.hostile()):
        opened = open_page(report, viewport={"width": width, "height": 740})
        opened.page.locator("#open-all").click()
        widths = "[document.documentElement.scrollWidth, innerWidth]"
        assert opened.page.evaluate(widths) == [width, width]
        # What is clipped makes nothing wider, and can't be read. A table may scroll in its region.
        texts = opened.page.locator("main :is(bdi, code, .badge, small)").evaluate_all(
            """all => all.filter((one) => {
              const region = one.closest('.scroll');
              const scrolls = region && getComputedStyle(region).overflowX === 'auto';
              const hidden = !one.getClientRects().length;
              return !hidden && !scrolls && one.getBoundingClientRect().right > innerWidth;
            }).map((one) => one.textContent.slice(0, 40))"""
        )
        assert texts == []


def test_five_hundred_applications_are_filtered(open_page: Open) -> None:
    opened = open_page(samples.many(500))
    assert opened.count() == "1,500 of 1,500 rows, 500 of 500 applications"
    opened.page.locator("#q").fill("partner-25")
    assert opened.count() == "33 of 1,500 rows, 11 of 500 applications"
    opened.page.locator("#state").select_option("blocked")
    assert opened.count() == "0 of 1,500 rows, 0 of 500 applications"


def test_the_head_of_the_table_stays_in_sight(open_page: Open) -> None:
    opened = open_page(samples.many(100))
    opened.page.locator("tbody tr").nth(150).scroll_into_view_if_needed()
    expect(opened.page.locator("thead th").first).to_be_in_viewport()
    expect(opened.page.locator("#q")).to_be_in_viewport()


def test_a_page_without_applications_works_too(open_page: Open) -> None:
    empty = replace(samples.report(), rows=(), applications=())
    opened = open_page(empty)
    opened.page.locator("#q").fill("anything")
    assert opened.count() == "0 of 0 rows, 0 of 0 applications"
    assert opened.said == []
