"""What was chosen is recorded once and read by whatever starts `pulumi`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_toolchain.choice import FILE, FOLDER, Choice
from pulumi_toolchain.errors import ToolchainError


@pytest.fixture
def choice(tmp_path: Path) -> Choice:
    folder = tmp_path / FOLDER
    (folder / "bin").mkdir(parents=True)
    cli = folder / "bin" / "pulumi"
    cli.write_text("#!/bin/sh\n")
    cli.chmod(0o755)
    home = folder / "home-standin"
    environment = {"PULUMI_HOME": str(home)}
    return Choice(cli, "registries", "stand-in", "stand-in", home, (cli.parent,), environment)


def test_a_choice_reads_back_as_it_was_saved(tmp_path: Path, choice: Choice) -> None:
    choice.save(tmp_path)
    assert Choice.load(tmp_path) == choice


def test_without_a_choice_the_next_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError) as raised:
        Choice.load(tmp_path)
    command = f"{sys.executable} -m pulumi_toolchain --root {tmp_path}"
    assert str(raised.value).endswith(f"for this project: run `{command}`")


@pytest.mark.parametrize("text", ["{", "[]", '{"cli": "/x"}'])
def test_an_unreadable_choice_is_one_message(tmp_path: Path, choice: Choice, text: str) -> None:
    choice.save(tmp_path)
    (tmp_path / FOLDER / FILE).write_text(text)
    with pytest.raises(ToolchainError, match=r"delete it and run `.* -m pulumi_toolchain --root"):
        Choice.load(tmp_path)


def test_an_unknown_source_is_refused(tmp_path: Path, choice: Choice) -> None:
    choice.save(tmp_path)
    file = tmp_path / FOLDER / FILE
    file.write_text(file.read_text().replace('"registries"', '"somewhere"'))
    with pytest.raises(ToolchainError, match="somewhere"):
        Choice.load(tmp_path)


def test_a_copied_folder_does_not_use_that_of_the_other(tmp_path: Path, choice: Choice) -> None:
    choice.home.mkdir()
    choice.save(tmp_path)
    copy, link = tmp_path / "copy", tmp_path / "link"
    shutil.copytree(tmp_path / FOLDER, copy / FOLDER)
    with pytest.raises(ToolchainError, match=f"is a copy of the one in {tmp_path}"):
        Choice.load(copy)
    link.mkdir()
    (link / FOLDER).symlink_to(tmp_path / FOLDER)
    assert Choice.load(link) == choice


def test_a_missing_cli_is_reported(tmp_path: Path, choice: Choice) -> None:
    choice.save(tmp_path)
    choice.cli.unlink()
    with pytest.raises(ToolchainError, match="does not exist any more: run `"):
        Choice.load(tmp_path)


def test_a_process_finds_the_chosen_parts_first(choice: Choice) -> None:
    own = str(choice.path_entries[0])
    base = {"PATH": os.pathsep.join(["/usr/bin", own, "/bin"]), "KEEP": "1", "PULUMI_HOME": "/old"}
    result = choice.process_environment(base)
    assert result["PATH"].split(os.pathsep) == [own, "/usr/bin", "/bin"]
    assert result["PULUMI_HOME"] == str(choice.home)
    assert result["KEEP"] == "1"


def test_an_installed_choice_hides_parts_of_an_earlier_one(choice: Choice) -> None:
    installed = Choice(Path("/usr/bin/pulumi"), "system", "system", "official", choice.home, (), {})
    base = {"PATH": os.pathsep.join([str(choice.path_entries[0]), "/usr/bin"])}
    assert installed.process_environment(base)["PATH"] == "/usr/bin"


def test_a_shell_gets_the_same_environment_as_a_process(choice: Choice) -> None:
    print_all = "import json, os; print(json.dumps(dict(os.environ)))"
    code = f"{choice.exports()}exec {sys.executable} -c '{print_all}'"
    shown = json.loads(subprocess.check_output(["/bin/sh", "-c", code], text=True))
    wanted = choice.process_environment()
    for name in ("PATH", *choice.environment):
        assert shown[name] == wanted[name]
