"""`tpa drift --accept`: what is live is written into the files."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tpa.drift.accept import accept
from tpa.drift.differences import Difference, differences
from tpa.drift.reading import EnvironmentStates
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.files.editing.staging import Moved, Stage, staged
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import environment_names
from tpa.terminal.output import say


def into_files(workspace: Workspace, seen: EnvironmentStates, chosen: Sequence[Difference]) -> None:
    """Writes what is live into the files, all of it or nothing, and says what became of each.

    Raises:
        CatalogError: the rules refuse the result; nothing was written.
        TpaError: somebody edits the files right now, or they can't be written.
    """
    with staged(workspace.root) as stage:
        left = accept(stage, seen.view, chosen)
        wanted = {each.path for each in chosen} - left.keys()
        _check(stage, seen, wanted)
        written = _keep(stage)
    for path, reason in left.items():
        say(f"not accepted: {path}: {reason}")
    for line in _written(workspace, written):
        say(line)


def _keep(stage: Stage) -> tuple[str, ...]:
    try:
        return stage.keep()
    except Moved as error:
        raise TpaError(str(error)) from None
    except OSError as error:
        stage.undo()
        raise TpaError(
            f"{error.filename} can't be written: {error.strerror}; no file was"
        ) from None


def _written(workspace: Workspace, files: Sequence[str]) -> Iterator[str]:
    """A file that environments share brings a change of one of them to all."""
    names = environment_names(workspace.root)
    others = ", ".join(name for name in names if name != workspace.name)
    for file in files:
        shared = others and file != workspace.catalog.file
        yield f"written: {file}{f' (it counts for {others} too)' if shared else ''}"


def _check(stage: Stage, seen: EnvironmentStates, wanted: set[str]) -> None:
    """What was accepted must keep the rules, and must be no difference any more."""
    name = seen.view.catalog.name
    try:
        catalog = load_catalog(stage.copy, name)
        _check_others(stage, name)
    except CatalogError as error:
        why = "what is live there can't be declared as it is"
        fix = "--restore these, and --accept others by naming their paths"
        head = Problem(seen.view.catalog.file, 0, "", "--accept was refused", why, fix)
        raise CatalogError([head, *error.problems]) from None
    after = replace(seen.view, catalog=catalog)
    still = [each for each in differences(after, seen.last) if each.path in wanted]
    if still:
        paths = ", ".join(each.path for each in still)
        raise TpaError(
            f"these can't be written into files as they are, and nothing was: {paths}"
            "\n  fix: --restore them, and --accept others by naming their paths"
        )


def _check_others(stage: Stage, name: str) -> None:
    """Files are shared: what is live here may break a rule where something else is live.

    Raises:
        CatalogError: an environment that kept the rules would not any more.
    """
    for other in environment_names(stage.root):
        if other != name and _keeps_rules(stage.root, other):
            load_catalog(stage.copy, other)


def _keeps_rules(root: Path, name: str) -> bool:
    try:
        load_catalog(root, name)
    except CatalogError:
        return False
    return True
