"""`python -m pulumi_toolchain.auth0_plugin [ENGINE_ADDRESS]`."""

import sys
from pathlib import Path

if not __package__:
    # Started by path from anywhere: the folder on the search path is ours, not the project's.
    sys.path[0] = str(Path(__file__).resolve().parents[2])


def main() -> None:
    from pulumi_toolchain.stubs import use_bare_packages  # noqa: PLC0415 - after the path

    use_bare_packages()
    from pulumi_toolchain.auth0_plugin.server import serve  # noqa: PLC0415 - after the SDK is replaced

    serve(sys.argv[-1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    main()
