"""A verb's docstring, read for `--help` and for docs/reference.md: text, then examples.

What it does, in one sentence.

What else there is to know.

Examples:
    tpa verb -e prod
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

HEAD = "Examples:"


@dataclass(frozen=True)
class Manual:
    """`text` is in paragraphs; each example is one command line."""

    text: str
    examples: tuple[str, ...]

    def as_help(self) -> str:
        r"""For typer: `\b` keeps the lines of the examples as they are."""
        return "\n\n".join([self.text, "\n".join(["\b", HEAD, *(f"  {e}" for e in self.examples)])])


def manual(verb: Callable[..., object]) -> Manual:
    """The manual of a verb; what follows `Examples:` is one example a line."""
    text, _, rest = (inspect.getdoc(verb) or "").partition(HEAD)
    lines = (line.strip() for line in rest.replace("\b", "").splitlines())
    return Manual(text.replace("\b", "").strip(), tuple(line for line in lines if line))
