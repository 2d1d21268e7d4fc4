"""`python -m pulumi_toolchain`: exit status 0 when `pulumi` is ready, 2 when it can't be had."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pulumi_toolchain.errors import ToolchainError
from pulumi_toolchain.layout import Layout
from pulumi_toolchain.set_up import SetUp
from pulumi_toolchain.sources import Sources

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Set up, and turn what a person can mend into one message."""
    try:
        SetUp(Layout(ROOT), Sources.from_environment(os.environ)).run()
    except ToolchainError as error:
        print(f"toolchain: {error}", file=sys.stderr)  # noqa: T201
        return 2
    except OSError as error:  # no space left, no permission
        print(f"toolchain: {error.filename or ROOT}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 2
    except KeyboardInterrupt:
        print("toolchain: interrupted; run it again to go on", file=sys.stderr)  # noqa: T201
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
