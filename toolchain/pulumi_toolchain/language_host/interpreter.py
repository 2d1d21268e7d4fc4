"""Which Python runs a program, from the `runtime.options` of its Pulumi.yaml."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class UnusableRuntimeError(Exception):
    """The program's runtime options can't be served; the text is for the user."""


@dataclass(frozen=True)
class Interpreter:
    """The virtual environment of a program, or (`home` is None) the Python on PATH."""

    home: Path | None
    option: str = ""

    @classmethod
    def of(cls, root: str, options: Mapping[str, Any]) -> Interpreter:
        """From the folder of Pulumi.yaml (or PulumiPlugin.yaml, PulumiPolicy.yaml) and its options.

        Raises UnusableRuntimeError for a toolchain that needs a program of its own.
        """
        toolchain = str(options.get("toolchain") or "pip")
        if toolchain not in {"pip", "uv"}:
            raise UnusableRuntimeError(
                f"the stand-in language host doesn't know `toolchain: {toolchain}`;"
                " write `toolchain: pip` in Pulumi.yaml or install Pulumi's own CLI"
            )
        option = str(options.get("virtualenv") or (".venv" if toolchain == "uv" else ""))
        return cls(Path(os.path.normpath(Path(root, option))) if option else None, option)

    @property
    def python(self) -> Path:
        """The executable. Raises UnusableRuntimeError when there is none."""
        if self.home is None:
            command = os.environ.get("PULUMI_PYTHON_CMD") or "python3"
            if found := shutil.which(command):
                return Path(found)
            raise UnusableRuntimeError(f"there is no `{command}` on PATH to run the program with")
        if not (python := self.home / "bin" / "python").exists():
            raise UnusableRuntimeError(
                f"The 'virtualenv' option in Pulumi.yaml is set to {self.option!r}, but {self.home}"
                " is not a virtual environment; run `pulumi install` to create it"
            )
        return python

    @property
    def exists(self) -> bool:
        """False if the program's virtual environment has yet to be made."""
        return self.home is None or (self.home / "bin" / "python").exists()

    def site_packages(self) -> Iterator[Path]:
        """The folders with the packages of the virtual environment; none without one."""
        if self.home is not None:
            yield from sorted(self.home.glob("lib/python3*/site-packages"))

    def activated(self, base: Mapping[str, str]) -> dict[str, str]:
        """`base` as `activate` would leave it."""
        result = dict(base)
        if self.home is not None:
            result["VIRTUAL_ENV"] = str(self.home)
            result["PATH"] = os.pathsep.join([str(self.home / "bin"), base.get("PATH", os.defpath)])
            result.pop("PYTHONHOME", None)
        return result


def creating_python() -> str:
    """The Python that makes new virtual environments: the user's choice, else our own."""
    return os.environ.get("PULUMI_PYTHON_CMD") or sys.executable
