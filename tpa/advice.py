"""Commands in messages, as the reader can paste them.

Messages say `tpa check`; `.venv/bin` is rarely on PATH. Whatever renders a message passes it
through `pastable`. What scripts read (JSON, SARIF, Markdown) keeps the plain name.
"""

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

from tpa.verbs import VERBS

COMMAND_VARIABLE = "TPA_COMMAND"
"""For child processes, whose PATH and working directory are not the reader's."""
_MENTION = re.compile(rf"(?<![\w./-])tpa (?=(?:{'|'.join(VERBS)})\b)")


def pastable(text: str) -> str:
    """The text, in which `tpa VERB` works from the reader's working directory."""
    return _MENTION.sub(lambda _: f"{_command()} ", text)


def name_command() -> None:
    """Tells child processes how the reader calls this tool."""
    os.environ.setdefault(COMMAND_VARIABLE, _from(Path(), on_path=True))


def _command() -> str:
    # The engine puts .venv/bin on the PATH of a program that it runs, so PATH says nothing there.
    return os.environ.get(COMMAND_VARIABLE) or _from(Path(), on_path=False)


def command_in(folder: Path) -> str:
    """How to call this tool from another folder than the working directory."""
    command = _command()
    return _from(folder, on_path=False) if os.sep in command else command


def _from(folder: Path, *, on_path: bool) -> str:
    """Its name where PATH leads to this installation's, as after `pipx install` or `uv tool
    install`; else its path from a folder, as it was called; else Python's, with the module.
    """
    own = _script()
    if own is None:
        return shlex.join([sys.executable, "-m", "tpa"])
    # The PATH that `uv run` makes is not that of the reader's shell.
    trusted = on_path and "UV_RUN_RECURSION_DEPTH" not in os.environ
    found = shutil.which(own.name) if trusted else None
    if found is not None and Path(found).samefile(own):
        return shlex.quote(own.name)
    near = Path(os.path.relpath(own, folder))
    if near.parts[:3] == ("..", "..", ".."):
        return shlex.quote(str(own))
    return shlex.quote(str(near) if near.parent.name else f"./{near}")


def _script() -> Path | None:
    """This installation's script, or the link to it that was called, by whatever name."""
    called, own = Path(sys.argv[0]).absolute(), Path(sys.prefix) / "bin" / "tpa"
    if own.exists():
        return called if called.exists() and called.samefile(own) else own
    # Scripts are elsewhere, as after `pip install --user`.
    return called if called.name == "tpa" and called.exists() else None
