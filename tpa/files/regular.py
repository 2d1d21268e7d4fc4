"""The one door for files of others: regular ones, of a sane size, in the project.

Reading a pipe waits for ever, a device has no end, and a link may lead to any file of the machine.
New files with secrets in them are written here too: no other user can read them, and they
replace nothing.
"""

import errno
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tpa.errors import TpaError

MOST_BYTES = 4 * 2**20
"""A partner's file has a few hundred bytes, an environment with ten thousand of them a megabyte."""


class UnusableFile(OSError):
    """The file is none that is read; `strerror` says why, as for every other OSError."""


def read_regular(file: Path, within: Path | None = None, most: int = MOST_BYTES) -> bytes:
    """The content of a file.

    Args:
        within: a folder that it must be in, links followed.
        most: bytes that it may have.

    Raises:
        UnusableFile: it is a pipe, a device or a folder, too large, or elsewhere.
        OSError: it can't be read.
    """
    if within is not None and not _real(file).is_relative_to(_real(within)):
        raise _unusable(file, "it is a link to a file outside of the project")
    # A pipe would otherwise wait for a writer, and a terminal become ours.
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _unusable(file, "it is no regular file")
        content = stream.read(most + 1)
    if len(content) > most:
        raise _unusable(file, f"it has more than {most // 2**20} MB")
    return content


def read_regular_text(file: Path, within: Path | None = None, most: int = MOST_BYTES) -> str:
    """The same as UTF-8 text, with the line ends that it has.

    Raises:
        UnusableFile, OSError: as `read_regular`.
        UnicodeDecodeError: it is no UTF-8.
    """
    return read_regular(file, within, most).decode("utf-8")


def _real(path: Path) -> Path:
    """Links followed; unlike `Path.resolve` it ends where they go in a circle."""
    return Path(os.path.realpath(path))


def _unusable(file: Path, why: str) -> UnusableFile:
    return UnusableFile(errno.EINVAL, why, str(file))


def write_private(
    file: Path, content: bytes, may_replace: Callable[[Path], bool] = lambda _: False
) -> None:
    """Writes a file that only this user can read (mode 0600), whatever the umask is.

    Args:
        may_replace: whether a plain file that is there may be replaced.

    Raises:
        TpaError: something else is there, a symbolic link for example, which is not followed.
        OSError: the folder is missing, or can't be written to.
    """
    if os.path.lexists(file):
        plain = file.is_file() and not file.is_symlink()
        if not plain or not may_replace(file):
            raise TpaError(f"{file} is there already, and is not replaced\n  fix: name a new file")
    fresh = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        # Exclusive: a link that another user put there is refused.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
        if os.path.lexists(file):
            fresh.replace(file)
        else:
            os.link(fresh, file)  # unlike replacing, it fails if the name was taken meanwhile
    finally:
        with suppress(FileNotFoundError):
            fresh.unlink()
