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
    return "tpa" if _command() == "tpa" else _from(folder, on_path=False)


def _from(folder: Path, *, on_path: bool) -> str:
    """`tpa` where PATH leads to this installation's, as after `pipx install` or `uv tool install`;
    else its path from a folder; else Python's, with the module.
    """
    called = Path(sys.argv[0])  # where scripts are elsewhere, as after `pip install --user`
    own = Path(sys.prefix) / "bin" / "tpa"
    if not own.exists() and called.name == "tpa" and called.exists():
        own = called.absolute()
    if not own.exists():
        return shlex.join([sys.executable, "-m", "tpa"])
    found = shutil.which("tpa") if on_path else None
    if found is not None and Path(found).samefile(own):
        return "tpa"
    near = Path(os.path.relpath(own, folder))
    return shlex.quote(str(own if near.parts[:3] == ("..", "..", "..") else near))
