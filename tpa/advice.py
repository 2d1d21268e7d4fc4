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

COMMAND_VARIABLE = "TPA_COMMAND"
"""For child processes, whose PATH and working directory are not the reader's."""
VERBS = (
    "access|adopt|advance|apply|check|credentials|down|drift|env|environments|explain|handover"
    "|migrate|new|plan|probe|report|schema|scopes|try|twin|up|users"
)
_MENTION = re.compile(rf"(?<![\w./-])tpa (?=(?:{VERBS})\b)")


def pastable(text: str) -> str:
    """The text, in which `tpa VERB` works from the reader's working directory."""
    return _MENTION.sub(lambda _: f"{_command()} ", text)


def name_command() -> None:
    """Tells child processes how the reader calls this tool."""
    os.environ.setdefault(COMMAND_VARIABLE, _from_here(on_path=True))


def _command() -> str:
    # The engine puts .venv/bin on the PATH of a program that it runs, so PATH says nothing there.
    return os.environ.get(COMMAND_VARIABLE) or _from_here(on_path=False)


def _from_here(*, on_path: bool) -> str:
    """`tpa` where PATH leads to this installation's, else its path from the working directory."""
    own = Path(sys.prefix) / "bin" / "tpa"
    found = shutil.which("tpa") if on_path else None
    if not own.exists() or (found is not None and Path(found).samefile(own)):
        return "tpa"
    near = Path(os.path.relpath(own))
    return shlex.quote(str(own if near.parts[:3] == ("..", "..", "..") else near))
