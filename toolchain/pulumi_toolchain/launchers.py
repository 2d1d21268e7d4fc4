"""How the engine starts the stand-ins: two small scripts, and a quick start of their processes.

The engine starts an executable file from any working directory; a shebang can't hold a path with
spaces. So each launcher is a shell script that names the Python and the folder with this package,
and that leaves the environment of the stand-in and of its child processes alone.
"""

from __future__ import annotations

import importlib.util
import shlex
import subprocess
import sys
from pathlib import Path
from types import ModuleType

from pulumi_toolchain.errors import ToolchainError

# The folder that holds this package: a source folder or site-packages.
PACKAGES = Path(__file__).parents[1]
# `-P` and an explicit first entry of sys.path: the working directory is the user's program, whose
# folders must not shadow this package. No PYTHONPATH: it would reach the user's program.
_RUN = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)
# What the stand-ins need of the Python that runs them.
NEEDED = ("grpc", "pulumi", "httpx")
_ASK = (
    "import importlib.util, sys; "
    "print(*(name for name in sys.argv[1:] if not importlib.util.find_spec(name))) "
    "if sys.version_info >= (3, 11) else sys.exit('it is older than 3.11')"
)
# `import pulumi` costs 0.25 s and more; the generated gRPC code below it needs none of that.
BARE = ("pulumi", "pulumi.runtime", "pulumi.runtime.proto")


def language_host(python: Path, executor: Path) -> str:
    """Starts the stand-in language host; `executor` is the SDK's script that runs a program."""
    return _script(python, "pulumi_toolchain.language_host", executor)


def auth0_plugin(python: Path) -> str:
    """Starts the stand-in auth0 plugin."""
    return _script(python, "pulumi_toolchain.auth0_plugin")


def _script(python: Path, module: str, *arguments: Path) -> str:
    words = " ".join(shlex.quote(str(word)) for word in (module, *arguments))
    return f"""#!/bin/sh
# Written by `python -m pulumi_toolchain`; run it again to write this file again.
python={shlex.quote(str(python))}
packages={shlex.quote(str(PACKAGES))}
for needed in "$python" "$packages/pulumi_toolchain"; do
  [ -e "$needed" ] || {{
    echo "{module}: $needed is missing: run 'python -m pulumi_toolchain' again" >&2; exit 1; }}
done
exec "$python" -P -c {shlex.quote(_RUN)} "$packages" {words} "$@"
"""


def write(file: Path, text: str) -> None:
    """Write an executable script; a file with the same text is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file() or file.read_text("utf-8") != text:
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(text, "utf-8")
        fresh.chmod(0o755)
        fresh.replace(file)


def check_python(python: Path) -> None:
    """Raises ToolchainError if `python` can't run the stand-ins, naming what it lacks."""
    if python == Path(sys.executable):
        return
    try:
        asked = subprocess.run(  # noqa: S603  (the Python that the user named)
            [python, "-c", _ASK, *NEEDED], cwd="/", capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise ToolchainError(f"{python} can't be run: {error.strerror}") from None
    if asked.returncode:
        last = (asked.stderr.strip().splitlines() or ["no message"])[-1]
        raise ToolchainError(f"{python} can't run the stand-ins: {last}")
    if missing := asked.stdout.split():
        raise ToolchainError(
            f"{python} can't run the stand-ins: {', '.join(missing)} is not installed for it;"
            " install pulumi-toolchain there"
        )


def use_bare_packages() -> None:
    """Make `pulumi.runtime.proto.*` importable without running its parents' `__init__`.

    This is half the start time of every `pulumi` command. For a process of its own only:
    afterwards nothing else of the SDK can be used in it. Does nothing where the SDK is loaded
    already. Raises ModuleNotFoundError without an SDK.
    """
    if "pulumi" in sys.modules:
        return
    spec = importlib.util.find_spec("pulumi")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("the pulumi SDK is not installed: pip install pulumi")
    top = Path(spec.submodule_search_locations[0])
    for name in BARE:
        package = ModuleType(name)
        package.__path__ = [str(top.joinpath(*name.split(".")[1:]))]
        sys.modules[name] = package
