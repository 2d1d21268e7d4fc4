"""`tpa access`: who may do what, and which line decided it."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.console import Console

from catalog import load_catalog
from catalog.problems import nearest
from survey.access import ALL, Row, rows
from survey.story import story
from survey.view import View
from tpa.errors import TpaError
from tpa.project import project_folder
from tpa.surveying import live_view, mark
from tpa.terminal import Environment, Json, cell, results, say, table

Live = Annotated[bool, typer.Option("--live", help="Read the tenant, and compare it.")]
Explain = Annotated[
    tuple[str, str] | None,
    typer.Option("--explain", metavar="APP API", help="Tell why, in sentences."),
]
STATUS = {
    "same": "as in the files",
    "differs": "differs",
    "missing": "not live",
    "outside": "in no file",
    "unknown": "unknown",
    "": "",
}
STYLES = {"differs": "yellow", "missing": "yellow", "outside": "bold red", "unknown": "magenta"}


def access(
    environment: Environment = "dev",
    live: Live = False,
    explain: Explain = None,
    as_json: Json = False,
) -> None:
    """Shows what each application may call, as whom, and which line decided it.

    A grant of its own, a default permission, an API's policy, a connection or an organization. With
    `--live` also what the tenant has that no file says; exit status 1: the two differ.

    Examples:
        tpa access -e prod
        tpa access -e prod --live --json
        tpa access -e dev --explain order-portal orders
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    view = View(catalog, mark(catalog))
    if live:
        view = live_view(root, catalog)
    found = rows(view)
    if explain is not None:
        _explain(view, found, *explain, as_json=as_json)
    elif as_json:
        typer.echo(json.dumps(report(view, found), indent=2))
    else:
        _show(results(), view, found)
    if explain is None and any(row.status in ("differs", "missing", "outside") for row in found):
        raise typer.Exit(1)


def report(view: View, found: Sequence[Row]) -> dict[str, Any]:
    """The stable form: `unknown` says which parts of the tenant nobody could read."""
    return {
        "environment": view.catalog.name,
        "tenant": view.domain,
        "live": view.snapshot is not None,
        "unknown": [{"what": each.what, "scope": each.scope} for each in view.unknown],
        "rows": [row.model_dump(mode="json") for row in found],
        "outside": [
            {"client_id": client.id, "name": client.name, "security_mode": client.mode}
            for client in view.outside
        ],
    }


def _show(console: Console, view: View, found: Sequence[Row]) -> None:
    live = view.snapshot is not None
    columns = ["application", "api", "as", "scopes", "decided by", *(["tenant"] if live else [])]
    shown = table(*columns)
    last = ""
    for row in found:
        named = "" if row.application == last else _called(row)
        cells = [cell(named), cell(row.api), cell(row.subject_type), _scopes(row), _decision(row)]
        shown.add_row(*cells, *([_status(row)] if live else []))
        last = row.application
    if found:
        console.print(shown)
    else:
        console.print(cell(f"{view.catalog.name}: nothing may be called by anybody"))
    for each in view.unknown:
        say(f"unknown: {each.what} (the token lacks {each.scope})")
    idle = [client for client in view.outside if not any(r.client_id == client.id for r in found)]
    for client in idle:
        say(f"in no file, and may call nothing: {client.name} ({client.id}, {client.mode})")
    if view.outside:
        say(f"take them into files: tpa adopt -e {view.catalog.name}")


def _called(row: Row) -> str:
    outside = row.status == "outside" and row.application == row.client_id
    return f"{row.name} ({row.client_id})" if outside else row.application


def _scopes(row: Row) -> Any:
    scopes = f"{ALL}, future ones too" if row.all_scopes else " ".join(row.scopes) or "(none)"
    return cell(scopes, "strike" if row.usable is False and row.status != "missing" else "")


def _decision(row: Row) -> Any:
    shut = row.usable is False and row.status != "missing"
    by = f"closed by {row.decided_by.by}" if shut else row.decided_by.by
    return cell(f"{by.replace('_', ' ')}: {row.decided_by.place}", "red" if shut else "")


def _status(row: Row) -> Any:
    parts = [f"+{scope}" for scope in row.gained] + [f"-{scope}" for scope in row.lost]
    words = f"{STATUS[row.status]} {' '.join(parts)}" if row.status == "differs" else ""
    return cell(words or STATUS[row.status], STYLES.get(row.status, ""))


def _explain(view: View, found: Sequence[Row], app: str, api: str, *, as_json: bool) -> None:
    known = {*view.users, *(row.application for row in found)}
    if app not in known:
        raise TpaError(f"there is no application '{app}': {nearest(app, known)}")
    audiences = view.catalog.record.audiences
    apis = {*audiences, *audiences.values(), *(row.audience for row in found)}
    if api not in apis:
        raise TpaError(f"there is no API '{api}': {nearest(api, audiences)}")
    told = story(view, found, app, api)
    if as_json:
        typer.echo(json.dumps({"application": app, "api": api, "story": told}, indent=2))
        return
    console = results()
    for line in told:
        console.print(cell(line), soft_wrap=True)
