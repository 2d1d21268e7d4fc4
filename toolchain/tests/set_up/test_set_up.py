"""Each part is chosen on its own: installed, else the vendor's, else from the registries."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pulumi_toolchain import installed, pins
from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.sources import Sources

from .conftest import FAKE_CLI, FAKE_GO, Machine


def test_an_installed_cli_with_its_host_is_used_as_it_is(machine: Machine) -> None:
    cli = machine.install("pulumi", FAKE_CLI.format(version="3.300.1"))
    machine.install("pulumi-language-python", "#!/bin/sh\n")
    choice = machine.set_up()
    assert (choice.cli, choice.cli_source, choice.host_source) == (cli, "system", "system")
    assert choice.path_entries == ()
    assert not machine.layout.bin.exists()


def test_an_installed_cli_without_its_host_gets_the_stand_in(machine: Machine) -> None:
    cli = machine.install("pulumi", FAKE_CLI.format(version=pins.CLI))
    choice = machine.set_up()
    assert (choice.cli_source, choice.host_source) == ("system", "stand-in")
    assert choice.cli == machine.layout.bin / "pulumi"
    assert choice.cli.read_bytes() == cli.read_bytes()
    assert os.access(machine.layout.bin / "pulumi-language-python", os.X_OK)
    assert choice.path_entries == (machine.layout.bin,)


@pytest.mark.parametrize("version", ["3.252.9", f"{pins.CLI}-alpha.1", "", "dev"])
def test_an_installed_cli_that_is_too_old_is_left_alone(machine: Machine, version: str) -> None:
    machine.install("pulumi", FAKE_CLI.format(version=version))
    assert machine.set_up().cli_source == "registries"
    assert f"older than {pins.CLI}" in machine.output.getvalue()


def test_with_nothing_installed_the_engine_is_built_once(machine: Machine) -> None:
    choice = machine.set_up()
    assert (choice.cli_source, choice.host_source) == ("registries", "stand-in")
    assert choice.plugin_source == "stand-in"
    assert any(call.startswith("go build") for call in machine.calls())
    assert machine.set_up() == choice
    assert machine.calls() == []


def test_the_engine_has_no_folder_for_its_logs(machine: Machine) -> None:
    logs = machine.layout.standin_home / "logs"
    logs.mkdir(parents=True)
    (logs / "pulumi-up.log").write_text("of an earlier version")
    machine.set_up()
    assert logs.is_file()
    machine.set_up()
    assert logs.is_file()


def test_the_vendor_is_asked_once_a_day_only(machine: Machine) -> None:
    machine.set_up()
    note = machine.layout.folder / "vendor-unreachable"
    note.write_text("remembered reason")
    machine.output.truncate(0)
    machine.set_up()
    assert "remembered reason" in machine.output.getvalue()
    two_days_ago = note.stat().st_mtime - 2 * 24 * 3600
    os.utime(note, (two_days_ago, two_days_ago))
    machine.set_up()
    assert note.read_text() != "remembered reason"


def test_registries_never_asks_the_vendor(machine: Machine) -> None:
    choice = machine.set_up(Sources.REGISTRIES)
    assert choice.plugin_source == "stand-in"
    assert not (machine.layout.folder / "vendor-unreachable").exists()


def test_a_change_of_pins_builds_again(machine: Machine) -> None:
    machine.set_up()
    machine.calls()
    module = machine.layout.engine_module / "go.mod"
    module.write_text(module.read_text() + "// changed\n")
    machine.set_up()
    assert any(call.startswith("go build") for call in machine.calls())


@pytest.mark.parametrize("sources", [Sources.SYSTEM, Sources.VENDOR])
def test_a_forced_source_that_has_nothing_is_an_error(machine: Machine, sources: Sources) -> None:
    with pytest.raises(ToolchainError, match=f"TOOLCHAIN={sources.value}, but"):
        machine.set_up(sources)
    assert not any(call.startswith("go build") for call in machine.calls())


def test_the_toolchains_folder_on_the_path_is_not_an_installation(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.set_up()
    monkeypatch.setenv("PATH", f"{machine.layout.bin}:{os.environ['PATH']}")
    assert machine.set_up().cli_source == "registries"


def test_a_failed_build_shows_its_end_and_its_log(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GO_BREAKS", "write /tmp/x: no space left on device")
    with pytest.raises(ToolchainError) as raised:
        machine.set_up()
    assert "no space left on device" in str(raised.value)
    assert str(machine.layout.logs / "engine-build.log") in str(raised.value)
    assert not (machine.layout.bin / "pulumi").exists()


def test_without_go_and_without_an_index_the_needed_version_is_named(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.install("go", FAKE_GO.format(version="1.20"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(ToolchainError, match=r"needs Go 1\.26\.\d+ or newer"):
        machine.set_up()


def test_an_official_plugin_of_the_user_is_copied_not_touched(machine: Machine) -> None:
    slot = Path(os.environ["HOME"]) / ".pulumi" / "plugins" / installed.PLUGIN_FOLDER
    machine.install(installed.PLUGIN, "\x7fELF compiled", slot)
    choice = machine.set_up()
    assert choice.plugin_source == "official"
    assert choice.home == machine.layout.official_home
    copied = choice.home / "plugins" / installed.PLUGIN_FOLDER / installed.PLUGIN
    assert copied.read_text() == "\x7fELF compiled"
    assert [path.name for path in slot.iterdir()] == [installed.PLUGIN]
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in choice.environment
    assert machine.set_up() == choice


def test_a_home_that_one_shell_named_is_no_choice_for_good(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A shell that this project prepared names our home, and changes nothing."""
    slot = tmp_path / "elsewhere" / "plugins" / installed.PLUGIN_FOLDER
    machine.install(installed.PLUGIN, "\x7fELF compiled", slot)
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "elsewhere"))
    official = machine.set_up()
    assert official.plugin_source == "official"
    monkeypatch.setenv("PULUMI_HOME", official.environment["PULUMI_HOME"])
    assert machine.set_up() == official
    monkeypatch.delenv("PULUMI_HOME")
    assert machine.set_up().plugin_source == "stand-in"
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "elsewhere"))
    assert machine.set_up() == official


def test_a_script_in_the_users_cache_is_no_official_plugin(machine: Machine) -> None:
    slot = Path(os.environ["HOME"]) / ".pulumi" / "plugins" / installed.PLUGIN_FOLDER
    machine.install(installed.PLUGIN, "#!/bin/sh\n", slot)
    assert machine.set_up().plugin_source == "stand-in"


def test_the_stand_in_plugin_has_a_home_of_its_own(machine: Machine) -> None:
    choice = machine.set_up()
    assert choice.environment["PULUMI_HOME"] == str(machine.layout.standin_home)
    launcher = choice.home / "plugins" / installed.PLUGIN_FOLDER / installed.PLUGIN
    assert "pulumi_toolchain.auth0_plugin" in launcher.read_text()
    assert not machine.layout.official_home.exists() or not any(
        machine.layout.official_home.rglob(installed.PLUGIN)
    )
    assert not (Path(os.environ["HOME"]) / ".pulumi").exists()


def test_a_moved_project_gets_new_launchers(machine: Machine) -> None:
    machine.set_up()
    machine.calls()
    moved = machine.layout.root.rename(machine.layout.root.with_name("moved"))
    layout = replace(machine.layout, root=moved, python=moved / ".venv/bin/python")
    there = replace(machine, layout=layout)
    choice = there.set_up()
    plugin = choice.home / "plugins" / installed.PLUGIN_FOLDER / installed.PLUGIN
    for launcher in (plugin, layout.bin / installed.HOST):
        assert f"python={layout.python}\n" in launcher.read_text()
    assert not any(call.startswith("go build") for call in there.calls())


def test_the_module_that_is_built_is_the_pinned_version(machine: Machine) -> None:
    module = (machine.layout.engine_module / "go.mod").read_text()
    for part in ("pkg", "sdk"):
        assert f"github.com/pulumi/pulumi/{part}/v3 v{pins.ENGINE} // indirect\n" in module
