"""`python -m pulumi_toolchain`: exit status 0 when `pulumi` is ready, 2 when it can't be had."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.set_up import SetUp
from pulumi_toolchain.sources import Sources

DESCRIPTION = "Get a working `pulumi` for a project: CLI, Python language host and auth0 plugin."
EPILOG = "TOOLCHAIN=system, vendor or registries in the environment forces one source."


def main(arguments: Sequence[str] | None = None) -> int:
    """Set up one project. What the user can fix is one message on standard error."""
    given = _parser().parse_args(arguments)
    try:
        sources = Sources.from_environment(os.environ)
        choice = SetUp(_layout(given.root, given.python), sources).run()
    except ToolchainError as error:
        return _failed(str(error))
    except OSError as error:  # no space left, no permission
        return _failed(f"{error.filename or given.root}: {error.strerror}")
    except KeyboardInterrupt:
        return _failed("interrupted; run it again to continue", status=130)
    if given.env:
        sys.stdout.write(choice.exports())
    return 0


def command() -> None:
    """The console script `pulumi-toolchain`."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends the build, too
    sys.exit(main())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pulumi-toolchain", description=DESCRIPTION, epilog=EPILOG)
    parser.add_argument(
        "--root",
        metavar="DIR",
        default=".",
        help="the project's folder, in which .toolchain is made (default: the current folder)",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        help="the Python that runs the stand-ins (default: the one that runs this command)",
    )
    parser.add_argument(
        "--env",
        action="store_true",
        help='print export lines for a shell: eval "$(pulumi-toolchain --env)"',
    )
    return parser


def _layout(root: str, python: str | None) -> Layout:
    folder = Path(root).resolve()
    if not folder.is_dir():
        raise ToolchainError(f"--root {root} is not a folder")
    if python is None:
        return Layout(folder)
    if (found := shutil.which(python)) is None:
        raise ToolchainError(f"--python {python} is not an executable file")
    # Absolute, but links are kept: the one in a virtual environment makes it that environment's.
    return Layout(folder, Path(found).absolute())


def _failed(message: str, status: int = 2) -> int:
    print(f"toolchain: {message}", file=sys.stderr)  # noqa: T201
    return status


if __name__ == "__main__":
    command()
