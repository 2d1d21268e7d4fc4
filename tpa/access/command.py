"""`tpa access`: what each application may call, and what decides it; a table, or JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from auth0_third_party.rules.violation import nearest
from tpa.access.effective import AccessRow, access_rows, unmanaged_defaults
from tpa.access.explain import explain as explained
from tpa.comparison.facts import EVERY_SCOPE
from tpa.environments.stack_state import StackState
from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.project import project_folder
from tpa.tenant.objects import Client
from tpa.tenant.reading import connect_and_read, read_state_if_possible, stack_tag
from tpa.tenant.view import EnvironmentView, excluded_lines
from tpa.terminal import completion
from tpa.terminal.output import Environment, Json, Rows, cell, results, say

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
        typer.echo(json.dumps(json_content(view, rows), indent=2))
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
    granted = (row.audience for row in rows)
    apis = {*audiences, *audiences.values(), *granted, *view.tenant.apis}
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


STATUS = {
    "same": "as in the files",
    "differs": "differs",
    "missing": "not live",
    "registered": "registered itself",
    "unmanaged": "in no file",
    "unknown": "unknown",
    "": "",
}
STYLES = {"differs": "yellow", "missing": "yellow", "unmanaged": "bold red", "unknown": "magenta"}


def json_content(view: EnvironmentView, rows: Sequence[AccessRow]) -> dict[str, Any]:
    """The stable form: `environment`, `tenant` ("" where it was not read), `live`, `unknown` (parts
    of the tenant that could not be read; `scope` is "" where none would help), `rows` (see
    `AccessRow`), `unmanaged` (live applications that are in no file; `key_in_state` is the key that
    the stack's state still has one under), `registered` (those that registered themselves as the
    files allow), `unmanaged_default_permissions`, and `unstated_registration` (ways into the tenant
    that no file states). Where they are unknown, or the tenant was not read, they are null.
    """
    live = view.snapshot is not None

    def known(part: str, found: Iterable[Any]) -> list[Any] | None:
        return list(found) if live and part not in view.unknown_reasons else None

    registered = ({"client_id": each.id, "name": each.name} for each in view.registered)
    return {
        "environment": view.catalog.name,
        "tenant": view.domain,
        "live": live,
        "unknown": list(map(asdict, view.unknown)),
        "rows": [row.model_dump(mode="json") for row in rows],
        "unmanaged": known("applications", _unmanaged(view)),
        "registered": known("applications", registered),
        "unstated_registration": known("open registration", view.unstated_registration),
        "excluded": known("", view.excluded),
        "unmanaged_default_permissions": known("grants", _defaults(view)),
    }


def _unmanaged(view: EnvironmentView) -> Iterator[dict[str, str]]:
    held = [*view.pending_deletion.items(), *(("", client) for client in in_no_file(view))]
    for key, client in held:
        named = {"client_id": client.id, "name": client.name}
        yield {**named, "security_mode": client.mode, "key_in_state": key}


def in_no_file(view: EnvironmentView) -> list[Client]:
    """Without those that are expected to be there."""
    return [client for client in view.unmanaged if client not in view.registered]


def _defaults(view: EnvironmentView) -> Iterator[dict[str, Any]]:
    for grant in unmanaged_defaults(view):
        yield {
            "id": grant.id,
            "api": view.api_name(grant.audience),
            "audience": grant.audience,
            "subject_type": grant.subject_type,
            "scopes": list(grant.scopes),
            "all_scopes": grant.all_scopes,
        }


def show(console: Console, view: EnvironmentView, rows: Sequence[AccessRow]) -> None:
    """Prints the table, and notes about what is not in it."""
    live = view.snapshot is not None
    columns = ["application", "api", "access", "scopes", "decided by"]
    table = Rows(*columns, *(["tenant"] if live else []), once=True)
    for row in rows:
        label = cell(_label(row))
        scopes = cell(row.scopes_text, "strike" if _denied(row) else "")
        cells = [label, cell(row.api), cell(row.subject_type), scopes, _decision(row)]
        table.add_row(*cells, *([_status(row)] if live else []))
    if rows:
        table.show(console)
    elif live and not view.comparable:
        console.print(cell(f"{view.catalog.name}: no file grants anything; the rest is unknown"))
    else:
        console.print(cell(f"{view.catalog.name}: no application may call any API"))
    for line in _notes(view, rows):
        say(line)


def _notes(view: EnvironmentView, rows: Sequence[AccessRow]) -> Iterator[str]:
    name = view.catalog.name
    yield from (f"unknown: {each}" for each in view.unknown)
    yield from excluded_lines(view.catalog, view.excluded)
    for key, client in view.pending_deletion.items():
        yield f"no longer in the files, still in the state of {name}: {key} ({client.id})"
    with_access = {row.client_id for row in rows}
    may = "may call nothing" if view.comparable else "what it may call is unknown"
    for client in in_no_file(view):
        if client.id not in with_access:
            yield f"in no file, {may}: {client.name} ({client.id}, {client.mode})"
    for grant in unmanaged_defaults(view):
        scopes = EVERY_SCOPE if grant.all_scopes else " ".join(grant.scopes) or "(none)"
        target = f"{view.api_name(grant.audience)} ({grant.subject_type})"
        yield f"in no file: default permission {grant.id} on {target}: {scopes}"
    for way in view.unstated_registration:
        yield f"in no file: {view.domain} {way}"
    if view.registered:
        yield f"registered themselves, as the files allow: {len(view.registered)}"
    if in_no_file(view):
        yield f"to write them into files and import them: tpa adopt -e {name}"


def _label(row: AccessRow) -> str:
    undeclared = row.status == "unmanaged" and row.application == row.client_id
    return f"{row.name} ({row.client_id})" if undeclared else row.application


def _denied(row: AccessRow) -> bool:
    return row.usable is False and row.status != "missing"


def _decision(row: AccessRow) -> Text:
    """A live grant by its id: its kind stands before it."""
    by, place = row.decided_by.by.replace("_", " "), row.decided_by.place
    text = f"{by}: {place.name if place.kind == by else place}"
    if _denied(row):
        return cell(f"denied by {text}", "red")
    unknown = ", ".join(row.unknown_checks).replace("_", " ")
    return cell(f"{text}; unknown: {unknown}", "magenta") if unknown else cell(text)


def _status(row: AccessRow) -> Text:
    parts = [f"+{scope}" for scope in row.gained] + [f"-{scope}" for scope in row.lost]
    parts += [name.replace("_", " ") for name in row.changed]
    text = f"{STATUS[row.status]}: {' '.join(parts)}" if row.status == "differs" else ""
    return cell(text or STATUS[row.status], STYLES.get(row.status, ""))
