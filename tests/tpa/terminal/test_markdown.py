"""Texts of partners in Markdown, read by a Markdown parser."""

from collections import Counter

import pytest
from markdown_it import MarkdownIt

from tpa.terminal.markdown import Table, document, escaped_lines

HOSTILE = (
    "a | b |\n| c | d |",
    "</td></table><img src=x onerror=alert(1)>",
    "<!-- hidden --> <details>",
    "[text](https://evil.test)",
    "![image](https://evil.test/x.png)",
    "<https://evil.test>",
    "`code` ``` *em* **strong** ~~gone~~ _em_",
    "# head\n\n---\n- item\n1. item",
    "\\",
    "ends with a \\",
    "&lt;script&gt; &#64;team",
    "\u202egnp.exe \u2066x\u2069",
    "@org/team #1 !2",
    "[ref]: https://evil.test",
    "$`x`$ $$y$$",
    "| --- |",
)
COLUMNS = ("one", "two")


def tokens(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        found[token.type] += 1
        for child in token.children or ():
            found["break" if child.content == "<br>" else child.type] += 1
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_cell_of_one_table(text: str) -> None:
    found = tokens(document(["### head", Table(COLUMNS, [(text, "b"), ("c", text)])]))
    assert found["table_open"] == 1
    assert (found["tr_open"], found["td_open"]) == (3, 4)
    harmless = {"text", "text_special", "inline", "softbreak"}
    structure = {"heading_open", "heading_close"} | {
        f"{part}_{side}"
        for part in ("table", "thead", "tbody", "tr", "th", "td")
        for side in ("open", "close")
    }
    assert found.keys() <= harmless | structure


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_paragraph(text: str) -> None:
    found = tokens(document([f"- **error** {escaped_lines(text)}"]))
    assert found.keys() <= {
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("paragraph_open", "paragraph_close", "inline", "text", "text_special"),
        *("strong_open", "strong_close", "break"),
    }
    assert found["strong_open"] == 1


@pytest.mark.parametrize("limit", [2_000, 9_000, 65_000])
def test_a_long_table_ends_after_a_whole_row_and_says_so(limit: int) -> None:
    rows = [(f"partner {number} ⟶", "x" * 40) for number in range(3_000)]
    text = document(["### head", Table(COLUMNS, rows)], limit, "https://ci.test/artifacts/7")
    assert limit - 200 < len(text.encode()) <= limit
    shown = [line for line in text.splitlines() if line.startswith("| partner")]
    assert all(line.endswith(f"{'x' * 40} |") for line in shown)
    assert f"{3_000 - len(shown)} more lines are not shown" in text
    assert "[the whole plan](<https://ci.test/artifacts/7>)" in text
    assert tokens(text)["table_open"] == 1
    assert tokens(text)["link_open"] == 1


def test_what_fits_is_not_cut() -> None:
    text = document(["### head", Table(COLUMNS, [("a", "b")])])
    assert text == "### head\n\n| one | two |\n|---|---|\n| a | b |\n"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "https://x.test/) <b>", "artifact of job 7"]
)
def test_a_link_that_is_no_address_is_text(link: str) -> None:
    text = document([Table(COLUMNS, [("a" * 60, "b")] * 100)], 2_000, link)
    assert tokens(text)["link_open"] == tokens(text)["html_inline"] == 0


def test_an_endless_cell_is_cut() -> None:
    text = document([Table(COLUMNS, [("a" * 70_000, "b")])])
    assert len(text) < 2_000
    assert "(70,000 characters)" in text
