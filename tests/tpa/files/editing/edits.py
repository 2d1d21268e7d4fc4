"""What an edit did to a text."""

import difflib


def changed(before: str, after: str) -> list[str]:
    """The lines that went, and those that came."""
    lines = difflib.ndiff(before.splitlines(True), after.splitlines(True))
    found = [line.rstrip("\n") for line in lines if line[0] in "+-"]
    return [f"{line[0]}{line[2:]}" for line in sorted(found, key=lambda line: line[0] == "+")]
