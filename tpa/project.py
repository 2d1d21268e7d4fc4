"""The project folder that a command works in."""

from pathlib import Path

from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.sources import environment_names


def project_folder(environment: str | None = None) -> Path:
    """The project folder: the working directory, or the nearest folder above it that is one.

    Args:
        environment: an environment that the project must have; None: any.

    Raises:
        TpaError: there is no project folder, or no such environment.
    """
    root = next(filter(_is_project, (Path.cwd(), *Path.cwd().parents)), None)
    if root is None:
        raise TpaError(
            "this is no project folder: neither it nor a folder above has Pulumi.yaml and stacks/"
        )
    _check_own(root)
    known = environment_names(root)
    if environment is not None and environment not in known:
        raise TpaError(f"there is no environment '{environment}': {nearest(environment, known)}")
    return root


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


def _is_project(folder: Path) -> bool:
    return (folder / "Pulumi.yaml").exists() and (folder / "stacks").is_dir()
