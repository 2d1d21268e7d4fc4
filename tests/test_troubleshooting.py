"""The messages that the troubleshooting page explains are messages of ours, or the engine's."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/troubleshooting.md").read_text(encoding="utf-8")
PACKAGES = ("components", "stacks", "toolchain", "tpa")
# A message may be put together from several literals, one on each line.
SOURCES = " ".join(
    re.sub(r'"\s*\n\s*f?"', "", file.read_text(encoding="utf-8"))
    for package in PACKAGES
    for pattern in ("*.py", "registry.toml")
    for file in sorted((ROOT / package).rglob(pattern))
)
ENGINES = ("the stack is currently locked",)


def explained() -> list[str]:
    """The code words of each row's first cell."""
    rows = re.findall(r"^\| (?!message)([^|]*) \|", PAGE, re.MULTILINE)
    return [words for row in rows for words in re.findall(r"`([^`]+)`", row)]


def test_there_are_messages() -> None:
    assert len(explained()) > 30


@pytest.mark.parametrize("words", explained())
def test_the_message_exists(words: str) -> None:
    assert words in ENGINES or words.rstrip(":") in SOURCES
