"""Completion by the Tab key, for the shell scripts that `tpa --install-completion` writes.

Typer would load the whole command, and rich for the texts of help: a second at each press. What
the commands take stands in `parameters.json`, which `make reference` writes from them.
"""

import json
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tpa.files.layout import find_project
from tpa.terminal import completion
from tpa.verbs import VERBS

TABLE = Path(__file__).with_name("parameters.json")
ALL = ""
"""In the table: what stands before a command."""
_PLAIN = re.compile(r"[\w./@%+,=-]+")
"""Names that no shell reads as more than a word; a file may be called anything."""
Found = Sequence[tuple[str, str]]
"""What may be typed next, each with its help or ""."""


@dataclass(frozen=True)
class Parameter:
    """An option or, without flags, an argument.

    `takes`: how many values; 0 for a switch, -1 for any number. `values`: all that there are, or
    the name of the function in `tpa.terminal.completion` that has them.
    """

    name: str
    flags: Sequence[str] = ()
    takes: int = 0
    repeatable: bool = False
    help: str = ""
    values: str | Sequence[str] = ()

    def accepts(self, given: Sequence[str]) -> bool:
        """Whether it takes one more value."""
        return self.takes < 0 or len(given) < self.takes


@dataclass
class Typed:
    """The words after a command: the values of each parameter, and the option that waits for one.

    `ended`: whether `--` was typed, after which there are arguments only.
    """

    parameters: Sequence[Parameter]
    values: dict[str, list[str]] = field(default_factory=dict)
    waiting: Parameter | None = None
    ended: bool = False

    def read(self, word: str) -> None:
        if self.waiting is not None:
            if word != "=":  # bash splits --environment=dev into three
                self._add(self.waiting, word)
        elif word == "--" and not self.ended:
            self.ended = True
        elif word.startswith("-") and word != "-" and not self.ended:
            flag, equals, value = word.partition("=")
            self._begin(self.option(flag))
            if equals and self.waiting is not None:
                self._add(self.waiting, value)
        elif (argument := self.argument()) is not None:
            self.values.setdefault(argument.name, []).append(word)

    def option(self, flag: str) -> Parameter | None:
        return next((each for each in self.parameters if flag in each.flags), None)

    def argument(self) -> Parameter | None:
        """The argument that the next word is for."""
        arguments = (each for each in self.parameters if not each.flags)
        return next((a for a in arguments if a.accepts(self.values.get(a.name, ()))), None)

    def _begin(self, option: Parameter | None) -> None:
        if option is not None:
            given = self.values.setdefault(option.name, [])
            if not option.repeatable:
                given.clear()
            self.waiting = option if option.takes else None

    def _add(self, option: Parameter, value: str) -> None:
        given = self.values[option.name]
        given.append(value)
        if len(given) % option.takes == 0:
            self.waiting = None


def offers(words: Sequence[str], part: str) -> Found:
    """What the word at the cursor may become.

    Args:
        words: those between `tpa` and the cursor.
        part: what there is of the word.
    """
    part = "" if part == "=" else part  # bash has it as a word of its own
    verb = next((word for word in words if not word.startswith("-")), ALL)
    if verb == ALL and not part.startswith("-"):
        found: Found = [(name, line) for name, (_, line) in VERBS.items()]
    else:
        typed = Typed(parameters().get(verb, ()))
        for word in words[words.index(verb) + 1 :] if verb else words:
            typed.read(word)
        found = _next(typed, part)
    return [each for each in found if each[0].startswith(part) and _PLAIN.fullmatch(each[0])]


def parameters() -> Mapping[str, Sequence[Parameter]]:
    """What each command takes."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return {verb: [Parameter(**each) for each in own] for verb, own in table.items()}


def _next(typed: Typed, part: str) -> Found:
    if typed.waiting is not None:
        return _values(typed, typed.waiting)
    if typed.ended or not part.startswith("-"):
        argument = typed.argument()
        return _values(typed, argument) if argument is not None else ()
    flag, equals, _ = part.partition("=")
    if not equals:
        return _flags(typed)
    option = typed.option(flag)
    return [(f"{flag}={value}", "") for value, _ in _values(typed, option)] if option else ()


def _flags(typed: Typed) -> Found:
    free = (each for each in typed.parameters if each.repeatable or each.name not in typed.values)
    return [(flag, each.help) for each in free for flag in each.flags]


def _values(typed: Typed, parameter: Parameter) -> Found:
    """Its values, without those that it has already."""
    found: Iterable[str] = parameter.values
    if isinstance(parameter.values, str):
        root = find_project(Path.cwd())
        values_of: Callable[[completion.Line], Iterable[str]]
        values_of = getattr(completion, parameter.values)
        found = values_of(completion.Line(root, typed.values)) if root else ()
    given = typed.values.get(parameter.name, ())
    return [(value, "") for value in found if value not in given]


def complete() -> None:
    """Prints what the shell may offer, and ends; other instructions are typer's."""
    instruction, _, shell = os.environ["_TPA_COMPLETE"].partition("_")
    if instruction != "complete" or shell not in SHELLS:
        return
    read, show = SHELLS[shell]
    found: Found = ()
    with suppress(OSError):
        found = offers(*read(os.environ))
    sys.stdout.write(f"{show(found, os.environ)}\n")
    sys.exit()


def _split(text: str) -> list[str]:
    """The words of a line, of which the last may be within quotes."""
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        words.extend(lexer)
    except ValueError:
        words.append(lexer.token)
    return words


def _of_bash(environment: Mapping[str, str]) -> tuple[list[str], str]:
    words, at = _split(environment.get("COMP_WORDS", "")), int(environment.get("COMP_CWORD", "0"))
    return words[1:at], "".join(words[at : at + 1])


def _of_line(environment: Mapping[str, str]) -> tuple[list[str], str]:
    line = environment.get("_TYPER_COMPLETE_ARGS", "")
    words = _split(line)[1:]
    complete_word = not words or line[-1:].isspace()
    return (words, "") if complete_word else (words[:-1], words[-1])


def _of_powershell(environment: Mapping[str, str]) -> tuple[list[str], str]:
    words = _split(environment.get("_TYPER_COMPLETE_ARGS", ""))[1:]
    part = environment.get("_TYPER_COMPLETE_WORD_TO_COMPLETE", "")
    return (words[:-1] if part else words), part


def _in_bash(found: Found, _: Mapping[str, str]) -> str:
    return "\n".join(text for text, _ in found)


def _in_zsh(found: Found, _: Mapping[str, str]) -> str:
    """A call of zsh's `_arguments`; without offers it completes files."""
    words = (f'"{text}:{_quoted(line)}"' if line else f'"{text}"' for text, line in found)
    return f"_arguments '*: :(({' '.join(words)}))'" if found else "_files"


def _quoted(text: str) -> str:
    """Within double quotes that are within single ones: zsh evaluates it twice."""
    inner = re.sub(r'(["$`\\])', r"\\\1", text).replace(":", r"\:")
    return inner.replace("'", "'\\''")


def _in_fish(found: Found, environment: Mapping[str, str]) -> str:
    """It asks first whether there is anything, and completes files where there is not."""
    if environment.get("_TYPER_COMPLETE_FISH_ACTION") == "is-args":
        sys.exit(0 if found else 1)
    return "\n".join(f"{text}\t{line}" if line else text for text, line in found)


def _in_powershell(found: Found, _: Mapping[str, str]) -> str:
    return "\n".join(f"{text}:::{line or ' '}" for text, line in found)


SHELLS: Mapping[str, tuple[Any, Any]] = {
    "bash": (_of_bash, _in_bash),
    "zsh": (_of_line, _in_zsh),
    "fish": (_of_line, _in_fish),
    "powershell": (_of_powershell, _in_powershell),
    "pwsh": (_of_powershell, _in_powershell),
}
"""How each tells what was typed, and how it wants to be answered."""
