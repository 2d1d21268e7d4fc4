"""What `tpa access` shows: a stable form for scripts, and a table with notes beside it."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from tpa.access.effective import defaults_outside
from tpa.access.rows import ALL, Row
from tpa.tenant.objects import Client
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import cell, say
from tpa.terminal.tables import Rows

STATUS = {
    "same": "as in the files",
    "differs": "differs",
    "missing": "not live",
    "outside": "in no file",
    "unknown": "unknown",
    "": "",
}
STYLES = {"differs": "yellow", "missing": "yellow", "outside": "bold red", "unknown": "magenta"}


def report(view: EnvironmentView, found: Sequence[Row]) -> dict[str, Any]:
    """The stable form: `environment`, `tenant` ("" where it was not read), `live`, `unknown` (parts
    of the tenant that nobody could read; `scope` is "" where none would help), `rows` (see
    `survey.rows.Row`), `outside` (live applications in no file; `held_as` is the key that the
    stack's state still has one under) and `default_permissions_outside`. The last two are null
    where nobody looked, or could.
    """
    seen = view.snapshot is not None
    return {
        "environment": view.catalog.name,
        "tenant": view.domain,
        "live": seen,
        "unknown": [{"what": each.what, "scope": each.scope} for each in view.unknown],
        "rows": [row.model_dump(mode="json") for row in found],
        "outside": list(_outside(view))
        if seen and "applications" not in view.unknown_reasons
        else None,
        "default_permissions_outside": (
            list(_defaults(view)) if seen and "grants" not in view.unknown_reasons else None
        ),
    }


def _outside(view: EnvironmentView) -> Iterator[dict[str, str]]:
    held = [*view.pending_deletion.items(), *(("", client) for client in view.unmanaged)]
    for key, client in held:
        named = {"client_id": client.id, "name": client.name}
        yield {**named, "security_mode": client.mode, "held_as": key}


def _defaults(view: EnvironmentView) -> Iterator[dict[str, Any]]:
    for grant in defaults_outside(view):
        yield {
            "id": grant.id,
            "api": view.api_name(grant.audience),
            "audience": grant.audience,
            "subject_type": grant.subject_type,
            "scopes": list(grant.scopes),
            "all_scopes": grant.all_scopes,
        }


def show(console: Console, view: EnvironmentView, found: Sequence[Row]) -> None:
    live = view.snapshot is not None
    columns = ["application", "api", "as", "scopes", "decided by", *(["tenant"] if live else [])]
    shown = Rows(*columns, once=True)
    for row in found:
        named = cell(_called(row))
        cells = [named, cell(row.api), cell(row.subject_type), _scopes(row), _decision(row)]
        shown.add_row(*cells, *([_status(row)] if live else []))
    if found:
        shown.show(console)
    elif live and not view.comparable:
        console.print(cell(f"{view.catalog.name}: no file grants anything; the rest is unknown"))
    else:
        console.print(cell(f"{view.catalog.name}: nothing may be called by anybody"))
    for line in _notes(view, found):
        say(line)


def _notes(view: EnvironmentView, found: Sequence[Row]) -> Iterator[str]:
    """What the table does not show."""
    name = view.catalog.name
    yield from (f"unknown: {each}" for each in view.unknown)
    for key, client in view.pending_deletion.items():
        yield f"in no file any more, {name} still holds it: {key} ({client.id})"
    able = {row.client_id for row in found}
    may = "may call nothing" if view.comparable else "what it may call is unknown"
    for client in view.unmanaged:
        if client.id not in able:
            yield f"in no file, {may}: {_named(client)}"
    for grant in defaults_outside(view):
        scopes = ALL if grant.all_scopes else " ".join(grant.scopes) or "(none)"
        place = f"{view.api_name(grant.audience)} as {grant.subject_type}"
        yield f"in no file: default permission {grant.id} on {place}: {scopes}"
    if view.unmanaged:
        yield f"take them into files: tpa adopt -e {name}"


def _named(client: Client) -> str:
    return f"{client.name} ({client.id}, {client.mode})"


def _called(row: Row) -> str:
    outside = row.status == "outside" and row.application == row.client_id
    return f"{row.name} ({row.client_id})" if outside else row.application


def _scopes(row: Row) -> Text:
    scopes = f"{ALL}, future ones too" if row.all_scopes else " ".join(row.scopes) or "(none)"
    return cell(scopes, "strike" if row.usable is False and row.status != "missing" else "")


def _decision(row: Row) -> Text:
    shut = row.usable is False and row.status != "missing"
    by, place = row.decided_by.by.replace("_", " "), row.decided_by.place
    place = place.removeprefix(f"{by} ")  # "grant cgr_1 in the tenant" says what it is
    words = f"closed by {by}: {place}" if shut else f"{by}: {place}"
    if row.unsure and not shut:
        words += f"; unknown: {', '.join(row.unsure).replace('_', ' ')}"
    return cell(words, "red" if shut else "magenta" if row.unsure else "")


def _status(row: Row) -> Text:
    parts = [f"+{scope}" for scope in row.gained] + [f"-{scope}" for scope in row.lost]
    parts += [term.replace("_", " ") for term in row.changed]
    words = f"{STATUS[row.status]}: {' '.join(parts)}" if row.status == "differs" else ""
    return cell(words or STATUS[row.status], STYLES.get(row.status, ""))
