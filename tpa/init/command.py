"""`tpa init`: makes a project, and says later what of it moved with the tool."""

import difflib
import json
import os
import shlex
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from auth0_third_party.model.text import shown
from tpa.errors import TpaError
from tpa.files.layout import find_project
from tpa.files.regular import write_text
from tpa.files.schemas import FOLDER
from tpa.init.scaffold import TO_DO, Host, State, checked_name, new_files, states
from tpa.project import own_version, pinned_version
from tpa.terminal.output import Json, print_line, results, say
from tpa.verbs import command_in

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The project's folder.")]
Pipelines = Annotated[Host, typer.Option("--host", help="Whose pipelines to add.")]
Name = Annotated[str, typer.Option("--name", help="The project's; default: the folder's.")]
Keep = Annotated[bool, typer.Option("--keep", help="Leave files that are there as they are.")]
Check = Annotated[
    bool, typer.Option("--check", help="Write nothing; exit status 1: the tool has newer files.")
]
Upgrade = Annotated[
    bool, typer.Option("--upgrade", help="Write newer files, where you did not edit them.")
]
Compared = tuple[str, State, str, str]


def init(
    folder: Folder = Path(),
    *,
    host: Pipelines = Host.NONE,
    name: Name = "",
    keep: Keep = False,
    check: Check = False,
    upgrade: Upgrade = False,
    as_json: Json = False,
) -> None:
    """Makes a project: the stack's program, one environment on a local tenant, one partner.

    No file that is there is overwritten. Later, with a newer version of the tool, `--check`
    compares what is not the team's own: the program, its requirements, pipelines and schemas. JSON:
    folder, written; with `--check` or `--upgrade` also made_for, version, files (path, state).

    Examples:
        tpa init partners --host github
        tpa init --check
        tpa init --upgrade
    """
    if check or upgrade:
        _compare(folder, upgrade=upgrade and not check, as_json=as_json)
        return
    made = new_files(checked_name(name, folder), host)
    taken = [path for path in made if os.path.lexists(folder / path)]
    if taken and not keep:
        raise TpaError(
            "\n  ".join([f"nothing was written: {folder} has these files already", *taken])
            + "\n  fix: another folder, or --keep, which leaves them as they are"
        )
    written = [path for path in made if path not in taken]
    _write(folder, made, written)
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), "written": written}, indent=2))
        return
    for path in written:
        print_line(f"wrote {folder / path}")
    enter = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    print_line(f"Next: {enter}{command_in(folder)} up")


def _compare(folder: Path, *, upgrade: bool, as_json: bool) -> None:
    root = find_project(folder.resolve())
    if root is None:
        raise TpaError(f"{folder} is no project: neither it nor a folder above has Pulumi.yaml")
    pin, own = pinned_version(root), own_version()
    found = list(states(root))
    written = []
    if upgrade:
        written = [path for path, state, *_ in found if state in (State.NEWER, State.MISSING)]
        _write(root, {path: text for path, *_, text in found}, written)
        found = [each for each in found if each[0] not in written]
    if as_json:
        files = [{"path": path, "state": state.value} for path, state, *_ in found]
        answer = {"folder": str(root), "made_for": pin, "version": own, "files": files}
        typer.echo(json.dumps({**answer, "written": written}, indent=2))
    else:
        same = sum(state is State.UNCHANGED for _, state, *_ in found)
        print_line(f"{root.name}: for tpa {pin}; this is tpa {own}; {same} files are unchanged")
        _show(found, written)
    if left := [path for path, state, *_ in found if state in TO_DO]:
        fix = "take over by hand what you need, with the last line"
        if State.NEWER in [state for _, state, *_ in found]:
            fix = "tpa init --upgrade, which leaves alone what you edited"
        say(f"newer in the tool: {', '.join(left)}\n  fix: {fix}")
        raise typer.Exit(1)


def _show(found: Iterable[Compared], written: Iterable[str]) -> None:
    for path in written:
        print_line(f"wrote {path}")
    for path, state, *_ in found:
        if state is not State.UNCHANGED:
            print_line(f"{path}: {state}")
    for path, state, own, made in found:
        if state in TO_DO and not path.startswith(FOLDER):  # what is generated has no author
            lines = difflib.unified_diff(
                own.splitlines(), made.splitlines(), path, f"{path} of the tool", lineterm=""
            )
            for line in lines:
                results().print(Text(shown(line)), soft_wrap=True)


def _write(root: Path, texts: dict[str, str], paths: Iterable[str]) -> None:
    for path in paths:
        write_text(root / path, texts[path])
        if texts[path].startswith("#!"):
            (root / path).chmod(0o755)
