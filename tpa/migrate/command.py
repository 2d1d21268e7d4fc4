"""`tpa migrate`: where partners are live moves from the environments' files into their own."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import typer
import yaml

from tpa.errors import TpaError
from tpa.files.chain import apply_order
from tpa.files.editing import StagedFiles, Unwritable, block, entry_at, indented, staged
from tpa.files.sources import (
    agent_file,
    application_file,
    environment_file,
    environment_names,
    read_environments,
)
from tpa.project import project_folder
from tpa.terminal.output import Json, cell, results


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
        results().print(cell(line), soft_wrap=True)


def move(stage: StagedFiles) -> None:
    """Rewrites the staged files.

    Raises:
        TpaError: a partner has no file, or has another form there already.
        Unwritable: it has to be done by hand.
    """
    stated: dict[str, dict[str, tuple[Any, str]]] = {}
    for name in _in_order(stage):
        for file, overlay, text in _live(stage, name):
            stated.setdefault(file, {})[name] = overlay, text
    missing = [file for file in stated if stage.read(file) is None]
    if missing:
        why = "its key is listed as live in an environment's file"
        raise TpaError(
            "\n".join(f"there is no file {file}: {why}" for file in missing)
            + "\n  fix: add the file, or remove the key; nothing was written"
        )
    for file, where in stated.items():
        _write(stage, file, where)
    for file in map(environment_file, _in_order(stage)):
        for field in {"applications", "agents"} & stage.data(file).keys():
            stage.remove(file, (field,))
            _close_gap(stage, file)


def _in_order(stage: StagedFiles) -> tuple[str, ...]:
    """All environments; those with a sound chain first, as it goes."""
    links = {name: each.advances_from for name, each in read_environments(stage.copy).items()}
    chained = apply_order(links).names
    return (*chained, *(name for name in environment_names(stage.copy) if name not in chained))


def _live(stage: StagedFiles, name: str) -> Iterator[tuple[str, Any, str]]:
    """The file of each partner that an environment lists, what differs there, and that as it is
    written, with its comments; "" where it has to be written anew.
    """
    file = environment_file(name)
    content, text = stage.data(file), stage.read(file) or ""
    applications, agents = content.get("applications") or {}, content.get("agents") or []
    if not isinstance(applications, dict) or not isinstance(agents, list):
        raise TpaError(f"{file}: applications is no mapping, or agents no list; correct that first")
    for key, overlay in applications.items():
        try:
            written = entry_at(text, ("applications", key), name)
        except Unwritable:
            written = ""
        yield application_file(key), overlay or {}, written
    for key in agents:
        yield agent_file(key), {}, f"{name}: {{}}\n"


def _close_gap(stage: StagedFiles, file: str) -> None:
    """One empty line where what was between two is gone."""
    closed = re.sub(r"\n{3,}", "\n\n", stage.read(file) or "")
    if yaml.safe_load(closed) == stage.data(file):
        stage.write(file, closed)


def _write(stage: StagedFiles, file: str, where: Mapping[str, tuple[Any, str]]) -> None:
    content, text = stage.data(file), stage.read(file) or ""
    known = content.get("environments") or {}
    for name, (overlay, _) in where.items():
        if name in known and (known[name] or {}) != overlay:
            raise TpaError(
                f"{file} and {environment_file(name)} both say what differs in {name}\n"
                "  fix: remove one of the two; nothing was written"
            )
    wanted = {name: overlay for name, (overlay, _) in where.items()}
    entries = "".join(
        written or block({name: overlay}) for name, (overlay, written) in where.items()
    )
    longer = f"{text.rstrip()}\nenvironments:\n{indented(entries, 2)}"
    if known or "\r" in text or yaml.safe_load(longer) != {**content, "environments": wanted}:
        stage.merge(file, ("environments",), wanted)
    else:
        stage.write(file, longer)
