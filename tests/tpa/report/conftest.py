"""A page in a headless Chromium, with everything that it requests and reports."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page

from tests.e2e.browser import lone_chromium
from tests.tpa.matching_tenant import adopted, files
from tpa.report.model import Report
from tpa.report.render import render


@dataclass
class Opened:
    """`asked`: addresses of all requests but the page's own. `said`: console, errors, dialogs."""

    page: Page
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def dismiss(self, dialog: Dialog) -> None:
        self.said.append(dialog.message)
        dialog.dismiss()

    def rows(self) -> int:
        return self.page.locator("tbody tr:visible").count()

    def cards(self) -> int:
        return self.page.locator(".card:visible").count()

    def opened(self) -> int:
        return self.page.locator(".card[open]").count()

    def count(self) -> str:
        return self.page.locator("#count").inner_text()

    def fragment(self, text: str) -> None:
        """Waits for the address to end like this: it is written a moment after the last key."""
        self.page.wait_for_url(lambda url: url.partition("#")[2] == text, timeout=5000)


Open = Callable[..., Opened]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with lone_chromium() as browser:
        yield browser


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Renders a report into a file and opens it; `options` are those of a browser context."""
    contexts = []

    def open_page(report: Report, fragment: str = "", **options: Any) -> Opened:
        file = tmp_path / "report.html"
        file.write_text(render(report, None), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        contexts.append(context)
        opened = Opened(context.new_page())
        opened.page.on("request", lambda request: opened.asked.append(request.url))
        opened.page.on("console", lambda message: opened.said.append(message.text))
        opened.page.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.page.on("dialog", opened.dismiss)
        opened.page.goto(file.as_uri() + fragment)
        opened.asked.remove(file.as_uri())
        return opened

    yield open_page
    for context in contexts:
        context.close()


__all__ = ["adopted", "files"]
