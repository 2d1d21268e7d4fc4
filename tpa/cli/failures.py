"""How a command that failed ends: one message, and an exit status."""

from auth0_third_party.management import ManagementError
from tpa.errors import TpaError
from tpa.files.editing import Unwritable
from tpa.files.problems import CatalogError
from tpa.terminal.output import say


def explain(error: Exception) -> int | None:
    """Says what is wrong and how to fix it; the exit status, None for a mistake of ours."""
    match error:
        case CatalogError():
            say(_message(error))
            return 1
        case ManagementError():
            say(f"tpa: {error}\n  fix: {error.fix}")
            return 2
        case TpaError() | Unwritable() | OSError():
            say(f"tpa: {_message(error)}")
            return 2
        case _:
            return None


def _message(error: Exception) -> str:
    """The message, with the notes that a command added."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())])
