"""Questions on a terminal, asked on standard error and repeated until an answer is valid."""

from collections.abc import Callable, Collection

import typer

from auth0_third_party.rules.violation import nearest
from tpa.terminal.output import lines_shown

Check = Callable[[str], None]
"""Raises a ValueError that says what would be valid."""
EMPTY = "it can't be empty"


def ask(question: str, default: str | None = None, check: Check | None = None) -> str:
    """One line of text; without a default it can't be empty."""

    def valid(answer: str) -> str:
        text = answer.strip()
        if not text and default is None:
            raise typer.BadParameter(EMPTY)
        try:
            if check is not None:
                check(text)
        except ValueError as error:
            raise typer.BadParameter(lines_shown(str(error))) from None
        return text

    # Without a default, typer would repeat the question after an empty line, and not say why.
    text: str = typer.prompt(
        lines_shown(question),
        default=default or "",
        value_proc=valid,
        err=True,
        show_default=bool(default),
    )
    return text


def ask_choice(
    question: str, options: Collection[str], default: str | None = None, check: Check | None = None
) -> str:
    """One of the options, or the default."""

    def both(answer: str) -> None:
        if answer != default:
            _check_option(answer, options)
        if check is not None:
            check(answer)

    return ask(f"{question} ({', '.join(options)})", default, both)


def ask_list(
    question: str, default: str | None, check: Callable[[tuple[str, ...]], None]
) -> tuple[str, ...]:
    """Several values, each kept once; without a default there is at least one."""

    def both(answer: str) -> None:
        if default is None and not split_list(answer):
            raise ValueError(EMPTY)
        check(split_list(answer))

    return split_list(ask(f"{question}, with commas between them", default, both))


def ask_choices(
    question: str, options: Collection[str], default: str | None = ""
) -> tuple[str, ...]:
    """Several of the options."""

    def check(answers: tuple[str, ...]) -> None:
        for answer in answers:
            _check_option(answer, options)

    return ask_list(f"{question} ({', '.join(options)})", default, check)


def ask_yes_no(question: str) -> bool:
    """Yes or no; an empty answer is no."""
    return typer.confirm(lines_shown(question), default=False, err=True)


def split_list(text: str) -> tuple[str, ...]:
    """The values between commas, each once."""
    return tuple(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))


def _check_option(answer: str, options: Collection[str]) -> None:
    if answer not in options:
        raise ValueError(f"'{answer}' is none of them: {nearest(answer, options)}")
