"""Markdown for comments and job summaries, in which texts of others stay plain text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from auth0_third_party.management import redacted
from auth0_third_party.model.text import shown
from tpa.errors import TpaError

LIMIT = 65_000
"""Bytes: GitHub takes comments of 65,536 characters, GitLab notes of 1,000,000."""
LONGEST_CELL = 1_000
"""Characters of a cell."""
_LINKED = re.compile(
    r"(?<=[@#!$%~^&])(?=[\w\"'-])"  # mentions and references
    r"|(?=://)|(?i:(?<=mailto)(?=:)|(?<=xmpp)(?=:)|(?<=\bwww)(?=\.))"
    r"|(?<=[A-Z])(?=-\d)|(?<=[A-Z]\d)(?=-\d)|(?i:(?<=\bgh)(?=-\d))"
    r"|(?i:(?<=\b[0-9a-f]{6})(?=[0-9a-f]))"
)


@dataclass(frozen=True)
class Table:
    """Cells are plain texts, and are escaped here."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def escaped(text: str) -> str:
    """Plain text as Markdown shows it: one line without markup, table borders, mentions, links.

    GitHub and GitLab link addresses, `#1`, `GH-1`, `!1`, `$1`, keys of issue trackers and hashes of
    commits after Markdown is done, so a space of no width interrupts these.
    """
    one_line = _LINKED.sub("\u200b", shown(" ".join(text.split())))
    marked = re.sub(r"([\\`*_\[\]|#~!$^])", r"\\\1", one_line.replace("&", "&amp;"))
    return marked.replace("<", "&lt;").replace(">", "&gt;")


def escaped_lines(text: str) -> str:
    """A text of several lines, as one paragraph that breaks where it does."""
    return "<br>".join(escaped(line) for line in text.splitlines() if line.strip())


def document(parts: Iterable[str | Table], limit: int = LIMIT, link: str = "") -> str:
    """Lines and tables, each with an empty line before it.

    Args:
        limit: bytes; what is longer ends after a whole row, and says so.
        link: an address of the whole, for that sentence.
    """
    blocks = list(_blocks(parts))
    end, room = _cut(blocks, limit), limit
    if end == len(blocks):
        return "\n".join(blocks).strip("\n") + "\n"
    note = f"\n**Cut here: {{}} more lines are not shown.**{_whole(link)}\n"
    room -= len(note.encode()) + 8
    end = _cut(blocks, room)
    return "\n".join(blocks[:end]).strip("\n") + "\n" + note.format(len(blocks) - end)


def write_markdown(text: str, file: Path) -> None:
    """Replaces the file; `-` is standard output.

    Raises:
        TpaError: it can't be written.
    """
    text = redacted(text)
    if str(file) == "-":
        typer.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TpaError(f"{file} can't be written: {error.strerror}") from None


def _cut(blocks: Sequence[str], room: int) -> int:
    """How many blocks have room."""
    used = 0
    for index, block in enumerate(blocks):
        used += len(block.encode()) + 1
        if used > room:
            return index
    return len(blocks)


def _blocks(parts: Iterable[str | Table]) -> Iterator[str]:
    """What must stay together: a line, or a row; the first row of a table with its head."""
    for part in parts:
        if isinstance(part, str):
            yield f"\n{part}"
            continue
        head = f"\n{_row(part.columns)}\n|{'---|' * len(part.columns)}\n"
        for row in part.rows:
            yield head + _row([escaped(_short(cell)) for cell in row])
            head = ""


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _short(text: str) -> str:
    if len(text) <= LONGEST_CELL:
        return text
    return f"{text[:LONGEST_CELL]}… ({len(text):,} characters)"


def _whole(link: str) -> str:
    """A link; what is no plain address of the web is shown as text."""
    if not link:
        return ""
    if re.fullmatch(r"https?://[^\s<>()\[\]\\|`]+", link):
        return f" All of them: [the whole plan](<{link}>)."
    return f" All of them: {escaped(link)}"
