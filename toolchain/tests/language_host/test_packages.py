"""What a program needs is read from the folders of its virtual environment."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pulumi_toolchain.language_host import python_environment
from pulumi_toolchain.language_host.python_environment import Interpreter, UnusableRuntimeError


def distribution(folder: Path, name: str, version: str, *requires: str) -> None:
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    (info / "METADATA").write_text("\n".join(lines) + "\n")


def sdk(folder: Path, name: str, content: object) -> None:
    (folder / name).mkdir(parents=True)
    (folder / name / python_environment.PLUGIN_FILE).write_text(json.dumps(content))


def test_a_generated_sdk_asks_for_its_plugin(tmp_path: Path) -> None:
    sdk(tmp_path, "pulumi_auth0", {"resource": True, "name": "auth0", "version": "3.55.1"})
    (found,) = python_environment.required_plugins([tmp_path])
    assert (found.name, found.kind, found.version) == ("auth0", "resource", "v3.55.1")


def test_name_and_version_may_come_from_the_distribution(tmp_path: Path) -> None:
    sdk(tmp_path, "pulumi_tiny", {"resource": True, "server": "https://plugins.example"})
    distribution(tmp_path, "pulumi-tiny", "1.2.3")
    (found,) = python_environment.required_plugins([tmp_path])
    assert (found.name, found.version) == ("tiny", "v1.2.3")
    assert found.server == "https://plugins.example"


def test_a_parameterized_sdk_keeps_its_parameter(tmp_path: Path) -> None:
    parameter = {"name": "acme", "version": "2.0.0", "value": base64.b64encode(b"{}").decode()}
    content = {"resource": True, "name": "base", "version": "1.0.0", "parameterization": parameter}
    sdk(tmp_path, "pulumi_acme", content)
    (found,) = python_environment.required_plugins([tmp_path])
    assert (found.parameterization.name, found.parameterization.value) == ("acme", b"{}")


@pytest.mark.parametrize("content", [{"resource": False, "name": "lib"}, [], "text"])
def test_what_asks_for_no_plugin_is_left_out(tmp_path: Path, content: object) -> None:
    sdk(tmp_path, "pulumi_lib", content)
    assert list(python_environment.required_plugins([tmp_path])) == []


def test_an_unreadable_file_is_left_out(tmp_path: Path) -> None:
    sdk(tmp_path, "pulumi_lib", {})
    (tmp_path / "pulumi_lib" / python_environment.PLUGIN_FILE).write_text("{")
    assert list(python_environment.required_plugins([tmp_path])) == []


def test_direct_dependencies_are_those_that_no_other_one_requires(tmp_path: Path) -> None:
    distribution(tmp_path, "Top_Level", "1.0", "low.level>=2; python_version>'3'", "absent[extra]")
    distribution(tmp_path, "low-level", "2.1")
    direct = python_environment.dependencies([tmp_path], transitive=False)
    assert [(item.name, item.version) for item in direct] == [("Top_Level", "1.0")]
    assert len(list(python_environment.dependencies([tmp_path], transitive=True))) == 2


def test_a_virtual_environment_is_relative_to_the_engine_file(tmp_path: Path) -> None:
    options = {"toolchain": "pip", "virtualenv": "../../.venv"}
    assert Interpreter.of(str(tmp_path / "a" / "b"), options).home == tmp_path / ".venv"
    assert Interpreter.of(str(tmp_path), {"toolchain": "uv"}).home == tmp_path / ".venv"
    assert Interpreter.of(str(tmp_path), {}).home is None


def test_without_a_virtual_environment_the_users_python_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "no-such-python-anywhere")
    with pytest.raises(UnusableRuntimeError, match="no-such-python-anywhere"):
        _ = Interpreter(None).python


def test_activation_hides_another_pythons_home(tmp_path: Path) -> None:
    result = Interpreter(tmp_path).activated({"PATH": "/bin", "PYTHONHOME": "/old", "A": "b"})
    assert result == {"VIRTUAL_ENV": str(tmp_path), "PATH": f"{tmp_path}/bin:/bin", "A": "b"}
