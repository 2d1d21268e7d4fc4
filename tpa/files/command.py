"""`tpa schema`: JSON Schemas of the files, for editors."""

import json
import shlex
from pathlib import Path
from typing import Annotated

import typer

from tpa.files.regular import read_regular_text, write_text
from tpa.files.schemas import FOLDER, schemas
from tpa.project import project_folder
from tpa.terminal.output import Json, cell, results, say

To = Annotated[
    Path | None,
    typer.Option("--to", metavar="DIR", help=f"Another folder than {FOLDER}."),
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit status 1: out of date.")]


def schema(to: To = None, check: Check = False, as_json: Json = False) -> None:
    """Writes JSON Schemas of the project's files, so that an editor can complete their fields.

    The first line of a file names its schema; `tpa new` writes that line. JSON: folder, files,
    stale (files that are, or were, missing or out of date).

    Examples:
        tpa schema
        tpa schema --check --json
        tpa schema --to build/schemas
    """
    folder = to or project_folder() / FOLDER
    made = schemas()
    stale = [name for name, text in made.items() if _read(folder / name) != text]
    if not check:
        for name in stale:
            write_text(folder / name, made[name])
    shown = FOLDER if to is None else str(to)
    if as_json:
        answer = {"folder": shown, "files": list(made), "stale": stale}
        typer.echo(json.dumps(answer, indent=2))
    elif not check:
        for name in stale:
            results().print(cell(f"wrote {shown}/{name}"), soft_wrap=True)
    if not stale and not as_json:
        results().print(cell(f"{shown}: all {len(made)} schemas are up to date"), soft_wrap=True)
    if check and stale:
        again = "tpa schema" if to is None else f"tpa schema --to {shlex.quote(shown)}"
        say(f"out of date: {', '.join(f'{shown}/{name}' for name in stale)}\n  fix: {again}")
        raise typer.Exit(1)


def _read(file: Path) -> str | None:
    return read_regular_text(file) if file.exists() else None
