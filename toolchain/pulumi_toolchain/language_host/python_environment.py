"""Which Python runs a program, and what is installed for it: read from `runtime.options` and from
the folders of the virtual environment, without `pip list` and without a new process.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import language_pb2, plugin_pb2

PLUGIN_FILE = "pulumi-plugin.json"


class UnusableRuntimeError(Exception):
    """The program's runtime options are not supported; the text is for the user."""


@dataclass(frozen=True)
class Interpreter:
    """The virtual environment of a program, or (`home` is None) the Python on PATH."""

    home: Path | None
    option: str = ""

    @classmethod
    def of(cls, root: str, options: Mapping[str, Any]) -> Interpreter:
        """From the folder of Pulumi.yaml (or PulumiPlugin.yaml, PulumiPolicy.yaml) and its options.

        Raises UnusableRuntimeError for any toolchain but pip and uv.
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
        """False if the program has a virtual environment that does not exist yet."""
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
    """The Python that makes virtual environments: the user's choice, else that of this process."""
    return os.environ.get("PULUMI_PYTHON_CMD") or sys.executable


def required_plugins(folders: Iterable[Path]) -> Iterator[plugin_pb2.PackageDependency]:
    """The resource plugins that the SDKs in `folders` (site-packages) ask for.

    A generated SDK says so in its `pulumi-plugin.json`; a file that can't be read is skipped, as
    the official host does.
    """
    for folder in folders:
        for file in sorted(folder.glob(f"*/{PLUGIN_FILE}")):
            try:
                content = json.loads(file.read_text("utf-8"))
            except (OSError, ValueError):
                continue
            if isinstance(content, dict) and content.get("resource"):
                yield _dependency(content, file.parent)


def _dependency(content: dict[str, Any], package: Path) -> plugin_pb2.PackageDependency:
    result = plugin_pb2.PackageDependency(
        name=str(content.get("name") or package.name.removeprefix("pulumi_")),
        kind="resource",
        version=_tagged(str(content.get("version") or _installed_version(package))),
        server=str(content.get("server") or ""),
    )
    if isinstance(given := content.get("parameterization"), dict):
        result.parameterization.name = str(given.get("name", ""))
        result.parameterization.version = str(given.get("version", ""))
        try:
            result.parameterization.value = base64.b64decode(str(given.get("value", "")))
        except binascii.Error:
            result.ClearField("parameterization")
    return result


def dependencies(
    folders: Iterable[Path], *, transitive: bool
) -> Iterator[language_pb2.DependencyInfo]:
    """Installed distributions; without `transitive` only those that no other one requires."""
    found = {_normal(item.name): item for item in distributions(path=[str(f) for f in folders])}
    wanted = {name for item in found.values() for name in _requirements(item)}
    for name, item in sorted(found.items()):
        if transitive or name not in wanted:
            yield language_pb2.DependencyInfo(name=item.name, version=item.version)


def _requirements(distribution: Distribution) -> Iterator[str]:
    for line in distribution.requires or ():
        if match := re.match(r"[A-Za-z0-9._-]+", line):
            yield _normal(match[0])


def _installed_version(package: Path) -> str:
    for item in distributions(path=[str(package.parent)]):
        if _normal(item.name) == _normal(package.name):
            return item.version
    return ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _tagged(version: str) -> str:
    return version if not version or version.startswith("v") else f"v{version}"
