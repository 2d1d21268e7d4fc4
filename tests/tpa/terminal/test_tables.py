"""Rows in a pipe and on terminals of many widths."""

import io

import pytest
from rich.text import Text

from tpa.terminal.output import Rows, cell, results

LONG = "https://" + "a" * 200 + ".example/callback"
FILE = "stacks/applications/order-portal.yaml:12"
SCOPES = "read:orders write:orders cancel:orders"


class Terminal(io.StringIO):
    """Where somebody looks."""

    def isatty(self) -> bool:
        return True


def screen(monkeypatch: pytest.MonkeyPatch, width: int, no_color: str = "1") -> Terminal:
    made = Terminal()
    monkeypatch.setattr("sys.stdout", made)
    for name, value in (
        ("TERM", "xterm-256color"),
        ("COLUMNS", str(width)),
        ("NO_COLOR", no_color),
    ):
        monkeypatch.setenv(name, value)
    return made


def portal(status: str = "") -> Rows:
    """Two rows of one application."""
    made = Rows("application", "api", "scopes", "decided by", "tenant", once=True)
    for api in ("orders", "partners"):
        cells = ("order-portal", api, SCOPES, f"grant: {FILE}", status)
        made.add_row(*map(cell, cells))
    return made


def test_a_pipe_gets_plain_lines_of_any_length(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "40")
    shown = Rows("key", "address", "note")
    shown.add_row(cell("[red]portal[/]" * 3, "bold"), cell(LONG * 60), cell(""))
    shown.add_row(cell("widget"), cell("short"), cell("in no file"))
    shown.show(results())
    head, long, short = capsys.readouterr().out.splitlines()
    assert head.split() == ["key", "address", "note"]
    assert long == "[red]portal[/]" * 3 + "  " + LONG * 60
    assert short.split() == ["widget", "short", "in", "no", "file"]
    assert short.index("in no file") == head.index("note")


@pytest.mark.parametrize("terminal", [True, False])
def test_one_long_name_widens_no_other_row(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    seen = screen(monkeypatch, 120) if terminal else None
    shown = Rows("name", "scopes")
    for name in ("A" * 255, "Portal"):
        shown.add_row(cell(name), cell("read:orders"))
    shown.show(results())
    lines = (seen.getvalue() if seen else capsys.readouterr().out).splitlines()
    (short,) = (line for line in lines if line.startswith("Portal"))
    assert short.endswith("read:orders")
    assert len(short) <= 90
    assert "".join(lines).count("A") == 255


@pytest.mark.parametrize("width", [90, 100, 120, 200])
def test_a_table_breaks_lines_only_between_words(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    shown = screen(monkeypatch, width)
    portal("as in the files").show(results())
    lines = shown.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert lines == [line.rstrip() for line in lines]
    words = shown.getvalue().split()
    assert words.count("order-portal") == 1  # once, and blank below
    assert words.count(FILE) == 2
    assert words.count("cancel:orders") == 2


def test_columns_that_need_little_get_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one of many words goes on below."""
    shown = screen(monkeypatch, 120)
    portal("as in the files").show(results())
    assert shown.getvalue().count(f"grant: {FILE}") == 2
    assert len(shown.getvalue().splitlines()) == 1 + 2 * 2


@pytest.mark.parametrize(
    ("width", "heads"),
    [(20, 1), (40, 3), (80, 4)],
)
def test_on_a_narrow_terminal_the_last_columns_are_lines_below(
    monkeypatch: pytest.MonkeyPatch, width: int, heads: int
) -> None:
    """With their names; what is empty is left out."""
    shown = screen(monkeypatch, width)
    portal().show(results())
    lines = shown.getvalue().splitlines()
    columns = ("application", "api", "scopes", "decided by")
    assert lines[0].split() == " ".join(columns[:heads]).split()
    assert shown.getvalue().split().count(FILE) == 2
    assert not any("tenant" in line for line in lines)
    assert shown.getvalue().split().count("order-portal") == 1
    if heads == 4:
        assert all(len(line) <= width for line in lines)
    if heads == 1:
        assert [line for line in lines if "api: " in line] == ["  api: orders", "  api: partners"]


def test_what_goes_below_breaks_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = screen(monkeypatch, 80)
    rows = Rows("resource", "then")
    values = "; ".join(f"property-{each}: a-value" for each in range(20))
    rows.add_row(cell("x" * 60), cell(f"{values} {LONG}"))
    rows.show(results())
    lines = shown.getvalue().splitlines()
    assert [line.strip() for line in lines if len(line) > 80] == [LONG]
    assert "".join(shown.getvalue().split()).count("property-19:a-value") == 1
    assert "property-19: a-value" in shown.getvalue()


@pytest.mark.parametrize("no_color", ["1", ""])
@pytest.mark.parametrize("width", [60, 300])
def test_a_terminal_gets_colours_unless_no_color_is_set(
    monkeypatch: pytest.MonkeyPatch, width: int, no_color: str
) -> None:
    shown = screen(monkeypatch, width, no_color)
    rows = Rows("risk", "address")
    rows.add_row(cell("high", "bold red"), cell(LONG))
    rows.show(results())
    assert ("\x1b[1;31mhigh" in shown.getvalue()) is not bool(no_color)
    assert ("\x1b[" in shown.getvalue()) is not bool(no_color)
    assert LONG in Text.from_ansi(shown.getvalue()).plain
