"""A command's docstring, read for `--help` and for docs/reference.md: text, then examples.

What it does, in one sentence.

What else there is to know.

Examples:
    tpa command -e prod
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

HEAD = "Examples:"


@dataclass(frozen=True)
class Manual:
    r"""`text` is in paragraphs; each example is one command, in lines that end with `\` or not."""

    text: str
    examples: tuple[str, ...]

    def as_help(self) -> str:
        r"""For typer: `\b` keeps the lines of the examples as they are."""
        lines = [f"  {line}" for example in self.examples for line in example.split("\n")]
        return "\n\n".join([self.text, "\n".join(["\b", HEAD, *lines])])


def manual(command: Callable[..., object]) -> Manual:
    """The manual of a command; after `Examples:` each line is an example."""
    text, _, rest = (inspect.getdoc(command) or "").partition(HEAD)
    lines = filter(None, map(str.strip, rest.splitlines()))
    text = re.sub(r"\s+JSON:", "\n\nJSON:", text)
    whole = "\n".join(lines).replace("\\\n", "\\\r").split("\n")
    return Manual(text.strip(), tuple(line.replace("\r", "\n    ") for line in whole if line))
