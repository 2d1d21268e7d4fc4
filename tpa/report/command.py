"""`tpa report`: one page about an environment, for people who do not use a terminal."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tpa.access.effective import rows
from tpa.check.findings import findings
from tpa.drift.states import applied
from tpa.engine.session import open_management
from tpa.engine.stack_export import StackState
from tpa.environments.difference import difference
from tpa.environments.record import Record
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.editing.editor import write_text
from tpa.files.warnings import file_warnings
from tpa.project import project_folder
from tpa.report.changed_outside import changed_outside
from tpa.report.changes import read_earlier
from tpa.report.content import ReportInput
from tpa.report.content import report as report_of
from tpa.report.keys import public_keys
from tpa.report.render import render
from tpa.tenant.reading import keys_in_state, read_environment, read_state_if_possible, stack_tag
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import Environment, Json, results, say
from tpa.terminal.progress import progress

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


def _summary(environment: str, file: Path, material: ReportInput) -> dict[str, Any]:
    view = material.view
    return {
        "environment": environment,
        "file": str(file),
        "live": view.snapshot is not None,
        "applications": len(view.declared) + len(view.pending_deletion) + len(view.unmanaged),
        "rows": len(material.rows),
        "findings": len(material.problems),
        "unknown": [{"what": each.what, "scope": each.scope} for each in material.unknown],
    }


def _old(file: Path) -> str:
    """The page that is there; one of somebody else's is not replaced."""
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise TpaError(
            f"{file} is not replaced: {why}\n  fix: --output FILE, another one"
        ) from None
    if text and read_earlier(text) is None and 'id="tpa-report"' not in text:
        raise TpaError(
            f"{file} is no report of ours, and is not replaced\n  fix: --output FILE, another one"
        )
    return text


def _offline(catalog: Catalog) -> ReportInput:
    view = EnvironmentView(catalog, stack_tag(catalog))
    return ReportInput(view, rows(view), tuple(file_warnings(catalog)))


def _live(root: Path, catalog: Catalog) -> ReportInput:
    state = read_state_if_possible(root, catalog)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        held = keys_in_state(state.resources) if state else {}
        view = read_environment(client, catalog, stack_tag(catalog), held)
        keys, lacking = public_keys(client, view)
    found = findings(root, catalog, view.snapshot)
    for note in found.notes:
        say(note)
    material = ReportInput(view, rows(view), found.problems, keys=keys, unread=lacking)
    record = _record(state, catalog)
    if record is None:
        unread = (*lacking, Unknown("what was applied last", ""))
        return replace(material, unread=unread)
    pending = tuple(difference(record, catalog.record))
    return replace(material, pending=pending, outside=changed_outside(view, applied(record)))


def _record(state: StackState | None, catalog: Catalog) -> Record | None:
    """None where nobody can tell what was applied."""
    if state is None:
        return None
    try:
        return state.record(catalog.name)
    except TpaError as error:
        say(str(error))
        return None
