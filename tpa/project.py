"""The project folder that a command works in."""

import re
from pathlib import Path

from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.layout import environment_names, find_project

DISTRIBUTION = "auth0-third-party-apps"
REQUIREMENTS = "requirements.txt"
PIN = re.compile(
    rf"^{DISTRIBUTION.replace('-', '[-_.]')} *(?:\[[^]\n]*\])? *== *([\w.]+)(?=\s|;|$)",
    re.MULTILINE | re.IGNORECASE,
)


def project_folder(environment: str | None = None) -> Path:
    """The project folder: the working directory, or the nearest folder above it that is one.

    Args:
        environment: an environment that the project must have; None: any.

    Raises:
        TpaError: there is no project folder, or no such environment.
    """
    root = find_project(Path.cwd())
    if root is None:
        raise TpaError(
            "this is no project folder: neither it nor a folder above has Pulumi.yaml and stacks/"
            "\n  fix: go to yours, or make one: tpa init DIR"
        )
    _check_own(root)
    _check_pin(root)
    known = environment_names(root)
    if environment is not None and environment not in known:
        raise TpaError(f"there is no environment '{environment}': {nearest(environment, known)}")
    return root


def own_version() -> str:
    """The version of this tool."""
    from importlib.metadata import version  # noqa: PLC0415 - slow, and few commands need it

    return version(DISTRIBUTION)


def pinned_version(root: Path) -> str | None:
    """The version of this tool that a project was made for; None where it names none."""
    file = root / REQUIREMENTS
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    pin = PIN.search(text)
    return pin[1] if pin else None


def _check_pin(root: Path) -> None:
    """The program, which runs the pinned version, and the tool read each other's records."""
    pin = pinned_version(root)
    if pin is None or pin == (own := own_version()):
        return
    raise TpaError(
        f"{root.name} is for tpa {pin} ({REQUIREMENTS}), and this is tpa {own}\n"
        f"  fix: call that of the project, after .venv/bin/pip install -r {REQUIREMENTS}; or let"
        f" the project move to {own}: tpa init --check shows how"
    )


def _check_own(root: Path) -> None:
    """In a copied checkout `.venv` still has the commands, and the code, of the old folder."""
    code = Path(__file__).resolve().parents[1]
    environment = root / ".venv"
    own = (root / "tpa").is_dir() and environment.is_dir() and not environment.is_symlink()
    if own and root.resolve() != code:
        raise TpaError(
            f"this command runs the code of {code}, and the project is {root}\n"
            "  fix: make setup, which makes .venv again where the folder was copied"
        )
