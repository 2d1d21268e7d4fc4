"""Options that commands share, and their output."""

import os
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from auth0_third_party.model.text import shown
from tpa.advice import pastable
from tpa.terminal import completion

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


def lines_shown(text: str) -> str:
    """A text of several lines, whose other control characters are shown as escapes."""
    return "\n".join(map(shown, text.split("\n")))
