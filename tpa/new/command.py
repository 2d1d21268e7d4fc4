"""`tpa new`: adds a partner application, by flags or questions."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from tpa.errors import TpaError
from tpa.files.problems import CatalogError, Problem
from tpa.files.sources import Sources, read_sources
from tpa.new.draft import (
    FLAGS,
    TYPES,
    Draft,
    GrantAnswer,
    command_line,
    key_for,
    next_step,
    write_draft,
)
from tpa.new.interview import interview
from tpa.project import project_folder
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, cell, results, say

Option = typer.Option
Many = list[str] | None


def new(
    *,
    name: Annotated[str, Option(help="Its name, as users see it at consent.")] = "",
    key: Annotated[str, Option(help="The name of its file; default: made from --name.")] = "",
    organization: Annotated[str, Option(help="The organization that runs it.")] = "",
    contact: Annotated[str, Option(help="A contact there.")] = "",
    app_type: Annotated[
        str,
        Option(
            "--type",
            help=f"One of {', '.join(TYPES)}.",
            autocompletion=lambda incomplete: [t for t in TYPES if t.startswith(incomplete)],
        ),
    ] = "",
    callback: Annotated[Many, Option(help="An exact URL; may be repeated.")] = None,
    grant: Annotated[
        list[GrantAnswer] | None,
        Option(
            parser=GrantAnswer.read,
            metavar="API:SUBJECT:SCOPE,…",
            help="SUBJECT: user or client; repeatable.",
        ),
    ] = None,
    connection: Annotated[
        Many,
        Option(
            help="A key of the environment's file; may be repeated.",
            autocompletion=completion.connections,
        ),
    ] = None,
    description: Annotated[str, Option(help="140 characters at most.")] = "",
    refresh_token: Annotated[bool, Option("--refresh-token", help="Keep users signed in.")] = False,
    environment: Environment = "dev",
    live: Annotated[bool, Option(help="State the environment in its file.")] = True,
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
        *(name.strip(), key, organization.strip(), contact.strip(), app_type),
        *(tuple(callback or ()), tuple(grant or ()), tuple(connection or ())),
        *(description, refresh_token),
    )
    draft = _complete(root, environment, given, live=live)
    try:
        written, warnings = write_draft(root, environment, draft, live=live)
    except (CatalogError, TpaError, OSError) as error:
        if draft.missing() != given.missing():
            again = command_line(draft, environment, live=live)
            error.add_note(f"\nThe same answers again: {again}")
        raise
    for warning in warnings:
        say(str(warning))
    step = next_step(root, environment, draft.key, live=live)
    if as_json:
        answer = {"application": draft.key, "environment": environment, "live": live}
        typer.echo(json.dumps({**answer, "written": written, "next": step}, indent=2))
        return
    for line in (*(f"wrote {file}" for file in written), f"Next: {step}"):
        results().print(cell(line), soft_wrap=True)


def _complete(root: Path, environment: str, given: Draft, *, live: bool) -> Draft:
    """The complete draft; what is missing is asked on a terminal.

    Raises:
        TpaError: all flags that are missing or mistaken.
    """
    missing, mistakes = given.missing(), given.mistakes(root)
    if missing and at_terminal() and not mistakes:
        return interview(root, _known(root, environment), given, live=live)
    draft = replace(given, key=given.key or key_for(given.name))
    if not missing:  # as a file it is checked whole, which gives the place of each mistake
        found = draft.mistakes(root)
        mistakes = {
            field: found[field] for field in ("app_type", "grants", "key") if field in found
        }
        if not draft.key:
            mistakes["key"] = "none can be made from that name; choose one"
    lines = [f"missing: {', '.join(missing)}"] if missing else []
    lines += [f"{FLAGS[field]}: {what}" for field, what in mistakes.items()]
    if lines:
        raise TpaError("\n  ".join(["nothing was written", *lines]))
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
