"""Changes to several files of the project, tried out on a copy before they are saved."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path
from tpa.errors import TpaError
from tpa.files.editing.editor import (
    Unwritable,
    append_at,
    merge_at,
    remove_at,
    set_at,
)
from tpa.files.editing.rendering import block
from tpa.files.layout import PROJECT_FILE, STACKS
from tpa.files.regular import read_if_there, read_regular, write_text

SCHEMAS = {
    "applications": "../schemas/application.json",
    "agents": "../schemas/agent.json",
}
"""Folder in `stacks` -> the schema that an editor uses for a new file in it."""


@dataclass
class StagedFiles:
    """`copy` is a project folder with the changed files; `root` is the real one."""

    root: FilePath
    copy: FilePath
    _before: dict[str, str | None] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """The files that would change, by name."""
        return tuple(sorted(f for f, old in self._before.items() if self.read(f) != old))

    def read(self, file: str) -> str | None:
        """The text of a file with its changes; None where there is no file."""
        return read_if_there(self.copy / file)

    def write(self, file: str, text: str) -> None:
        """Replaces the text of a file, or adds the file."""
        self._before.setdefault(file, self.read(file))
        write_text(self.copy / file, text)

    def data(self, file: str) -> Any:
        """The data of a file with its changes; an empty mapping where there is no file."""
        return yaml.safe_load(self.read(file) or "") or {}

    def original(self, file: str) -> Any:
        """The data of a file without its changes; an empty mapping where there was no file."""
        return yaml.safe_load(self._before.get(file, self.read(file)) or "") or {}

    def set(self, file: str, path: Path, value: object) -> None:
        """Changes one value of a file; this and the next methods are those of the editor.

        Raises:
            Unwritable: it has to be done by hand.
        """
        self._edit(file, lambda text: set_at(text, path, value))

    def append(self, file: str, path: Path, value: object) -> None:
        self._edit(file, lambda text: append_at(text, path, value))

    def merge(self, file: str, path: Path, values: Mapping[str, object]) -> None:
        self._edit(file, lambda text: merge_at(text, path, values))

    def write_new(self, file: str, content: object) -> None:
        """Adds a file, with the line that names its schema."""
        schema = SCHEMAS[file.split("/")[1]]
        self.write(file, f"# yaml-language-server: $schema={schema}\n{block(content)}")

    def keys(self, folder: str) -> tuple[str, ...]:
        """The names of the files in a folder of `stacks`."""
        return tuple(sorted(file.stem for file in (self.copy / STACKS / folder).glob("*.yaml")))

    def remove(self, file: str, path: Path) -> None:
        self._edit(file, lambda text: remove_at(text, path))

    def _edit(self, file: str, edit: Callable[[str], str]) -> None:
        try:
            self.write(file, edit(self.read(file) or ""))
        except Unwritable as error:
            raise Unwritable(f"{file}: {error}") from None

    def drop(self, file: str) -> None:
        """Takes the changes of one file back; a new file is removed."""
        before = self._before.pop(file, None)
        if before is None:
            (self.copy / file).unlink(missing_ok=True)
        else:
            write_text(self.copy / file, before)

    def reset(self) -> None:
        for file in list(self._before):
            self.drop(file)

    def save(self) -> tuple[str, ...]:
        """Writes the changes to the project, all or none; returns the names of the changed files.

        Raises:
            TpaError: a file was edited by another program meanwhile, or can't be written.
        """
        changed = self.changed
        try:
            for file in changed:
                if read_if_there(self.root / file) != self._before[file]:
                    edited = f"{file} was edited meanwhile; nothing was written: run it again"
                    raise TpaError(edited)
            for file in changed:
                write_text(self.root / file, self.read(file) or "", new=self._before[file] is None)
        except OSError as error:
            self.undo()
            raise TpaError(
                f"{error.filename} can't be written: {error.strerror}; the files are as they were\n"
                "  fix: make room, or get permission to write there, then run this again"
            ) from None
        return changed

    def undo(self) -> None:
        """Restores the files as they were before `save`, unless they were edited since."""
        for file, old in self._before.items():
            target = self.root / file
            if read_if_there(target) != self.read(file):
                continue
            if old is None:
                target.unlink()
            else:
                write_text(target, old)


@contextmanager
def staged(root: FilePath) -> Iterator[StagedFiles]:
    """A copy of the project's files to change; it is deleted at the end of the block."""
    with TemporaryDirectory() as folder:
        copy = FilePath(folder)
        for file in _files(root):
            target = copy / file.relative_to(root)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(read_regular(file, root))
        yield StagedFiles(root, copy)


def _files(root: FilePath) -> Iterator[FilePath]:
    """What the catalog is made of: YAML files, and copies of agents' documents."""
    if (root / PROJECT_FILE).exists():
        yield root / PROJECT_FILE
    for file in sorted((root / STACKS).rglob("*")):
        inside = file.relative_to(root / STACKS)
        if file.suffix in (".yaml", ".json") and not file.is_dir() and not _left_out(inside):
            yield file


def _left_out(file: FilePath) -> bool:
    return file.parts[0] == "schemas" or file.name.startswith("Pulumi.")
