"""The command line. Exit status: 0 fine, 1 findings or a failed update, 2 usage or environment."""

import sys

import typer

from catalog import CatalogError
from catalog.staging import Moved
from catalog.writing import Unwritable
from management import ManagementError
from toolchain.errors import ToolchainError
from tpa.errors import TpaError
from tpa.manual import manual
from tpa.terminal import say
from tpa.verbs.access import access
from tpa.verbs.adopt import adopt
from tpa.verbs.advance import advance
from tpa.verbs.check import check
from tpa.verbs.deploy import down, up
from tpa.verbs.drift import drift
from tpa.verbs.env import env
from tpa.verbs.environments import environments
from tpa.verbs.new import new
from tpa.verbs.plan import apply, plan
from tpa.verbs.report import report
from tpa.verbs.schema import schema
from tpa.verbs.scopes import scopes
from tpa.verbs.twin import twin

VERBS = (
    *(up, down, env, check),
    *(access, report, drift, adopt),
    *(new, schema, scopes),
    *(advance, environments, plan, apply, twin),
)

app = typer.Typer(
    name="tpa",
    help="Partner applications on Auth0, around `pulumi up`.",
    no_args_is_help=True,
    rich_markup_mode=None,  # square brackets in a help text are no markup
    pretty_exceptions_enable=False,
)
for verb in VERBS:
    app.command(help=manual(verb).as_help())(verb)


def main() -> None:
    """Runs the command line; a user's mistake ends in a message, never in a traceback."""
    try:
        app()
    except CatalogError as error:
        say(str(error))
        sys.exit(1)
    except ManagementError as error:
        say(f"tpa: {error}\n  fix: {error.fix}")
        sys.exit(2)
    except (TpaError, ToolchainError, Unwritable, Moved, OSError) as error:
        say(f"tpa: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
