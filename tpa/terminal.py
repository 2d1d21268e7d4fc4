"""What every verb shares: its options, and how it speaks."""

from typing import Annotated

import typer
from rich.console import Console

Environment = Annotated[str, typer.Option("--environment", "-e", help="Name of a stacks/ file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Yes = Annotated[bool, typer.Option("--yes", help="Don't ask before changing a real tenant.")]

_errors = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    """A line for the person, kept off standard output, which is for results."""
    _errors.print(text, markup=False, emoji=False, soft_wrap=True)
