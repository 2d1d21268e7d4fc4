"""Questions on a terminal: each is asked on standard error, again and again until it fits."""

from collections.abc import Callable, Collection

import typer

from auth0_third_party.rules.violation import nearest
from tpa.terminal.output import lines_shown, say

Check = Callable[[str], None]
"""Raises a ValueError that says what would fit."""
EMPTY = "it can't be empty"
YES, NO = ("yes", "y"), ("no", "n")


def line(question: str, default: str | None = None, check: Check | None = None) -> str:
    """One line; without a default it can't be empty."""
    asked = lines_shown(question)
    while True:
        # Of an empty line without a default typer would ask again, and not say why.
        shown = bool(default)
        answer = str(typer.prompt(asked, default or "", err=True, show_default=shown)).strip()
        wrong = _wrong(answer, check) if answer or default is not None else EMPTY
        if not wrong:
            return answer
        say(f"  {wrong}")


def choice(
    question: str, known: Collection[str], default: str | None = None, check: Check | None = None
) -> str:
    """One of some words, or what stands for none."""

    def whole(answer: str) -> None:
        if answer != default:
            _known(answer, known)
        if check is not None:
            check(answer)

    return line(f"{question} ({', '.join(known)})", default, whole)


def many(
    question: str, default: str | None, check: Callable[[tuple[str, ...]], None]
) -> tuple[str, ...]:
    """Several words, each kept once; without a default there is one at least."""

    def whole(answer: str) -> None:
        if default is None and not words(answer):
            raise ValueError(EMPTY)
        check(words(answer))

    return words(line(f"{question}, with commas between them", default, whole))


def several(question: str, known: Collection[str], default: str | None = "") -> tuple[str, ...]:
    """Some of the words that are known."""

    def check(answers: tuple[str, ...]) -> None:
        for word in answers:
            _known(word, known)

    return many(f"{question} ({', '.join(known)})", default, check)


def agree(question: str) -> bool:
    """Yes or no; no, where nothing is said."""

    def check(answer: str) -> None:
        if answer.lower() not in (*YES, *NO):
            raise ValueError("say yes or no")

    return line(f"{question} (yes, no)", NO[0], check).lower() in YES


def words(text: str) -> tuple[str, ...]:
    """What stands between commas, each once."""
    return tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


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
