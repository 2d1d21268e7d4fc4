"""`tpa report`: one page about an environment, for people who do not use a terminal."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from catalog import Catalog, load_catalog
from catalog.cautions import cautions
from catalog.difference import difference
from catalog.writing import write_text
from management import ManagementClient, MissingScope, NotFound
from survey.access import rows
from survey.page.earlier import read_earlier
from survey.page.model import Key
from survey.page.render import render
from survey.reporting import Material
from survey.reporting import report as report_of
from survey.view import View, look
from toolchain.choice import Choice
from toolchain.errors import ToolchainError
from tpa.checking import findings
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.project import project_folder
from tpa.recorded import StackState, stack_state
from tpa.session import open_management
from tpa.surveying import keys_of, mark
from tpa.terminal import Environment, Json, results, say
from tpa.workspace import Workspace

Offline = Annotated[bool, typer.Option("--offline", help="Look at the files alone.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="The page; report-ENV.html without it.")
]


def report(
    environment: Environment = "dev",
    output: Output = None,
    *,
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Writes one HTML page: who may call what, each application, findings, what changed.

    It needs no network and can be printed. What changed since the last run is told by the page that
    is there already, which the new one replaces. JSON: environment, file, live, applications, rows,
    findings, unknown.

    Examples:
        tpa report -e prod
        tpa report -e prod --output public/partners.html
        tpa report -e dev --offline --json
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    file = output or Path(f"report-{environment}.html")
    material = _offline(catalog) if offline else _live(root, catalog)
    page = report_of(material, datetime.now(UTC).isoformat(timespec="seconds"))
    write_text(file, render(page, read_earlier(_old(file))))
    if as_json:
        typer.echo(json.dumps(_summary(environment, file, material), indent=2))
    else:
        results().print(f"written: {file}", markup=False, soft_wrap=True)


def _summary(environment: str, file: Path, material: Material) -> dict[str, Any]:
    view = material.view
    return {
        "environment": environment,
        "file": str(file),
        "live": view.snapshot is not None,
        "applications": len(view.users) + len(view.outside),
        "rows": len(material.rows),
        "findings": len(material.findings),
        "unknown": [{"what": each.what, "scope": each.scope} for each in view.unknown],
    }


def _old(file: Path) -> str:
    """The page that is there; one of somebody else's is not replaced."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise TpaError(f"{file} can't be read: {error}") from None
    if text and read_earlier(text) is None and 'id="tpa-report"' not in text:
        raise TpaError(f"{file} is no report of ours, and is not replaced\n  fix: --output FILE")
    return text


def _offline(catalog: Catalog) -> Material:
    view = View(catalog, mark(catalog))
    return Material(view, rows(view), tuple(cautions(catalog)))


def _live(root: Path, catalog: Catalog) -> Material:
    state = _state(root, catalog)
    found = findings(root, catalog)
    for note in found.notes:
        say(note)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        view = look(client, catalog, mark(catalog), keys_of(state.holdings))
        keys = _keys(client, view)
    pending = difference(state.record(catalog.name), catalog.record)
    return Material(view, rows(view), found.problems, pending, keys)


def _state(root: Path, catalog: Catalog) -> StackState:
    """What was applied; nothing where no engine can tell, which `findings` says."""
    try:
        return stack_state(Workspace(root, catalog, Choice.load(root)))
    except (TpaError, ToolchainError, OSError):
        return StackState()


def _keys(client: ManagementClient, view: View) -> dict[str, tuple[Key, ...]]:
    """The public keys of applications that have some; one call for each of these."""
    found = {}
    for live in (*view.ours.values(), *view.outside):
        if not live.keys:
            continue
        try:
            listed = client.get(f"/clients/{live.id}/credentials")
        except (MissingScope, NotFound):
            found[live.id] = tuple(Key(identity, "") for identity in live.keys)
            continue
        items = listed if isinstance(listed, list) else []
        found[live.id] = tuple(
            Key(str(item.get("name") or item.get("kid")), str(item.get("created_at") or ""))
            for item in items
            if item.get("id") in live.keys
        )
    return found
