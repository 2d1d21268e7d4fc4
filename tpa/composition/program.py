"""The program of one stack: what a project's `__main__.py` calls."""

import signal
from pathlib import Path

from tpa.composition.sdk import load_less


def run(root: Path) -> None:
    """Declares the stack; `root` is the folder of the project's `Pulumi.yaml`."""
    # Ctrl-C ends this program at once; the engine finishes its calls, and no traceback is shown.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    load_less()
    from tpa.composition.stack import declare  # noqa: PLC0415

    declare(root)
