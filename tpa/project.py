"""Which project a command is about, and which of its environments."""

from pathlib import Path

from auth0_third_party.rules.violation import nearest
from tpa.errors import TpaError
from tpa.files.sources import environment_names


def project_folder(environment: str | None = None) -> Path:
    """The nearest folder upwards that holds the project.

    Args:
        environment: one that the project must have; None: any.

    Raises:
        TpaError: there is none. A mistyped name is a mistake of the command line, not of a file.
    """
    root = next(filter(_is_project, (Path.cwd(), *Path.cwd().parents)), None)
    if root is None:
        raise TpaError(
            "this is no project folder: there is no Pulumi.yaml with stacks/ beside it here"
        )
    known = environment_names(root)
    if environment is not None and environment not in known:
        raise TpaError(f"there is no environment '{environment}': {nearest(environment, known)}")
    return root


def _is_project(folder: Path) -> bool:
    return (folder / "Pulumi.yaml").exists() and (folder / "stacks").is_dir()
