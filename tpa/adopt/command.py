"""`tpa adopt`: an existing tenant becomes files and a stack, and nothing in it changes."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from tpa.adopt.candidates import Adoption
from tpa.adopt.definitions import Owner
from tpa.adopt.prepare import made_up, take
from tpa.engine.session import open_workspace, start_engine
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.editing import StagedFiles, staged
from tpa.terminal.output import Environment, Json, Yes, cell, results
from tpa.terminal.tables import Rows

Applications = Annotated[
    list[str] | None,
    typer.Argument(metavar="APP", help="Client ids or names; without any: all of them."),
]


def _words(text: str) -> str:
    """What every new file would be refused for is refused here, before anything."""
    if text and not text.strip():
        raise typer.BadParameter("it says nothing; leave it out where nobody knows")
    return text


Organization = Annotated[
    str, typer.Option("--organization", help="Who runs them.", callback=_words)
]
Contact = Annotated[
    str, typer.Option("--contact", help="Whom to call about them.", callback=_words)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and stop.")]


def adopt(
    environment: Environment = "dev",
    applications: Applications = None,
    organization: Organization = "",
    contact: Contact = "",
    *,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Takes a tenant's third-party applications, grants, defaults and open connections into files.

    Writes a file for each application that is in none, takes all of them into the stack by one
    import, and ends with a preview without changes. In the tenant only our tags are added. What
    can't be said in a file is listed with the reason; exit status 1: there is such a thing. Run it
    again at any time: only what is new is added. JSON: environment, adopted, applications (key,
    client_id, file), grants (application, id), default_permissions, connections, pending (what the
    files say already), unapplied, beside (what, stays: in the tenant alone), left (what, why),
    refusals (what any update would be refused for now).

    Examples:
        tpa adopt -e prod --dry-run
        tpa adopt -e prod --organization "Acme Logistics" --contact it@acme.example
    """
    workspace = open_workspace(environment)
    # A stack that is opened is made where there is none, and leaves a file beside the project's.
    engine = None if dry_run else start_engine(workspace)
    with staged(workspace.root) as stage:
        view, made = made_up(workspace, stage, Owner(organization, contact), applications or [])
        if not as_json:
            _show(results(), workspace, made, stage)
        # What is in the files alone is of a run that was cut off, or of another environment.
        changes = made.anything or bool(made.pending or workspace.catalog.environment.adopt)
        if changes and engine is not None:
            _check(made)
            _confirm(workspace, made, yes=yes)
            take(workspace, engine, stage, view, quiet=as_json)
    if as_json:
        done = changes and not dry_run
        typer.echo(json.dumps(report(environment, made, done=done), indent=2))
    if made.left or (changes and made.refusals):
        raise typer.Exit(1)


def report(environment: str, made: Adoption, *, done: bool) -> dict[str, Any]:
    """The stable form. `left`: what no file can say, with the reason; `beside`: what else there is
    of what is adopted; `pending`: what the files say already, and the stack does not hold;
    `unapplied`: what the files say otherwise than the last update; `refusals`: problems of the
    tenant or of what is in the files already.
    """
    return {
        "environment": environment,
        "adopted": done,
        "applications": [
            {"key": each.key, "client_id": each.client.id, "file": each.file}
            for each in made.candidates
        ],
        "grants": [{"application": key, "id": grant.id} for key, grant in made.grants],
        "default_permissions": [grant.id for grant in made.defaults],
        "connections": made.connections,
        "pending": list(made.pending),
        "unapplied": list(made.unapplied),
        "beside": [{"what": what, "stays": stays} for what, stays in made.beside.items()],
        "left": [{"what": what, "why": why} for what, why in made.left.items()],
        "refusals": list(map(str, made.refusals)),
    }


def _show(console: Console, workspace: Workspace, made: Adoption, stage: StagedFiles) -> None:
    if made.candidates:
        shown = Rows("application", "client id", "mode", "file")
        for each in made.candidates:
            client = each.client
            shown.add_row(*map(cell, (client.name, client.id, client.mode, each.file)))
        shown.show(console)
        console.print()
    lines = [f"grant of {key}: {g.audience} ({g.subject_type})" for key, g in made.grants]
    lines += [f"default permission: {g.audience} ({g.subject_type})" for g in made.defaults]
    lines += [f"open connection: {name}" for name in made.connections.values()]
    lines += [f"stays in the tenant alone: {what}: {it}" for what, it in made.beside.items()]
    lines += [f"left out: {what}: {why}" for what, why in made.left.items()]
    if made.pending:
        lines.append(f"takes over what the files say already: {_some(made.pending)}")
    elif not made.anything:
        lines.append(f"{workspace.name}: nothing new to adopt")
    lines += [f"writes {file}" for file in stage.changed]
    if made.unapplied:
        lines.append(
            f"not applied yet: {_some(made.unapplied)}; where that would change the tenant, nothing"
            " is taken over"
        )
    lines += [f"an update would be refused: {problem}" for problem in made.refusals]
    for line in lines:
        console.print(cell(line), soft_wrap=True)


def _check(made: Adoption) -> None:
    """Told before the first file is written; the take-over is an update, too."""
    if made.refusals:
        raise TpaError(
            "nothing was written: the take-over is an update, which would be refused:\n"
            + "\n".join(map(str, made.refusals))
        )


def _some(names: Sequence[str], most: int = 10) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _confirm(workspace: Workspace, made: Adoption, *, yes: bool) -> None:
    """Asked before the first file of a real tenant is written."""
    count = len(made.candidates)
    asked = f"write these files, and take {count} applications into the stack {workspace.name}?"
    if not made.anything:
        asked = f"take what is in the files already into the stack {workspace.name}?"
    if not (workspace.embedded or yes) and not typer.confirm(asked, err=True):
        raise TpaError("nothing was changed")
