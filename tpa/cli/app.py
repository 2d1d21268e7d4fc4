"""The command line. Exit status: 0 fine, 1 findings or a failed update, 2 usage or environment,
130 interrupted.
"""

import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from auth0_third_party.management import ManagementError
from pulumi_toolchain.errors import ToolchainError
from tpa.access.command import access
from tpa.adopt.command import adopt
from tpa.advice import name_command
from tpa.check.command import check
from tpa.check.explain import explain
from tpa.cli.help import manual
from tpa.credentials.command import credentials
from tpa.drift.command import drift
from tpa.engine.network import network_variables
from tpa.environments.command import advance, environments
from tpa.errors import TpaError
from tpa.files.command import schema
from tpa.files.editing import FileChanged, Unwritable
from tpa.files.problems import CatalogError
from tpa.handover.command import handover
from tpa.new.command import new
from tpa.new.twin import twin
from tpa.plan.command import apply, plan
from tpa.probe.command import probe
from tpa.report.command import report
from tpa.tenant.command import scopes
from tpa.terminal.output import say, without_secrets
from tpa.try_sign_in.command import try_, users
from tpa.up.command import down, env, up

VERBS: Mapping[Callable[..., None], str] = {
    up: "Applies an environment, then sums it up.",
    down: "Destroys what an environment's stack created.",
    env: "Prints export lines for plain pulumi.",
    check: "Reports what Auth0 would refuse, or fail at later.",
    explain: "Explains a rule that a finding names.",
    access: "Shows what each application may call, and why.",
    probe: "Shows whether what is deployed holds, from outside.",
    try_: "Signs a user in, shows what the application gets.",
    users: "Prints the users of an embedded tenant.",
    handover: "Prints what a partner's developer needs.",
    report: "Writes one HTML page of who may call what.",
    drift: "Shows what was changed outside; accepts or restores it.",
    adopt: "Imports a tenant's applications, writes their files.",
    new: "Adds a partner application, by questions or flags.",
    schema: "Writes JSON Schemas of the files, for editors.",
    scopes: "Prints the Management API scopes that are needed.",
    credentials: "Writes one partner's credentials into a new file.",
    advance: "Shows what the next environment would change.",
    environments: "Lists all environments in their order.",
    plan: "Previews an environment; saves the plan.",
    apply: "Applies a saved plan.",
    twin: "Plans the strict twin of an application.",
}
"""Every command with its line in `tpa --help`, which fits a terminal of 80 columns."""


class Verbs(TyperGroup):
    """Ctrl-C or Ctrl-D at a question ends as Ctrl-C does elsewhere: nothing was changed yet."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.Abort:
            say("\ntpa: nothing was changed")
            raise typer.Exit(130) from None
        except KeyboardInterrupt:
            say("\ntpa: interrupted")
            raise typer.Exit(130) from None


app = typer.Typer(
    name="tpa",
    help="Partner applications on Auth0, around `pulumi up`.",
    cls=Verbs,
    no_args_is_help=True,
    rich_markup_mode=None,  # square brackets in a help text are no markup
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for function, line in VERBS.items():
    app.command(help=manual(function).as_help(), short_help=line)(function)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tpa {version('auth0-third-party-apps')}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def main() -> None:
    """Runs the command line; a mistake of the user ends in a message, never in a traceback."""
    name_command()
    os.environ.update(network_variables(os.environ))
    with without_secrets():
        _run()


def _run() -> None:
    try:
        app()
    except CatalogError as error:
        say(_message(error))
        sys.exit(1)
    except ManagementError as error:
        say(f"tpa: {error}\n  fix: {error.fix}")
        sys.exit(2)
    except (TpaError, ToolchainError, Unwritable, FileChanged, OSError) as error:
        say(f"tpa: {_message(error)}")
        sys.exit(2)


def _message(error: Exception) -> str:
    """The message, with the notes that a command added."""
    return "\n".join([str(error), *getattr(error, "__notes__", ())])


if __name__ == "__main__":
    main()
