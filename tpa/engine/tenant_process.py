"""The process of an embedded tenant, found by what it is: a number in a file may be another's now,
and the file may be gone while the process runs.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from tpa.errors import TpaError

MODULE = "auth0_emulator"
STOP_SECONDS = 10.0


@dataclass(frozen=True)
class TenantProcess:
    """`folder`: its working directory, which is that of its environment; `data`: as it was started
    with. They differ after the checkout was moved.
    """

    process: psutil.Process
    data: Path
    folder: Path | None

    def belongs_to(self, folder: Path) -> bool:
        """Whether it is the tenant of this folder, also after the folder was emptied or moved."""
        if self.folder == folder:
            return True
        elsewhere = self.folder is not None and (self.folder / "tenant").exists()
        return self.data.parent == folder and not elsewhere

    def stop(self) -> None:
        """Ends it; one that hangs is killed.

        Raises:
            TpaError: it does not stop.
        """
        with suppress(psutil.NoSuchProcess):
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except psutil.TimeoutExpired:
                self.process.kill()
        try:
            self.process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            raise TpaError(f"the embedded tenant ({self}) does not stop") from None

    def __str__(self) -> str:
        return f"process {self.process.pid}"


def tenant_at(port: int) -> TenantProcess | None:
    """The embedded tenant, of whatever checkout, that has this port."""
    return next(_tenants_at(port), None)


def listener_at(port: int) -> str:
    """The program that has a port of this machine, to be named; "" where that can't be seen."""
    with suppress(psutil.Error, OSError):
        for each in psutil.net_connections("tcp"):
            if each.status != psutil.CONN_LISTEN or not each.laddr or not each.pid:
                continue
            if each.laddr.port == port:
                return f"{psutil.Process(each.pid).name()}, process {each.pid}"
    return ""


def _tenants_at(port: int) -> Iterator[TenantProcess]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            arguments = process.cmdline()
            if MODULE in arguments and _option(arguments, "--port") == str(port):
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                data = Path(_option(arguments, "--data"))
                yield TenantProcess(process, data, _folder(process))


def _option(arguments: list[str], name: str) -> str:
    place = arguments.index(name) + 1 if name in arguments else len(arguments)
    return arguments[place] if place < len(arguments) else ""


def _folder(process: psutil.Process) -> Path | None:
    try:
        return Path(process.cwd())
    except (psutil.Error, OSError):
        return None
