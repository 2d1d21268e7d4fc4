"""Options that commands share, and their output: lines, and rows as a table; where the terminal is
too narrow, the last columns of a table go on lines below.
"""

import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import typer
from rich.console import Console, RenderableType
from rich.measure import Measurement, measure_renderables
from rich.table import Table
from rich.text import Text

from auth0_third_party.model.text import shown
from tpa.errors import TpaError
from tpa.terminal import completion
from tpa.verbs import pastable

Environment = Annotated[
    str,
    typer.Option(
        "--environment",
        "-e",
        help="Name of an environment: a file in stacks/.",
        autocompletion=completion.environments,
    ),
]
Application = Annotated[
    str, typer.Argument(help="Key of an application.", autocompletion=completion.applications)
]
Domain = Annotated[
    str, typer.Option("--domain", help="The custom domain that partners use, if there is one.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before changing a real tenant.")]

WIDE = 10_000
"""Columns outside of a terminal: no line is broken or cut there."""

errors = Console(stderr=True, highlight=False)


def results() -> Console:
    """Standard output, for the results of a command.

    On a terminal it has colours (unless NO_COLOR is set) and the terminal's width; in a pipe or a
    file the text is plain, and no line is broken.
    """
    if sys.stdout.isatty():
        plain = bool(os.environ.get("NO_COLOR"))
        return Console(highlight=False, emoji=False, color_system=None if plain else "auto")
    # In a pipe, FORCE_COLOR and COLUMNS of the surrounding shell must not change what is written.
    return Console(
        highlight=False, emoji=False, width=WIDE, force_terminal=False, color_system=None
    )


def cell(text: str, style: str = "") -> Text:
    """A text for a table or a line: without markup and hidden characters, commands pastable."""
    return Text(pastable(shown(text)), style=style)


def print_line(text: str) -> None:
    """Prints a line of a command's results."""
    results().print(cell(text), soft_wrap=True)


def say(text: str) -> None:
    """Prints a line for the user to standard error; standard output is for results."""
    errors.print(pastable(lines_shown(text)), markup=False, emoji=False, soft_wrap=True)


def ask(question: str) -> None:
    """Asks before a real tenant is changed; ends the command unless the user agrees.

    Raises:
        TpaError: there is no one to ask.
    """
    if not sys.stdin.isatty():
        raise TpaError(
            "nothing was changed: the tenant is a real one, and without a terminal there is no one"
            " to ask\n  fix: run it on a terminal, or add --yes"
        )
    typer.confirm(question, abort=True, err=True)


def lines_shown(text: str) -> str:
    """A text of several lines, whose other control characters are shown as escapes."""
    return "\n".join(map(shown, text.split("\n")))


GAP = 2
"""Blanks between two columns."""
LONGEST_WORD = 64
"""Columns: a longer word is folded on a terminal, and makes no column wider in a pipe."""
ENDLESS = 1_000_000
"""Columns, to measure the width that a text needs."""


class Rows:
    """Cells by columns. `once`: a table leaves the first cell blank where it repeats the one above
    it.
    """

    def __init__(self, *columns: str, once: bool = False) -> None:
        self._columns = [Text(column, "bold") for column in columns]
        self._rows: list[tuple[Text, ...]] = []
        self._once = once

    def add_row(self, *cells: Text) -> None:
        self._rows.append(cells)

    def show(self, console: Console) -> None:
        """Prints the rows. No word but an endless one is broken, so that paths can be copied;
        outside of a terminal nothing is.
        """
        if not console.is_terminal:
            self._show_lines(console)
            return
        options = console.options.update_width(ENDLESS)
        columns = zip(self._columns, *self._rows, strict=True)
        needs = [_folded(measure_renderables(console, options, each), each) for each in columns]
        while len(needs) > 1 and _spare(console.width, needs) < 0:
            needs.pop()
        spare = _spare(console.width, needs)
        self._show_table(console, _widths(needs, spare) if spare >= 0 else [console.width])

    def _show_table(self, console: Console, widths: Sequence[int]) -> None:
        """A line has as many columns as there are widths."""
        count, rows = len(widths), list(self._shown_rows())
        if count == len(self._columns):
            show_trimmed(console, _table(self._columns, widths, rows), sum(widths) + GAP * count)
            return
        show_trimmed(console, _table(self._columns[:count], widths, ()))
        for row in rows:
            show_trimmed(console, _table((), widths, [row[:count]]))
            for column, cell in zip(self._columns[count:], row[count:], strict=True):
                if cell:
                    _show_below(console, column, cell)

    def _show_lines(self, console: Console) -> None:
        """One line per row, whatever its length; a long cell moves the rest of its own row only."""
        rows = [tuple(self._columns), *self._shown_rows()]
        widths = [
            max((each.cell_len for each in column if each.cell_len <= LONGEST_WORD), default=0)
            for column in zip(*rows, strict=True)
        ]
        for row in rows:
            line = Text()
            for cell, width in zip(row, widths, strict=True):
                line.append_text(cell).append(" " * (max(width - cell.cell_len, 0) + GAP))
            line.rstrip()
            console.print(line, soft_wrap=True)

    def _shown_rows(self) -> Iterator[tuple[Text, ...]]:
        above = ""
        for first, *rest in self._rows:
            repeated = self._once and first.plain == above
            yield (Text() if repeated else first, *rest)
            above = first.plain


def _show_below(console: Console, column: Text, value: Text) -> None:
    """A cell that has no room in its row, with its column's name; a long word stays whole."""
    room = max(console.width - len(column.plain) - GAP - GAP, 1)
    lines = textwrap.wrap(value.plain, room, break_long_words=False, break_on_hyphens=False)
    head = Text.assemble(" " * GAP, column, ": ")
    for line in lines:
        console.print(Text.assemble(head, (line, value.style)), soft_wrap=True)
        head = Text(" " * (GAP + GAP))


def _table(
    heads: Sequence[Text], widths: Sequence[int], rows: Iterable[Sequence[Text]]
) -> RenderableType:
    """Without `heads`, rows alone."""
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=bool(heads))
    for index, width in enumerate(widths):
        table.add_column(heads[index] if heads else "", width=width, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _spare(room: int, needs: Sequence[Measurement]) -> int:
    """What is left of so many columns of a terminal."""
    return room - GAP * (len(needs) - 1) - sum(need.minimum for need in needs)


def show_trimmed(console: Console, shown: RenderableType, width: int | None = None) -> None:
    """Prints without trailing blanks."""
    options = console.options.update_width(width or console.width)
    for line in console.render_lines(shown, options, pad=False):
        text = Text.assemble(*((part.text, part.style or "") for part in line))
        text.rstrip()
        console.print(text, soft_wrap=True)


def _folded(need: Measurement, cells: Iterable[Text]) -> Measurement:
    """A column with an endless name; addresses and paths stay whole, to be copied."""
    long = [word for each in cells for word in each.plain.split() if len(word) > LONGEST_WORD]
    if not long or any("/" in word for word in long):
        return need
    return Measurement(LONGEST_WORD, LONGEST_WORD)


def _widths(needs: Sequence[Measurement], spare: int) -> list[int]:
    """Each column gets the width of its longest word; the rest is shared, and a column that needs
    less than its share leaves it to the others.
    """
    widths = [need.minimum for need in needs]
    by_span = sorted(range(len(needs)), key=lambda index: needs[index].span)
    for sharers, index in zip(range(len(needs), 0, -1), by_span, strict=True):
        extra = min(needs[index].span, spare // sharers)
        widths[index] += extra
        spare -= extra
    return widths
