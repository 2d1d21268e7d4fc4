"""`tpa new`: adds a partner application, by flags or questions."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tpa.errors import TpaError
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import Sources, read_sources
from tpa.new.draft import TYPES, Draft, command_line, next_step, same_name_files, write_draft
from tpa.new.interview import interview
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, cell, results, say

Name = Annotated[str, typer.Option("--name", help="Its name, as users see it at consent.")]
Key = Annotated[str, typer.Option("--key", help="The name of its file; default: made from --name.")]
Organization = Annotated[str, typer.Option("--organization", help="The organization that runs it.")]
Contact = Annotated[str, typer.Option("--contact", help="A contact there.")]
Type = Annotated[
    str,
    typer.Option(
        "--type",
        help=f"One of {', '.join(TYPES)}.",
        autocompletion=lambda incomplete: [t for t in TYPES if t.startswith(incomplete)],
    ),
]
Callback = Annotated[
    list[str] | None, typer.Option("--callback", help="An exact URL; may be repeated.")
]
Grant = Annotated[
    list[str] | None,
    typer.Option(
        "--grant", metavar="API:SUBJECT:SCOPE,…", help="SUBJECT: user or client; may be repeated."
    ),
]
Connection = Annotated[
    list[str] | None,
    typer.Option(
        "--connection",
        help="A key of the environment's file; may be repeated.",
        autocompletion=completion.connections,
    ),
]
Description = Annotated[str, typer.Option("--description", help="140 characters at most.")]
Refresh = Annotated[bool, typer.Option("--refresh-token", help="Keep users signed in.")]
Live = Annotated[
    bool, typer.Option("--live/--no-live", help="Add its key to the environment's file.")
]


def new(
    *,
    name: Name = "",
    key: Key = "",
    organization: Organization = "",
    contact: Contact = "",
    app_type: Type = "",
    callback: Callback = None,
    grant: Grant = None,
    connection: Connection = None,
    description: Description = "",
    refresh_token: Refresh = False,
    environment: Environment = "dev",
    live: Live = True,
    as_json: Json = False,
) -> None:
    """Adds a partner application: writes its file, which says where it is live.

    On a terminal, what no flag states is asked; the questions offer what the files have. All rules
    are checked first, and nothing is written if one is broken. JSON: application, environment,
    live, written, next.

    Examples:
        tpa new
        tpa new --name "Fleet View" --organization Contoso --contact dev@contoso.example \\
            --type spa --callback https://fleet.contoso.example/callback \\
            --grant orders:user:read:orders --connection customers
        tpa new --name Reports --organization Contoso --contact it@contoso.example \\
            --type non_interactive --grant partners:client:read:reports --no-live --json
    """
    root = project_folder(environment)
    given = Draft(
        name=name.strip(),
        key=key,
        organization=organization.strip(),
        contact=contact.strip(),
        app_type=app_type,
        callbacks=tuple(callback or ()),
        grants=tuple(grant or ()),
        connections=tuple(connection or ()),
        description=description,
        refresh_token=refresh_token,
    )
    draft = _complete(root, environment, given, live=live)
    try:
        written = write_draft(root, environment, draft, live=live)
    except (CatalogError, TpaError, OSError) as error:
        if draft != given.with_key():
            error.add_note(
                f"\nThe same answers again: {command_line(draft, environment, live=live)}"
            )
        raise
    for file in same_name_files(root, environment, draft):
        say(f"note: {file} has the same name; users can't tell the two apart at consent")
    step = next_step(root, environment, draft.key, live=live)
    if as_json:
        answer = {"application": draft.key, "environment": environment, "live": live}
        typer.echo(json.dumps({**answer, "written": written, "next": step}, indent=2))
        return
    for file in written:
        results().print(cell(f"wrote {file}"), soft_wrap=True)
    results().print(cell(f"Next: {step}"), soft_wrap=True)


def _complete(root: Path, environment: str, given: Draft, *, live: bool) -> Draft:
    """The complete draft; what is missing is asked on a terminal.

    Raises:
        TpaError: all flags that are missing or mistaken.
    """
    missing = given.missing()
    if missing and at_terminal() and not [*given.mistakes(root)]:
        return interview(root, _known(root, environment), given, live=live)
    draft = given.with_key()
    mistakes = [f"missing: {', '.join(missing)}"] if missing else []
    mistakes += draft.mistakes(root)
    if draft.name and not draft.key:
        mistakes.append("--key: none can be made from that name; choose one")
    if mistakes:
        raise TpaError("\n  ".join(["nothing was written", *mistakes]))
    return draft


def at_terminal() -> bool:
    """Whether there is a user to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _known(root: Path, environment: str) -> Sources:
    problems: list[Problem] = []
    found = read_sources(root, environment, problems)
    if found is None:
        raise CatalogError(problems)
    return found
