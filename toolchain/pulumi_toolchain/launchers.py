"""The two small scripts through which the engine starts our Python code.

The engine starts an executable file, from any working directory; a shebang can't hold a path with
spaces. So: a shell script that names the project's own Python and the project's folder, and leaves
the environment of what runs underneath alone.
"""

from __future__ import annotations

import shlex
from pathlib import Path

# `-P` and the explicit first entry of sys.path: the working directory is the user's program, whose
# folders must not shadow anything of ours. No PYTHONPATH: it would reach the user's program.
_RUN = (
    "import runpy, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def language_host(root: Path, executor: Path) -> str:
    """Starts the stand-in language host; `executor` is the SDK's script that runs a program."""
    return _script(root, "pulumi_toolchain.language_host", executor)


def auth0_plugin(root: Path) -> str:
    """Starts the stand-in auth0 plugin."""
    return _script(root, "pulumi_toolchain.auth0_plugin")


def _script(root: Path, module: str, *arguments: Path) -> str:
    python = shlex.quote(str(root / ".venv" / "bin" / "python"))
    words = " ".join(
        shlex.quote(str(word)) for word in (Path(__file__).parents[1], module, *arguments)
    )
    return f"""#!/bin/sh
# Written by `python -m pulumi_toolchain`; run `make setup` to write it again.
[ -x {python} ] || {{ echo "{module}:" {python} "is missing: run 'make setup'" >&2; exit 1; }}
exec {python} -P -c {shlex.quote(_RUN)} {words} "$@"
"""


def write(file: Path, text: str) -> None:
    """Write an executable script; a file that says the same already is left alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.is_file() or file.read_text("utf-8") != text:
        fresh = file.with_name(f"{file.name}.new")
        fresh.write_text(text, "utf-8")
        fresh.chmod(0o755)
        fresh.replace(file)
