"""What `tpa access` prints: a stable JSON form for scripts, or a table with notes."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from tpa.access.effective import unmanaged_defaults
from tpa.access.rows import AccessRow
from tpa.comparison.facts import EVERY_SCOPE
from tpa.tenant.objects import Client
from tpa.tenant.view import EnvironmentView, excluded_lines
from tpa.terminal.output import Rows, cell, say

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


def as_json(view: EnvironmentView, rows: Sequence[AccessRow]) -> dict[str, Any]:
    """The stable form: `environment`, `tenant` ("" where it was not read), `live`, `unknown` (parts
    of the tenant that could not be read; `scope` is "" where none would help), `rows` (see
    `AccessRow`), `unmanaged` (live applications that are in no file; `key_in_state` is the key that
    the stack's state still has one under), `registered` (those that registered themselves as the
    files allow), `unmanaged_default_permissions`, and `unstated_registration` (ways into the tenant
    that no file states). Where they are unknown, or the tenant was not read, they are null.
    """
    live, unknown = view.snapshot is not None, view.unknown_reasons
    return {
        "environment": view.catalog.name,
        "tenant": view.domain,
        "live": live,
        "unknown": [{"what": each.what, "scope": each.scope} for each in view.unknown],
        "rows": [row.model_dump(mode="json") for row in rows],
        "unmanaged": list(_unmanaged(view)) if live and "applications" not in unknown else None,
        "registered": (
            [{"client_id": each.id, "name": each.name} for each in view.registered]
            if live and "applications" not in unknown
            else None
        ),
        "unstated_registration": (
            list(view.unstated_registration)
            if live and "open registration" not in unknown
            else None
        ),
        "excluded": list(view.excluded) if live else None,
        "unmanaged_default_permissions": (
            list(_defaults(view)) if live and "grants" not in unknown else None
        ),
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
        cells = [label, cell(row.api), cell(row.subject_type), _scopes(row), _decision(row)]
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
            yield f"in no file, {may}: {_client_label(client)}"
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


def _client_label(client: Client) -> str:
    return f"{client.name} ({client.id}, {client.mode})"


def _label(row: AccessRow) -> str:
    undeclared = row.status == "unmanaged" and row.application == row.client_id
    return f"{row.name} ({row.client_id})" if undeclared else row.application


def _scopes(row: AccessRow) -> Text:
    return cell(
        row.scopes_text, "strike" if row.usable is False and row.status != "missing" else ""
    )


def _decision(row: AccessRow) -> Text:
    denied = row.usable is False and row.status != "missing"
    by, place = row.decided_by.by.replace("_", " "), row.decided_by.place
    place = place.removeprefix(f"{by} ")  # "grant cgr_1 in the tenant" has the kind in it
    text = f"denied by {by}: {place}" if denied else f"{by}: {place}"
    if row.unknown_checks and not denied:
        text += f"; unknown: {', '.join(row.unknown_checks).replace('_', ' ')}"
    return cell(text, "red" if denied else "magenta" if row.unknown_checks else "")


def _status(row: AccessRow) -> Text:
    parts = [f"+{scope}" for scope in row.gained] + [f"-{scope}" for scope in row.lost]
    parts += [name.replace("_", " ") for name in row.changed]
    text = f"{STATUS[row.status]}: {' '.join(parts)}" if row.status == "differs" else ""
    return cell(text or STATUS[row.status], STYLES.get(row.status, ""))
