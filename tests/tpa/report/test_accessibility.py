"""What axe finds on the page with all cards open: nothing, in light, in dark and on a phone."""

from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]

from tests.tpa.report import samples
from tests.tpa.report.conftest import Open

pytestmark = pytest.mark.e2e
LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "narrow": {"viewport": {"width": 360, "height": 740}},
    "medium": {"viewport": {"width": 800, "height": 740}},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("which", ["everything", "hostile", "report"])
def test_axe_finds_nothing(open_page: Open, which: str, look: str) -> None:
    opened = open_page(getattr(samples, which)(), **LOOKS[look])
    opened.page.locator("#open-all").click()
    found = Axe().run(opened.page)
    assert found.violations_count == 0, found.generate_report()


def test_axe_would_find_something(open_page: Open) -> None:
    opened = open_page(samples.everything())
    spoil = (
        "document.querySelector('#q').closest('label').replaceWith(document.querySelector('#q'))"
    )
    opened.page.evaluate(f"{spoil}; document.querySelector('#q').placeholder = ''")
    assert "label" in {one["id"] for one in Axe().run(opened.page).response["violations"]}


def test_headings_are_in_order(open_page: Open) -> None:
    opened = open_page(samples.everything())
    levels = opened.page.locator("h1, h2, h3, h4").evaluate_all(
        "all => all.map(h => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_table_is_one_to_a_screen_reader(open_page: Open) -> None:
    for width in (1280, 360):
        opened = open_page(samples.everything(), viewport={"width": width, "height": 740})
        table = opened.page.get_by_role("table", name="What each application may call")
        assert table.get_by_role("columnheader").count() == 6
        assert table.get_by_role("rowheader").count() == 7
        region = opened.page.get_by_role("region", name="Access table")
        assert region.get_attribute("tabindex") == "0"
