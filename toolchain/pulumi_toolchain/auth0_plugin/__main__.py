"""`python -m pulumi_toolchain.auth0_plugin [ENGINE_ADDRESS]`, started by the engine."""

import sys

from pulumi_toolchain.launchers import use_bare_packages


def main() -> None:
    use_bare_packages()
    from .servicer import serve  # noqa: PLC0415 - after the SDK is replaced

    serve(sys.argv[-1] if len(sys.argv) > 1 else "")


if __name__ == "__main__":
    main()
