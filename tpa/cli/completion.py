"""Completion by the Tab key: the command line without the commands, which take a second to load.

What they take stands in `parameters.json`, which `make reference` writes from them.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from tpa.terminal import completion
from tpa.verbs import VERBS

TABLE = Path(__file__).with_name("parameters.json")
_PLAIN = re.compile(r"[\w./@%+,=-]+")
"""Names that no shell reads as more than a word; a file may be called anything."""


def app() -> None:
    """Answers the shell."""
    line = typer.Typer(rich_markup_mode=None)
    line.callback()(_taking([{"name": "version", "flags": ["--version"], "takes": 0}]))
    for verb, rows in parameters().items():
        line.command(verb, help=VERBS[verb][1])(_taking(rows))
    whole: Any = typer.main.get_command(line)
    for command in (whole, *whole.commands.values()):
        for each in command.get_params(typer.Context(command)):
            # What is typed is not checked: the library for that takes as long as all the rest.
            each.process_value = _as_typed
    whole.main(prog_name="tpa")


def _as_typed(ctx: object, value: object) -> object:  # noqa: ARG001
    return value


def parameters() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """What each command takes: `name`; `flags` of an option; `takes`, how many values: 0 for a
    switch, -1 for any number; `help`; `values`: all of them, or who tells them.
    """
    table: Mapping[str, Sequence[Mapping[str, Any]]] = json.loads(TABLE.read_text("utf-8"))
    return table


def _taking(rows: Iterable[Mapping[str, Any]]) -> Callable[..., None]:
    """A function with these parameters, as typer reads them."""

    def nothing(**_: Any) -> None: ...

    found = [_parameter(**row) for row in rows]
    nothing.__signature__ = inspect.Signature(found)  # type: ignore[attr-defined]
    return nothing


def _parameter(
    name: str,
    takes: int,
    flags: Sequence[str] = (),
    help: str = "",  # noqa: A002 - as typer calls it
    values: str | Sequence[str] = (),
) -> inspect.Parameter:
    kinds: Mapping[int, Any] = {0: bool, 1: str, 2: tuple[str, str], -1: list[str]}
    told: Any = {"help": help, "autocompletion": _offers(values) if values else None}
    about = typer.Option(None, *flags, **told) if flags else typer.Argument(None, **told)
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=about, annotation=kinds[takes]
    )


def _offers(values: str | Sequence[str]) -> Callable[[typer.Context, str], list[str]]:
    def offers(ctx: typer.Context, incomplete: str) -> list[str]:
        names = getattr(completion, values)(ctx) if isinstance(values, str) else values
        return [name for name in names if name.startswith(incomplete) and _PLAIN.fullmatch(name)]

    return offers
