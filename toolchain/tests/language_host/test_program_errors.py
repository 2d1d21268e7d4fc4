"""A user's mistakes have the messages of the official language host."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pulumi_toolchain.language_host import program

if TYPE_CHECKING:
    from .conftest import Project

pytestmark = pytest.mark.e2e


def test_a_run_error_is_one_clean_message(project: Project) -> None:
    project.write(
        "__main__.py", "import pulumi\nraise pulumi.RunError('stacks/dev.yaml: no tenant')\n"
    )
    shown = project.pulumi("preview", status=255)
    assert "error: stacks/dev.yaml: no tenant" in shown
    assert "Program failed with an unhandled exception" not in shown


def test_an_uncaught_exception_shows_the_users_frames_only(project: Project) -> None:
    project.write("__main__.py", "def build():\n    raise ValueError('broken')\nbuild()\n")
    shown = project.pulumi("preview", status=255)
    assert "Program failed with an unhandled exception" in shown
    assert "ValueError: broken" in shown
    assert "runpy" not in shown
    # The message has been shown: nothing is added to it.
    assert "non-zero exit code" not in shown


@pytest.mark.parametrize("code", [1, 3])
def test_an_exit_code_is_named(project: Project, code: int) -> None:
    project.write("__main__.py", f"import sys\nsys.exit({code})\n")
    assert f"Program exited with non-zero exit code: {code}" in project.pulumi(
        "preview", status=255
    )


def test_leaving_with_zero_is_success(project: Project) -> None:
    project.write("__main__.py", "import sys\nsys.exit(0)\n")
    assert "error" not in project.pulumi("preview")


def test_code_32_says_nothing_more(project: Project) -> None:
    project.write("__main__.py", "import sys\nsys.exit(32)\n")
    assert "non-zero exit code" not in project.pulumi("preview", status=255)


def test_a_missing_program_is_reported(project: Project) -> None:
    assert "unable to find main python program" in project.pulumi("preview", status=255)


def test_a_missing_virtual_environment_is_one_line(project: Project, tmp_path: Path) -> None:
    text = (project.folder / "Pulumi.yaml").read_text()
    project.write("Pulumi.yaml", text.partition("virtualenv:")[0] + "virtualenv: not-there\n")
    project.write("__main__.py", "")
    shown = project.pulumi("preview", status=255)
    assert "'not-there'" in shown
    assert "run `pulumi install` to create it" in shown
    assert "Traceback" not in shown


def test_an_unknown_toolchain_is_one_line(project: Project) -> None:
    text = (project.folder / "Pulumi.yaml").read_text()
    project.write("Pulumi.yaml", text.replace("toolchain: pip", "toolchain: poetry"))
    project.write("__main__.py", "")
    shown = project.pulumi("preview", status=255)
    assert "doesn't know `toolchain: poetry`" in shown


def test_a_signal_is_reported_as_the_official_host_does() -> None:
    assert program.outcome(-9).error == "Program exited with non-zero exit code: -1"
