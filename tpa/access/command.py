"""`tpa access`: who may do what, and which line decided it."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from auth0_third_party.rules.violation import nearest
from tpa.access.effective import defaults_outside, rows
from tpa.access.explain import story
from tpa.access.output import report, show
from tpa.access.rows import Row
from tpa.engine.stack_export import StackState
from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.project import project_folder
from tpa.tenant.reading import connect_and_read, read_state_if_possible, stack_tag
from tpa.tenant.view import EnvironmentView
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, cell, results, say

Live = Annotated[bool, typer.Option("--live", help="Read the tenant, and compare it.")]
Explain = Annotated[
    tuple[str, str] | None,
    typer.Option(
        "--explain",
        metavar="APP API",
        help="Tell why, in sentences.",
        autocompletion=completion.explained,
    ),
]
COUNTED = ("differs", "missing", "outside", "unknown")
"""A row of these is a finding."""


def access(
    environment: Environment = "dev",
    live: Live = False,
    explain: Explain = None,
    as_json: Json = False,
) -> None:
    """Shows what each application may call, as whom, and which line decided it.

    A grant of its own, a default permission, an API's policy, a connection or an organization. With
    `--live` also what the tenant has that no file says. Exit status 1: the two differ, or could not
    be compared because applications or grants can't be read.

    JSON: environment, tenant, live, unknown (what, scope), rows, outside (client_id, name,
    security_mode, held_as), default_permissions_outside; with --explain application, api, story.

    Examples:
        tpa access -e prod
        tpa access -e prod --live --json
        tpa access -e dev --explain order-portal orders
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    view = EnvironmentView(catalog, stack_tag(catalog))
    if live:
        state = read_state_if_possible(root, catalog)
        if state is None:
            say(f"not looked at: what {environment} holds; tags tell which applications are ours")
        view = connect_and_read(root, catalog, (state or StackState()).resources)
    found = rows(view)
    if explain is not None:
        _explain(view, found, *explain, as_json=as_json)
        return
    if as_json:
        typer.echo(json.dumps(report(view, found), indent=2))
    else:
        show(results(), view, found)
    if _differs(view, found):
        raise typer.Exit(1)


def _differs(view: EnvironmentView, found: Sequence[Row]) -> bool:
    if view.snapshot is None:
        return False
    by_row = any(row.status in COUNTED for row in found)
    return by_row or not view.comparable or bool(view.unmanaged or defaults_outside(view))


def _explain(
    view: EnvironmentView, found: Sequence[Row], app: str, api: str, *, as_json: bool
) -> None:
    keys = {client.id: key for key, client in view.managed.items() if key in view.declared}
    strangers = {client.id for client in (*view.unmanaged, *view.pending_deletion.values())}
    application = keys.get(app, app)
    if application not in {*view.declared, *strangers}:
        known = {*view.declared, *strangers}
        raise TpaError(f"there is no application '{app}': {nearest(app, known)}")
    audiences = view.catalog.record.audiences
    apis = {*audiences, *audiences.values(), *(row.audience for row in found)}
    apis |= set(view.snapshot.apis if view.snapshot else ())
    if api not in apis:
        raise TpaError(f"there is no API '{api}': {nearest(api, apis)}")
    told = story(view, found, application, api)
    if as_json:
        typer.echo(json.dumps({"application": app, "api": api, "story": told}, indent=2))
        return
    console = results()
    for line in told:
        console.print(cell(line), soft_wrap=True)
