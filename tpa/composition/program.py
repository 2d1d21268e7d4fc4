"""The program of one stack: what a project's `__main__.py` calls."""

import gc
import signal
from pathlib import Path

import pulumi


def run(root: Path) -> None:
    """Declares the stack; `root` is the folder of the project's `Pulumi.yaml`."""
    # Ctrl-C ends this program at once; the engine finishes its calls, and no traceback is shown.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    send_no_debug_lines()
    # The SDK makes few cycles of objects (4 MB for 500 resources), and each search for them goes
    # through its thousands of classes: a third of a run's time, and a sixth of the imports'.
    gc.disable()
    from tpa.composition.stack import declare  # noqa: PLC0415

    declare(root)


def send_no_debug_lines() -> None:
    """The SDK sends the engine five lines for each resource, a call each, which only `--debug`
    shows: a fifth of a run's processor time. There is no setting for it.
    """
    pulumi.log.debug = lambda *_, **__: None
