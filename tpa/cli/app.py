"""The command line. Exit status: 0 fine, 1 findings or a failed update, 2 usage or environment,
3 waiting for another environment (`tpa advance`), 130 interrupted.
"""

import inspect
import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tpa.engine.network import network_variables
from tpa.project import own_version
from tpa.terminal.redaction import without_secrets
from tpa.verbs import VERBS, name_command

EXAMPLES = "Examples:"


@dataclass(frozen=True)
class Manual:
    r"""A command's docstring: text in paragraphs, then examples. Each example is one command, in
    lines that end with `\` or not.
    """

    text: str
    examples: tuple[str, ...]

    def as_help(self) -> str:
        r"""For typer: `\b` keeps the lines of the examples as they are."""
        lines = [f"  {line}" for example in self.examples for line in example.split("\n")]
        return "\n\n".join([self.text, "\n".join(["\b", EXAMPLES, *lines])])


def manual(command: Callable[..., object]) -> Manual:
    """The manual of a command; after `Examples:` each line is an example."""
    text, _, rest = (inspect.getdoc(command) or "").partition(EXAMPLES)
    lines = filter(None, map(str.strip, rest.splitlines()))
    text = re.sub(r"\s+JSON:", "\n\nJSON:", text)
    whole = "\n".join(lines).replace("\\\n", "\\\r").split("\n")
    return Manual(text.strip(), tuple(line.replace("\r", "\n    ") for line in whole if line))


def function_of(verb: str) -> Callable[..., None]:
    """The function of a command; its module is loaded now."""
    module, _, name = VERBS[verb][0].partition(":")
    function: Callable[..., None] = getattr(import_module(module), name)
    return function


def command(verb: str) -> Any:
    function = function_of(verb)
    alone = typer.Typer(add_completion=False, **LOOKS)
    text, line = manual(function).as_help(), VERBS[verb][1]
    alone.command(verb, help=text, short_help=line)(function)
    return typer.main.get_command(alone)


class Verbs(TyperGroup):
    """Loads the modules of the one command that runs: those of all take a second.

    Ctrl-C or Ctrl-D at a question ends as Ctrl-C does elsewhere: nothing was changed yet.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = dict.fromkeys(VERBS)  # for what is said of a verb that is none

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        return command(cmd_name) if cmd_name in VERBS else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except typer.Abort:
            typer.echo("\ntpa: nothing was changed", err=True)
            raise typer.Exit(130) from None
        except KeyboardInterrupt:
            typer.echo("\ntpa: interrupted", err=True)
            raise typer.Exit(130) from None


LOOKS: Mapping[str, Any] = {
    "rich_markup_mode": None,  # square brackets in a help text are no markup
    "pretty_exceptions_enable": False,
    "context_settings": {"help_option_names": ["-h", "--help"]},
}
app = typer.Typer(
    name="tpa",
    help="Partner applications on Auth0, around `pulumi up`.",
    cls=Verbs,
    no_args_is_help=True,
    **LOOKS,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"tpa {own_version()}")
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
    except Exception as error:
        failures: Any = import_module("tpa.cli.failures")  # it loads what most runs have no use for
        status = failures.explain(error)
        if status is None:
            raise
        sys.exit(status)


if __name__ == "__main__":
    main()
