"""The data folder: one process at a time, and only a format that this version reads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from auth0_emulator.errors import StartError
from auth0_emulator.store import Store


@contextmanager
def claimed(folder: Path) -> Iterator[Store]:
    """The open store of a folder that is ours until the end; StartError says why it is not."""
    try:
        # The state holds secrets in clear, as far as the tenant must show them again.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder / "lock", timeout=0)
        lock.acquire()
    except Timeout as error:
        raise StartError(
            f"the data folder {folder} is in use by another tenant process;"
            " stop that one or choose another --data"
        ) from error
    except OSError as error:
        raise StartError(
            f"the data folder {folder} cannot be used ({error.strerror}); choose another --data"
        ) from error
    try:
        store = _opened(folder)
        try:
            yield store
        finally:
            store.close()
    finally:
        lock.release()


def _opened(folder: Path) -> Store:
    try:
        return Store(folder / "tenant.sqlite")
    except StartError as error:
        raise StartError(
            f"stale state folder {folder}: {error}; delete the folder to start with a new tenant"
        ) from error
