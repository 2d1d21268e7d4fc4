"""What the Tab key offers: names out of the project's files, and nothing at all outside of one."""

from catalog.sources import application_file, environment_names
from tpa.errors import TpaError
from tpa.project import project_folder


def environments(incomplete: str) -> list[str]:
    """The environments that have a file."""
    try:
        names = environment_names(project_folder())
    except (TpaError, OSError):
        return []
    return [name for name in names if name.startswith(incomplete)]


def applications(incomplete: str) -> list[str]:
    """The keys of all applications that have a file, live or not."""
    try:
        folder = (project_folder() / application_file("any")).parent
        keys = sorted(file.stem for file in folder.glob("*.yaml"))
    except (TpaError, OSError):
        return []
    return [key for key in keys if key.startswith(incomplete)]
