"""Whether the vendor can be asked, remembered for a day: a second run must cost nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pulumi_toolchain.vendor import VendorUnreachableError

DAY_SECONDS = 24 * 3600.0
# Name resolution knows no time-out of ours; connection and answer have their own.
GIVE_UP_SECONDS = 8.0


@dataclass(frozen=True)
class Reachability:
    """A note in `file`, made when an attempt failed; its age is what counts."""

    file: Path
    probe: Callable[[], object]
    patience: float = GIVE_UP_SECONDS

    def check(self, *, fresh: bool) -> None:
        """Raises VendorUnreachableError if it does not answer; from memory, unless `fresh`."""
        if not fresh and (reason := self._remembered()):
            raise VendorUnreachableError(f"{reason}; asked again after a day")
        try:
            _within(self.patience, self.probe)
        except VendorUnreachableError as error:
            self.failed(str(error))
            raise
        self.file.unlink(missing_ok=True)

    def failed(self, reason: str) -> None:
        """Remember that the vendor, though reachable perhaps, could not deliver."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(reason, "utf-8")

    def _remembered(self) -> str:
        try:
            age = time.time() - self.file.stat().st_mtime
            return self.file.read_text("utf-8") if age < DAY_SECONDS else ""
        except FileNotFoundError:
            return ""


def _within(seconds: float, call: Callable[[], object]) -> None:
    """Call, but give up on it after a while. What `call` raises is raised here."""
    raised: list[Exception] = []

    def run() -> None:
        try:
            call()
        except VendorUnreachableError as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise VendorUnreachableError("the vendor can't be reached (no answer in time)")
    if raised:
        raise raised[0]
