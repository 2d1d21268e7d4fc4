"""Rows as a table, or as a block of lines per row where the terminal is too narrow."""

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.measure import Measurement, measure_renderables
from rich.table import Table
from rich.text import Text

GAP = 2
"""Blanks between two columns."""
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
        """Prints the rows. No word is broken, so that paths can be copied; outside of a terminal
        no line is broken either.
        """
        options = console.options.update_width(ENDLESS)
        columns = zip(self._columns, *self._rows, strict=True)
        needs = [measure_renderables(console, options, cells) for cells in columns]
        room = console.width - GAP * (len(needs) - 1) if console.is_terminal else ENDLESS
        spare = room - sum(need.minimum for need in needs)
        if spare < 0:
            self._show_blocks(console)
        else:
            self._show_table(console, _widths(needs, spare))

    def _show_table(self, console: Console, widths: Sequence[int]) -> None:
        table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False)
        for column, width in zip(self._columns, widths, strict=True):
            table.add_column(column, width=width)
        above = ""
        for first, *rest in self._rows:
            repeated = self._once and first.plain == above
            table.add_row("" if repeated else first, *rest)
            above = first.plain
        show_trimmed(console, table, sum(widths) + GAP * len(widths))

    def _show_blocks(self, console: Console) -> None:
        for number, row in enumerate(self._rows):
            if number:
                console.print()
            for column, cell in zip(self._columns, row, strict=True):
                if cell:
                    console.print(Text.assemble(column, ": ", cell), soft_wrap=True)


def show_trimmed(console: Console, shown: RenderableType, width: int | None = None) -> None:
    """Prints without trailing blanks."""
    options = console.options.update_width(width or console.width)
    for line in console.render_lines(shown, options, pad=False):
        text = Text.assemble(*((part.text, part.style or "") for part in line))
        text.rstrip()
        console.print(text, soft_wrap=True)


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
