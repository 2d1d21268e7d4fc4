"""Code blocks of a Markdown page."""

import re
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)( norun)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """`runs` is False where the page says that a block is not for the tests."""

    language: str
    runs: bool
    text: str


def blocks(page: Path, language: str) -> list[Block]:
    """The page's blocks of a language, in order."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [Block(name, not norun, text) for name, norun, text in found if name == language]
