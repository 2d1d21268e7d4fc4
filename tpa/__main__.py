"""Where the console script and `python -m tpa` start: Ctrl-C ends quietly while tpa still loads."""

import sys


def main() -> None:
    """Runs the command line, once its modules are there: that takes a good part of a second."""
    try:
        from tpa.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
