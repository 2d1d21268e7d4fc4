"""`tpa adopt`: an existing tenant becomes files and a stack, and nothing in it changes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from catalog.staging import Moved, Stage, staged
from catalog.writing import Unwritable
from management import ManagementClient
from survey.adoption import adopt as write_files
from survey.candidates import Adoption, Found
from survey.definitions import Owner
from survey.view import View, look
from tpa.engine import Engine
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.recorded import stack_state
from tpa.session import open_management, open_workspace, start_engine
from tpa.surveying import keys_of, mark
from tpa.taking_over import previewed, take_over, unwanted
from tpa.terminal import Environment, Json, Yes, cell, results, say, table
from tpa.workspace import Workspace

Applications = Annotated[
    list[str] | None,
    typer.Argument(metavar="[APP]...", help="Client ids or names; without any: all of them."),
]
Organization = Annotated[str, typer.Option("--organization", help="Who runs them.")]
Contact = Annotated[str, typer.Option("--contact", help="Whom to call about them.")]
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
    import, and ends with a preview without changes. In the tenant only our marks are added. What
    can't be said in a file is listed with the reason; exit status 1: there is such a thing. Run it
    again at any time: only what is new is added. JSON: environment, adopted, applications (key,
    client_id, file), grants (application, id), default_permissions, connections, left (what, why).

    Examples:
        tpa adopt -e prod --dry-run
        tpa adopt -e prod --organization "Acme Logistics" --contact it@acme.example
    """
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    with staged(workspace.root) as stage:
        view, made = _made_up(workspace, stage, Owner(organization, contact), applications or [])
        if not as_json:
            _show(results(), workspace, made, stage)
        # Lines that are still there are of a run that was cut off.
        changes = made.anything or bool(workspace.catalog.environment.adopt)
        if changes and not dry_run:
            _confirm(workspace, made, yes=yes)
            _take(workspace, engine, stage, view, quiet=as_json)
    if as_json:
        done = changes and not dry_run
        typer.echo(json.dumps(report(environment, made, done=done), indent=2))
    if made.left:
        raise typer.Exit(1)


def report(environment: str, made: Adoption, *, done: bool) -> dict[str, Any]:
    """The stable form. `left`: what no file can say, with the reason."""
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
        "left": [{"what": what, "why": why} for what, why in made.left.items()],
    }


def _made_up(
    workspace: Workspace, stage: Stage, owner: Owner, only: Sequence[str]
) -> tuple[View, Adoption]:
    """What there is to adopt, written into the stage."""
    catalog, state = workspace.catalog, stack_state(workspace)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(workspace.root, catalog, shown.wait) as client,
    ):
        view = look(client, catalog, mark(catalog), keys_of(state.holdings))
        blind = {"applications", "grants", "connections", "APIs"} & view.blind.keys()
        if blind:
            scopes = ", ".join(sorted(view.blind[what] for what in blind))
            raise TpaError(f"the token lacks {scopes}: what can't be seen can't be adopted")
        _check_names(view, only)
        shown.update("writing files")
        fresh = not state.record(catalog.name).definitions
        found = Found(view, _organizations(client, view), owner, tuple(only), fresh)
        try:
            return view, write_files(stage, found)
        except Unwritable as error:
            raise TpaError(f"{error}; nothing was written") from None


def _check_names(view: View, only: Sequence[str]) -> None:
    known = {name for client in view.outside for name in (client.id, client.name)}
    for name in only:
        if name not in known:
            raise TpaError(
                f"there is no third-party application '{name}' outside of the files; tpa access -e"
                f" {view.catalog.name} --live lists them"
            )


def _organizations(client: ManagementClient, view: View) -> dict[str, tuple[str, ...]]:
    """Where grants of applications themselves are good; one call for each that may be anywhere."""
    found = {}
    for grants in view.grants.values():
        for grant in grants:
            if grant.client_id and grant.organization_usage == "allow":
                items = client.pages(f"/client-grants/{grant.id}/organizations", "organizations")
                found[grant.id] = tuple(str(item["name"]) for item in items)
    return found


def _show(console: Console, workspace: Workspace, made: Adoption, stage: Stage) -> None:
    if made.candidates:
        shown = table("application", "client id", "mode", "file")
        for each in made.candidates:
            client = each.client
            shown.add_row(*map(cell, (client.name, client.id, client.mode, each.file)))
        console.print(shown)
        console.print()
    lines = [f"grant of {key}: {g.audience} ({g.subject_type})" for key, g in made.grants]
    lines += [f"default permission: {g.audience} ({g.subject_type})" for g in made.defaults]
    lines += [f"open connection: {name}" for name in made.connections.values()]
    lines += [f"left out: {what}: {why}" for what, why in made.left.items()]
    if not made.anything:
        lines.append(f"{workspace.name}: nothing new to adopt")
    lines += [f"writes {file}" for file in stage.changed]
    for line in lines:
        console.print(cell(line), soft_wrap=True)


def _confirm(workspace: Workspace, made: Adoption, *, yes: bool) -> None:
    """Asked before the first file of a real tenant is written."""
    count = len(made.candidates)
    asked = f"write these files, and take {count} applications into the stack {workspace.name}?"
    if not (workspace.embedded or yes) and not typer.confirm(asked, err=True):
        raise TpaError("nothing was changed")


def _take(workspace: Workspace, engine: Engine, stage: Stage, view: View, *, quiet: bool) -> None:
    """Files, preview, import, preview; files go back unless the preview shows a pure take-over."""
    try:
        stage.keep()
    except Moved as error:
        raise TpaError(str(error)) from None
    try:
        keys = open_workspace(workspace.name).catalog.environment.adopt
        with progress("previewing the take-over"):
            more = list(unwanted(previewed(engine), view, keys))
    except TpaError:
        stage.undo()
        raise
    if more:
        stage.undo()
        raise TpaError(
            "the take-over would be more than that, so no file was written:\n  "
            + "\n  ".join(more)
            + f"\n  fix: apply what the files say already, make up ENV={workspace.name}, or take it"
            " out of them; then run this again"
        )
    take_over(engine, quiet=quiet)
    _forget_lines(workspace.root, workspace.catalog.file)
    engine.run("preview", "--expect-no-changes", quiet=quiet)
    say(f"{workspace.name}: taken over; tpa check -e {workspace.name} lists what lacks an owner")


def _forget_lines(root: Path, file: str) -> None:
    """The lines of `adopt` have done their work."""
    with staged(root) as stage:
        if "adopt" in stage.data(file):
            stage.remove(file, ("adopt",))
            stage.keep()
