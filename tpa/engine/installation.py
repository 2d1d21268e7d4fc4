"""What a project's commands run: `pulumi`, and the program's virtual environment.

Both are set up where they are missing. The toolchain and the embedded tenant are extras of this
distribution: a project with real tenants and the official Pulumi needs neither.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from tpa.errors import TpaError
from tpa.files.sources import read_project
from tpa.project import DISTRIBUTION, REQUIREMENTS, own_version, pinned_version
from tpa.terminal.progress import progress

STANDARD_ERROR = 2
"""Its file descriptor."""
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
NEEDS = {"auth0_emulator": "embedded", "pulumi_toolchain": "toolchain"}
"""Package -> the extra that it comes with."""


class Pulumi(Protocol):
    """The command in use; `pulumi_toolchain.choice.Choice` is one."""

    @property
    def cli(self) -> Path: ...

    @property
    def plugin_source(self) -> str: ...

    @property
    def environment(self) -> Mapping[str, str]:
        """What every `pulumi` process of the project must get."""
        ...

    def process_environment(self) -> dict[str, str]:
        """The shell's variables and those."""
        ...


@dataclass(frozen=True)
class OfficialPulumi:
    """The command on PATH, with homes and plugins as it finds them itself."""

    cli: Path
    plugin_source: str = "official"
    environment: Mapping[str, str] = field(default_factory=dict)

    def process_environment(self) -> dict[str, str]:
        return dict(os.environ)


def known_pulumi(root: Path) -> Pulumi:
    """The command of a project; nothing is set up.

    Raises:
        TpaError: there is none.
    """
    if find_spec("pulumi_toolchain") is None:
        return _official()
    from pulumi_toolchain.choice import Choice  # noqa: PLC0415  (it may not be installed)
    from pulumi_toolchain.errors import ToolchainError  # noqa: PLC0415

    try:
        return Choice.load(root)
    except ToolchainError as error:
        raise TpaError(str(error)) from None


def ready_pulumi(root: Path) -> Pulumi:
    """The same; set up first where that was not done, or does not hold any more.

    Raises:
        TpaError: it can't be set up.
    """
    try:
        return known_pulumi(root)
    except TpaError:
        if find_spec("pulumi_toolchain") is None:
            raise
    command = shlex.split(set_up_command(root))
    if subprocess.run(command, check=False, stdout=STANDARD_ERROR).returncode:  # noqa: S603
        raise TpaError("no pulumi can be set up for this project; the message above says why")
    return known_pulumi(root)


def set_up_command(root: Path) -> str:
    """The command line of the toolchain's set-up."""
    return shlex.join([sys.executable, "-m", "pulumi_toolchain", "--root", str(root)])


def _official() -> Pulumi:
    found = shutil.which("pulumi")
    if found is None:
        raise TpaError(
            "there is no pulumi on PATH\n  fix: install it (https://www.pulumi.com/docs/install),"
            f" or {with_extra('toolchain')}, which gets one, from package registries if need be"
        )
    return OfficialPulumi(Path(found))


def check_embedded(environment: str) -> None:
    """Before an embedded tenant is started.

    Raises:
        TpaError: auth0-emulator is not installed.
    """
    if find_spec("auth0_emulator") is None:
        raise TpaError(
            f"{environment} has an embedded tenant, and auth0-emulator is not installed\n"
            f"  fix: install {with_extra('embedded')}, or name a real tenant in"
            f" stacks/{environment}.yaml"
        )


def with_extra(extra: str) -> str:
    """This distribution with one more extra and those that are there, for whatever installs it."""
    there = {name for package, name in NEEDS.items() if find_spec(package) is not None}
    return f"'{DISTRIBUTION}[{','.join(sorted({extra, *there}))}]=={own_version()}'"


def prepare_program(root: Path) -> None:
    """Installs a project's requirements.txt into the virtual environment that Pulumi.yaml names,
    where that is missing or has another version of this tool than the project pins.

    `pulumi install` can't: it looks for our provider in that environment first.

    Raises:
        TpaError: the installation failed.
    """
    place = virtual_environment(root)
    if place is None or pinned_version(root) is None:  # a checkout: `make` does that
        return
    if own_version() == installed_version(place):
        return
    python = place / "bin" / "python"
    steps = [[str(python), *PIP, "-r", REQUIREMENTS]]
    if not python.exists():
        steps.insert(0, [sys.executable, "-m", "venv", str(place)])
    with progress(f"setting up {place.name} by {REQUIREMENTS}, about a minute"):
        for step in steps:
            done = subprocess.run(  # noqa: S603
                step, cwd=root, capture_output=True, text=True, check=False
            )
            if done.returncode:
                said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
                fix = f"\n  fix: install {REQUIREMENTS} there yourself, then run this again"
                raise TpaError("\n    ".join([f"{shlex.join(step)} failed:", *said[-5:]]) + fix)


def virtual_environment(root: Path) -> Path | None:
    """The folder that Pulumi.yaml names; None: the program runs by the Python on PATH."""
    runtime = read_project(root).get("runtime")
    options = runtime.get("options") if isinstance(runtime, Mapping) else None
    place = options.get("virtualenv") if isinstance(options, Mapping) else None
    return root / str(place) if place else None


def installed_version(environment: Path) -> str | None:
    """The version of this tool in a virtual environment."""
    stem = DISTRIBUTION.replace("-", "_")
    found = environment.glob(f"lib/python3*/site-packages/{stem}-*.dist-info")
    return next((file.name.removesuffix(".dist-info").rpartition("-")[2] for file in found), None)
