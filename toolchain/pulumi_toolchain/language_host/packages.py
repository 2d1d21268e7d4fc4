"""What is installed for a program: read from the folders, no `pip list` and no new process."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import language_pb2, plugin_pb2

PLUGIN_FILE = "pulumi-plugin.json"


def required_plugins(folders: Iterable[Path]) -> Iterator[plugin_pb2.PackageDependency]:
    """The resource plugins that the SDKs in `folders` (site-packages) ask for.

    A generated SDK says so in a `pulumi-plugin.json` of its own; a file that can't be read is
    skipped, as the official host does.
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
    """Installed distributions; without `transitive` only those that no other one asks for."""
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
