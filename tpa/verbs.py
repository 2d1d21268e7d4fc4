"""The commands of the line, and how messages name them, so that the reader can paste them.

Messages say `tpa check`; `.venv/bin` is rarely on PATH. Whatever renders a message passes it
through `pastable`. What scripts read (JSON, SARIF, Markdown) keeps the plain name.
"""

import os
import re
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

VERBS: Mapping[str, tuple[str, str]] = {
    "up": ("tpa.up.command:up", "Applies an environment, then sums it up."),
    "down": ("tpa.up.command:down", "Destroys what an environment's stack created."),
    "env": ("tpa.up.command:env", "Prints export lines for plain pulumi."),
    "check": ("tpa.check.command:check", "Reports what Auth0 would refuse, or fail at later."),
    "explain": ("tpa.check.explain:explain", "Explains a rule that a finding names."),
    "access": ("tpa.access.command:access", "Shows what each application may call, and why."),
    "probe": ("tpa.probe.command:probe", "Shows whether what is deployed holds, from outside."),
    "try": ("tpa.try_sign_in.command:try_", "Signs a user in, shows what the application gets."),
    "users": ("tpa.try_sign_in.command:users", "Prints the users of an embedded tenant."),
    "handover": ("tpa.handover.command:handover", "Prints what a partner's developer needs."),
    "report": ("tpa.report.command:report", "Writes one HTML page of who may call what."),
    "drift": ("tpa.drift.command:drift", "Shows what was changed outside; accepts or restores it."),
    "adopt": ("tpa.adopt.command:adopt", "Imports a tenant's applications, writes their files."),
    "init": ("tpa.init.command:init", "Makes a project; later, shows what moved in it."),
    "new": ("tpa.new.command:new", "Adds a partner application, by questions or flags."),
    "migrate": ("tpa.files.command:migrate", "Moves what files of an older form say."),
    "schema": ("tpa.files.command:schema", "Writes JSON Schemas of the files, for editors."),
    "scopes": ("tpa.tenant.command:scopes", "Prints the Management API scopes that are needed."),
    "credentials": (
        "tpa.handover.credentials:credentials",
        "Writes one partner's credentials into a new file.",
    ),
    "advance": (
        "tpa.environments.command:advance",
        "Shows what the next environment would change.",
    ),
    "environments": (
        "tpa.environments.command:environments",
        "Lists all environments in their order.",
    ),
    "plan": ("tpa.plan.command:plan", "Previews an environment; saves the plan."),
    "apply": ("tpa.plan.command:apply", "Applies a saved plan."),
    "twin": ("tpa.new.twin:twin", "Plans the strict twin of an application."),
}
"""Every command: module and function, and its line in `tpa --help`, which fits a terminal of 80
columns.
"""
COMMAND_VARIABLE = "TPA_COMMAND"
"""For child processes, whose PATH and working directory are not the reader's."""
MAKE_VARIABLE = "TPA_CALLED_BY_MAKE"
"""Set by the Makefile's targets: their reader goes on with them."""
_TARGET = re.compile(r"(?<![\w./-])tpa (up|down|env) -e ([\w-]+)")
_MENTION = re.compile(rf"(?<![\w./-])tpa (?=(?:{'|'.join(VERBS)})\b)")


def pastable(text: str) -> str:
    """The text, in which `tpa VERB` works from the reader's working directory."""
    if MAKE_VARIABLE in os.environ:
        text = _TARGET.sub(r"make \1 ENV=\2", text)
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
