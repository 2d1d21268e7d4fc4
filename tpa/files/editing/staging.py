"""Changes to several files of the project, tried out on a copy before any of them is made."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from auth0_third_party.rules.violation import Path
from tpa.files.editing.editor import (
    Unwritable,
    append_at,
    merge_at,
    read_text,
    remove_at,
    set_at,
    write_text,
)
from tpa.files.editing.rendering import block
from tpa.files.sources import PROJECT_FILE, STACKS

SCHEMAS = {
    "applications": "../schemas/application.json",
    "agents": "../schemas/agent.json",
}
"""What an editor completes a new file by."""


class Moved(Exception):
    """A file that was to be changed is not what it was when the change was made up."""


@dataclass
class Stage:
    """`copy` is a project folder with the files as they would be; `root` is the real one."""

    root: FilePath
    copy: FilePath
    _before: dict[str, str | None] = field(default_factory=dict)

    @property
    def changed(self) -> tuple[str, ...]:
        """The files that would change, by name."""
        return tuple(sorted(f for f, old in self._before.items() if self.read(f) != old))

    def read(self, file: str) -> str | None:
        """A file as it would be; None where there is none."""
        place = self.copy / file
        return read_text(place) if place.exists() else None

    def write(self, file: str, text: str) -> None:
        """A file with other content, or a new one."""
        self._before.setdefault(file, self.read(file))
        write_text(self.copy / file, text)

    def data(self, file: str) -> Any:
        """What a file says; an empty mapping where there is none."""
        return yaml.safe_load(self.read(file) or "") or {}

    def set(self, file: str, path: Path, value: object) -> None:
        """One value of a file; the other three words do what those of `catalog.writing` do.

        Raises:
            Unwritable: it has to be done by hand.
        """
        self._edit(file, lambda text: set_at(text, path, value))

    def append(self, file: str, path: Path, value: object) -> None:
        """One more item of a list."""
        self._edit(file, lambda text: append_at(text, path, value))

    def merge(self, file: str, path: Path, values: Mapping[str, object]) -> None:
        """New keys of a mapping, all at once."""
        self._edit(file, lambda text: merge_at(text, path, values))

    def write_new(self, file: str, content: object) -> None:
        """A file that is not there yet."""
        schema = SCHEMAS[file.split("/")[1]]
        self.write(file, f"# yaml-language-server: $schema={schema}\n{block(content)}")

    def keys(self, folder: str) -> tuple[str, ...]:
        """The names of the files in a folder of `stacks`."""
        return tuple(sorted(file.stem for file in (self.copy / STACKS / folder).glob("*.yaml")))

    def remove(self, file: str, path: Path) -> None:
        """A key or an item less."""
        self._edit(file, lambda text: remove_at(text, path))

    def _edit(self, file: str, edit: Callable[[str], str]) -> None:
        try:
            self.write(file, edit(self.read(file) or ""))
        except Unwritable as error:
            raise Unwritable(f"{file}: {error}") from None

    def drop(self, file: str) -> None:
        """A new file is not wanted after all, or a change is taken back."""
        before = self._before.pop(file, None)
        if before is None:
            (self.copy / file).unlink(missing_ok=True)
        else:
            write_text(self.copy / file, before)

    def reset(self) -> None:
        """The copy is like the project again."""
        for file in list(self._before):
            self.drop(file)

    def keep(self) -> tuple[str, ...]:
        """Makes the changes in the project; their files, by name.

        Raises:
            Moved: somebody edited one of them meanwhile; nothing was written.
            OSError: a file can't be written.
        """
        changed = self.changed
        for file in changed:
            place = self.root / file
            there = read_text(place) if place.exists() else None
            if there != self._before[file]:
                raise Moved(f"{file} was edited meanwhile; nothing was written: run it again")
        for file in changed:
            write_text(self.root / file, self.read(file) or "", new=self._before[file] is None)
        return changed

    def undo(self) -> None:
        """Puts the project's files back to what they were before `keep`; edits since then stay."""
        for file, old in self._before.items():
            place = self.root / file
            if not place.exists() or read_text(place) != self.read(file):
                continue
            if old is None:
                place.unlink()
            else:
                write_text(place, old)


@contextmanager
def staged(root: FilePath) -> Iterator[Stage]:
    """A stage over a copy of the files; nothing of it is left afterwards."""
    with TemporaryDirectory() as folder:
        copy = FilePath(folder)
        ignored = shutil.ignore_patterns("*.py", "__pycache__", "Pulumi.*", "schemas")
        shutil.copytree(root / STACKS, copy / STACKS, ignore=ignored)
        if (root / PROJECT_FILE).exists():
            shutil.copy(root / PROJECT_FILE, copy / PROJECT_FILE)
        yield Stage(root, copy)
