"""`tpa access`: what each application may call, and what decides it."""

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from auth0_third_party.rules.violation import nearest
from tpa.access.effective import access_rows, unmanaged_defaults
from tpa.access.explain import explain as explained
from tpa.access.output import as_json as in_json
from tpa.access.output import in_no_file, show
from tpa.access.rows import AccessRow
from tpa.environments.stack_state import StackState
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
        help="Explain one decision in sentences.",
        autocompletion=completion.explain_arguments,
    ),
]
FINDINGS = ("differs", "missing", "unmanaged", "unknown")
"""The statuses of rows that make the exit status 1."""


def access(
    environment: Environment = "dev",
    live: Live = False,
    explain: Explain = None,
    as_json: Json = False,
) -> None:
    """Shows what each application may call, as user or client access, and what decides it.

    That is a grant of its own, a default permission, an API's policy, a connection or an
    organization. `--live` also shows what the tenant has and no file declares. Exit status 1: files
    and tenant differ, or can't be compared because applications or grants can't be read.

    JSON: environment, tenant, live, unknown (what, scope), rows, unmanaged (client_id, name,
    security_mode, key_in_state), registered (client_id, name), excluded,
    unmanaged_default_permissions, unstated_registration; with --explain application, api,
    explanation.

    Examples:
        tpa access -e prod
        tpa access -e prod --live --json
        tpa access -e dev --explain order-portal orders
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    view = EnvironmentView(catalog, stack_tag(catalog))
    if live:
        missing = (
            f"unknown: the state of {environment}; ownership tags tell which applications are this"
            " stack's"
        )
        state = read_state_if_possible(root, catalog, lambda _: say(missing))
        view = connect_and_read(root, catalog, (state or StackState()).resources)
    rows = access_rows(view)
    if explain is not None:
        _explain(view, rows, *explain, as_json=as_json)
        return
    if as_json:
        typer.echo(json.dumps(in_json(view, rows), indent=2))
    else:
        show(results(), view, rows)
    if _differs(view, rows):
        raise typer.Exit(1)


def _differs(view: EnvironmentView, rows: Sequence[AccessRow]) -> bool:
    if view.snapshot is None:
        return False
    by_row = any(row.status in FINDINGS for row in rows)
    undeclared = in_no_file(view) or unmanaged_defaults(view) or view.unstated_registration
    return by_row or not view.comparable or bool(undeclared)


def _explain(
    view: EnvironmentView, rows: Sequence[AccessRow], app: str, api: str, *, as_json: bool
) -> None:
    keys = {client.id: key for key, client in view.managed.items() if key in view.declared}
    undeclared = {client.id for client in (*view.unmanaged, *view.pending_deletion.values())}
    application, known = keys.get(app, app), {*view.declared, *undeclared}
    if application not in known:
        raise TpaError(f"there is no application '{app}': {nearest(app, known)}")
    audiences = view.catalog.record.audiences
    apis = {*audiences, *audiences.values(), *(row.audience for row in rows)}
    apis |= set(view.snapshot.apis if view.snapshot else ())
    if api not in apis:
        raise TpaError(f"there is no API '{api}': {nearest(api, apis)}")
    lines = explained(view, rows, application, api)
    if as_json:
        content = {"application": app, "api": api, "explanation": lines}
        typer.echo(json.dumps(content, indent=2))
        return
    console = results()
    for line in lines:
        console.print(cell(line), soft_wrap=True)
