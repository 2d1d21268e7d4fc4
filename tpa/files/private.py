"""New files with secrets in them: nobody else can read them, and they replace nothing."""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tpa.errors import TpaError


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
