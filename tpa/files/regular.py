"""The one door to files: regular ones of a sane size are read, and whole ones are written.

Reading a pipe waits for ever, a device has no end, and a link may lead to any file of the machine.
"""

import errno
import os
import stat
import tempfile
from collections.abc import Callable
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


def read_if_there(file: Path) -> str | None:
    """The same; None where there is no file."""
    return read_regular_text(file) if file.exists() else None


def _real(path: Path) -> Path:
    """Links followed; unlike `Path.resolve` it ends where they go in a circle."""
    return Path(os.path.realpath(path))


def _unusable(file: Path, why: str) -> UnusableFile:
    return UnusableFile(errno.EINVAL, why, str(file))


def write_text(file: Path, text: str, *, new: bool = False) -> None:
    """Writes the whole file or nothing: no program ever reads half of it.

    Args:
        new: refuse to replace a file that exists.

    Raises:
        OSError: among them FileExistsError.
    """
    file = file.resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    mode = 0o644 if new or not file.exists() else file.stat().st_mode & 0o777
    _write_whole(file, text.encode(), mode, new=new)


def write_private(
    file: Path, content: bytes, may_replace: Callable[[Path], bool] = lambda _: False
) -> None:
    """The same with a file that only this user can read (mode 0600), whatever the umask is.

    Args:
        may_replace: whether a plain file that is there may be replaced.

    Raises:
        TpaError: something else is there, a symbolic link for example, which is not followed.
        OSError: the folder is missing, or can't be written to.
    """
    known = os.path.lexists(file)
    if known and (not file.is_file() or file.is_symlink() or not may_replace(file)):
        raise TpaError(f"{file} is there already, and is not replaced\n  fix: name a new file")
    _write_whole(file, content, 0o600, new=not known)


def _write_whole(file: Path, content: bytes, mode: int, *, new: bool) -> None:
    # Made exclusively, and for this user alone: a link that another user put there is refused.
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        fresh.chmod(mode)
        if new:
            os.link(fresh, file)  # unlike replacing, it fails if the name was taken meanwhile
        else:
            fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
