"""`tpa schema` and `tpa migrate`: schemas of the files, and files of an older form."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer
import yaml

from tpa.errors import TpaError
from tpa.files.editing import StagedFiles, Unwritable, block, entry_at, indented, staged
from tpa.files.environment import apply_order
from tpa.files.layout import agent_file, application_file, environment_file, environment_names
from tpa.files.regular import read_if_there, write_text
from tpa.files.schemas import FOLDER, schemas
from tpa.files.sources import read_environments
from tpa.project import project_folder
from tpa.terminal.output import Json, print_line, say

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
    stale = [name for name, text in made.items() if read_if_there(folder / name) != text]
    if not check:
        for name in stale:
            write_text(folder / name, made[name])
    shown = FOLDER if to is None else str(to)
    if as_json:
        answer = {"folder": shown, "files": list(made), "stale": stale}
        typer.echo(json.dumps(answer, indent=2))
    elif not check:
        for name in stale:
            print_line(f"wrote {shown}/{name}")
    if not stale and not as_json:
        print_line(f"{shown}: all {len(made)} schemas are up to date")
    if check and stale:
        again = "tpa schema" if to is None else f"tpa schema --to {shlex.quote(shown)}"
        say(f"out of date: {', '.join(f'{shown}/{name}' for name in stale)}\n  fix: {again}")
        raise typer.Exit(1)


def migrate(as_json: Json = False) -> None:
    """Moves `applications` and `agents` of environments' files into the partners' own files.

    There `environments` says where a partner is live and what differs there. Comments move along.
    Nothing of a tenant or a stack changes. JSON: written (the names of the changed files).

    Examples:
        tpa migrate
    """
    with staged(project_folder()) as stage:
        move(stage)
        written = stage.save()
    if as_json:
        typer.echo(json.dumps({"written": written}, indent=2))
        return
    lines = [f"wrote {file}" for file in written] or ["nothing to move: all files are up to date"]
    for line in lines:
        print_line(line)


def move(stage: StagedFiles) -> None:
    """Rewrites the staged files.

    Raises:
        TpaError: a partner has no file, or has another form there already.
        Unwritable: it has to be done by hand.
    """
    stated: dict[str, dict[str, str]] = {}
    for name in _in_order(stage):
        for file, entry in _live(stage, name):
            stated.setdefault(file, {})[name] = entry
    missing = [file for file in stated if stage.read(file) is None]
    if missing:
        why = "its key is listed as live in an environment's file"
        raise TpaError(
            "\n".join(f"there is no file {file}: {why}" for file in missing)
            + "\n  fix: add the file, or remove the key; nothing was written"
        )
    for file, entries in stated.items():
        _write_entries(stage, file, entries)
    for file in map(environment_file, _in_order(stage)):
        for field in {"applications", "agents"} & stage.data(file).keys():
            stage.remove(file, (field,))
            _close_gap(stage, file)


def _in_order(stage: StagedFiles) -> tuple[str, ...]:
    """All environments; those with a sound chain first, as it goes."""
    links = {name: each.advances_from for name, each in read_environments(stage.copy).items()}
    chained = apply_order(links).names
    return (*chained, *(name for name in environment_names(stage.copy) if name not in chained))


def _live(stage: StagedFiles, name: str) -> Iterator[tuple[str, str]]:
    """The file of each partner that an environment lists, and its entry for `environments` there:
    what differs, with comments where it has lines of its own.
    """
    file = environment_file(name)
    content, text = stage.data(file), stage.read(file) or ""
    applications, agents = content.get("applications") or {}, content.get("agents") or []
    if not isinstance(applications, dict) or not isinstance(agents, list):
        raise TpaError(f"{file}: applications is no mapping, or agents no list; correct that first")
    for key, overlay in applications.items():
        try:
            entry = entry_at(text, ("applications", key), name)
        except Unwritable:
            entry = block({name: overlay or {}})
        yield application_file(key), entry
    for key in agents:
        yield agent_file(key), block({name: {}})


def _write_entries(stage: StagedFiles, file: str, entries: Mapping[str, str]) -> None:
    content, text = stage.data(file), stage.read(file) or ""
    wanted = {name: yaml.safe_load(entry)[name] for name, entry in entries.items()}
    known = content.get("environments") or {}
    for name, overlay in wanted.items():
        if name in known and (known[name] or {}) != overlay:
            raise TpaError(
                f"{file} and {environment_file(name)} both say what differs in {name}\n"
                "  fix: remove one of the two; nothing was written"
            )
    longer = f"{text.rstrip()}\nenvironments:\n{indented(''.join(entries.values()), 2)}"
    if known or "\r" in text or yaml.safe_load(longer) != {**content, "environments": wanted}:
        stage.merge(file, ("environments",), wanted)
    else:
        stage.write(file, longer)


def _close_gap(stage: StagedFiles, file: str) -> None:
    """One empty line where what was between two is gone."""
    closed = re.sub(r"\n{3,}", "\n\n", stage.read(file) or "")
    if yaml.safe_load(closed) == stage.data(file):
        stage.write(file, closed)
