"""Where the files of a project are. It loads no model, so completion by the Tab key is quick."""

from pathlib import Path

PROJECT_FILE = "Pulumi.yaml"
STACKS = "stacks"
APIS_FILE = f"{STACKS}/apis.yaml"
TENANT_FILE = f"{STACKS}/tenant.yaml"


def find_project(place: Path) -> Path | None:
    """The folder, or the nearest one above it, that is a project."""
    return next(filter(_is_project, (place, *place.parents)), None)


def _is_project(folder: Path) -> bool:
    return (folder / PROJECT_FILE).exists() and (folder / STACKS).is_dir()


def environment_file(name: str) -> str:
    return f"{STACKS}/{name}.yaml"


def application_file(key: str) -> str:
    return f"{STACKS}/applications/{key}.yaml"


def agent_file(key: str) -> str:
    return f"{STACKS}/agents/{key}.yaml"


def environment_names(root: Path) -> tuple[str, ...]:
    """The environments that have a file."""
    files = (root / STACKS).glob("*.yaml")
    names = (file.stem for file in files if not file.name.startswith("Pulumi."))
    shared = (APIS_FILE, TENANT_FILE)
    return tuple(sorted(name for name in names if environment_file(name) not in shared))
