"""Entry of the console script and of `python -m tpa`; Ctrl-C ends quietly while tpa loads."""

import sys


def main() -> None:
    """Runs the command line. Loading its modules takes a good part of a second."""
    try:
        from tpa.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\ntpa: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
