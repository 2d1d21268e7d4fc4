"""`tpa adopt`: an existing tenant becomes files and a stack, and nothing in it changes."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from tpa.adopt.candidates import Adoption
from tpa.adopt.files import prepare_adoption
from tpa.adopt.imports import import_into_stack
from tpa.engine.session import open_workspace, start_engine
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.editing import StagedFiles, staged
from tpa.tenant.view import excluded_lines
from tpa.terminal.output import Environment, Json, Rows, Yes, ask, cell, results

Applications = Annotated[
    list[str] | None,
    typer.Argument(metavar="APP", help="Client ids or names; without any: all of them."),
]


def _not_blank(text: str) -> str:
    """The rules of the files would refuse it for every new file."""
    if text and not text.strip():
        raise typer.BadParameter("it is blank; leave the option out if the owner is unknown")
    return text


Organization = Annotated[
    str, typer.Option("--organization", help="Who owns the applications.", callback=_not_blank)
]
Contact = Annotated[
    str, typer.Option("--contact", help="Whom to contact about them.", callback=_not_blank)
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
    """Writes a tenant's third-party applications into files, and imports them into the stack.

    Also their grants, default permissions and promoted connections. Each application that is in no
    file gets one; a single update imports everything, and a preview shows that nothing is left to
    change. In the tenant only our ownership tags are added. What no file can express is left out
    and listed with the reason; exit status 1: there is such an object. It can be run again at any
    time, and adds only what is new.

    JSON: environment, adopted, applications (key, client_id, file), grants (application, id),
    default_permissions, connections, pending (stated in the files, not in the stack yet),
    unapplied, unmanaged (what, properties: what of an adopted object no file can express),
    left_out (what, why), excluded (what another team manages), refusals (why any update would be
    refused now).
    Examples:
        tpa adopt -e prod --dry-run
        tpa adopt -e prod --organization "Acme Logistics" --contact it@acme.example
    """
    workspace = open_workspace(environment)
    # Opening a stack creates it, and writes a file next to the project's; a dry run must not.
    engine = None if dry_run else start_engine(workspace)
    with staged(workspace.root) as stage:
        only = applications or []
        view, adoption = prepare_adoption(workspace, stage, only, organization, contact)
        if not as_json:
            _show(results(), workspace, adoption, stage)
        # What only the files have is from an interrupted run, or from another environment.
        changes = adoption.changes_files or bool(
            adoption.pending or workspace.catalog.environment.adopt
        )
        if changes and engine is not None:
            _check_refusals(adoption)
            if not (workspace.embedded or yes):
                ask(_question(workspace.name, adoption))
            import_into_stack(workspace, engine, stage, view, quiet=as_json)
    if as_json:
        content = json_content(environment, adoption, done=changes and not dry_run)
        typer.echo(json.dumps(content, indent=2))
    if adoption.left_out or (changes and adoption.refusals):
        raise typer.Exit(1)


def json_content(environment: str, adoption: Adoption, *, done: bool) -> dict[str, Any]:
    """What `--json` prints; documented in the help of the command."""
    return {
        "environment": environment,
        "adopted": done,
        "applications": [
            {"key": each.key, "client_id": each.client.id, "file": each.file}
            for each in adoption.candidates
        ],
        "grants": [{"application": key, "id": grant.id} for key, grant in adoption.grants],
        "default_permissions": [grant.id for grant in adoption.default_permissions],
        "connections": adoption.connections,
        "pending": list(adoption.pending),
        "unapplied": list(adoption.unapplied),
        "unmanaged": [
            {"what": what, "properties": names} for what, names in adoption.unmanaged.items()
        ],
        "left_out": [{"what": what, "why": why} for what, why in adoption.left_out.items()],
        "excluded": list(adoption.excluded),
        "refusals": list(map(str, adoption.refusals)),
    }


def _show(console: Console, workspace: Workspace, adoption: Adoption, stage: StagedFiles) -> None:
    if adoption.candidates:
        table = Rows("application", "client id", "mode", "file")
        for each in adoption.candidates:
            client = each.client
            table.add_row(*map(cell, (client.name, client.id, client.mode, each.file)))
        table.show(console)
        console.print()
    for line in _lines(workspace, adoption, stage):
        console.print(cell(line), soft_wrap=True)


def _lines(workspace: Workspace, adoption: Adoption, stage: StagedFiles) -> list[str]:
    lines = [f"grant of {key}: {g.audience} ({g.subject_type})" for key, g in adoption.grants]
    lines += [
        f"default permission: {g.audience} ({g.subject_type})" for g in adoption.default_permissions
    ]
    lines += [f"promoted connection: {name}" for name in adoption.connections.values()]
    lines += [f"not managed: {what}: {names}" for what, names in adoption.unmanaged.items()]
    lines += [f"left out: {what}: {why}" for what, why in adoption.left_out.items()]
    lines += excluded_lines(workspace.catalog, adoption.excluded)
    if adoption.pending:
        lines.append(f"imports what the files state already: {_first(adoption.pending)}")
    elif not adoption.changes_files:
        lines.append(f"{workspace.name}: nothing new to adopt")
    lines += [f"writes {file}" for file in stage.changed]
    if adoption.unapplied:
        lines.append(
            f"not applied yet: {_first(adoption.unapplied)}; where that would change the tenant,"
            " nothing is imported"
        )
    lines += [f"an update would be refused: {problem}" for problem in adoption.refusals]
    return lines


def _first(names: Sequence[str], most: int = 10) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _check_refusals(adoption: Adoption) -> None:
    """Before the first file is written, since the import is an update, too."""
    if adoption.refusals:
        raise TpaError(
            "nothing was written: the import is an update, which would be refused:\n"
            + "\n".join(map(str, adoption.refusals))
        )


def _question(name: str, adoption: Adoption) -> str:
    """What is asked before the first file for a real tenant is written."""
    if not adoption.changes_files:
        return f"Import what is in the files already into {name}?"
    return f"Write these files, and import {len(adoption.candidates)} applications into {name}?"
