"""Questions on a terminal: each is asked on standard error, again and again until it fits."""

from collections.abc import Callable, Collection

import typer

from catalog.problems import nearest
from tpa.terminal import lines_shown, say

Check = Callable[[str], None]
"""Raises a ValueError that says what would fit."""


def line(question: str, default: str | None = None, check: Check | None = None) -> str:
    """One line; without a default it can't be empty."""
    while True:
        asked = lines_shown(question)
        answer = str(typer.prompt(asked, default, err=True, show_default=bool(default))).strip()
        wrong = _wrong(answer, check) if answer or default is not None else "it can't be empty"
        if not wrong:
            return answer
        say(f"  {wrong}")


def choice(question: str, known: Collection[str], default: str | None = None) -> str:
    """One of some words, or what stands for none."""

    def check(answer: str) -> None:
        if answer != default:
            _known(answer, known)

    return line(f"{question} ({', '.join(known)})", default, check)


def several(question: str, known: Collection[str], default: str | None = "") -> tuple[str, ...]:
    """Some of the words that are known, with commas between them."""

    def check(answer: str) -> None:
        for word in words(answer):
            _known(word, known)

    return words(line(f"{question} ({', '.join(known)}), with commas between them", default, check))


def agree(question: str) -> bool:
    """Yes or no; no, where nothing is said."""
    return choice(question, ("yes", "no"), "no") == "yes"


def words(text: str) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _wrong(answer: str, check: Check | None) -> str:
    try:
        if check is not None:
            check(answer)
    except ValueError as error:
        return str(error)
    return ""


def _known(word: str, known: Collection[str]) -> None:
    if word not in known:
        raise ValueError(f"'{word}' is none of them: {nearest(word, known)}")
