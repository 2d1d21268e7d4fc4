"""Entry of the console script and of `python -m tpa`; Ctrl-C ends quietly while tpa loads."""

import gc
import os
import sys

ALLOCATIONS = 20_000
"""Between two looks for garbage, of which loading makes none: a tenth of its time."""


def main() -> None:
    """Runs the command line, or answers at once: its version, and a shell whose Tab key was
    pressed. Loading what a command needs takes a good part of a second.
    """
    gc.set_threshold(ALLOCATIONS)
    # Pydantic looks through all installed packages for plugins, here and in the program.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        if "_TPA_COMPLETE" in os.environ:
            # Texts of help would be rendered by it, which takes as long as all the rest.
            sys.modules["rich"] = None  # type: ignore[assignment]
            from tpa.cli.completion import app

            app()
        if sys.argv[1:] == ["--version"]:
            from tpa.project import own_version

            sys.stdout.write(f"tpa {own_version()}\n")
            return
        from tpa.cli.app import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("\ntpa: interrupted\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
