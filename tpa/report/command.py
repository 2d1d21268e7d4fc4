"""`tpa report`: one page about an environment, for readers who do not use a terminal."""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from tpa.errors import TpaError
from tpa.files.catalog import load_catalog
from tpa.files.regular import read_regular_text, write_text
from tpa.project import project_folder
from tpa.report.changes import is_report, read_page_data
from tpa.report.content import build_report
from tpa.report.input import ReportInput, read_all, read_files
from tpa.report.render import render
from tpa.report.table import as_csv, is_table
from tpa.tenant.view import excluded_lines
from tpa.terminal.output import Environment, Json, results, say

LARGEST_PAGE = 256 * 2**20
"""Bytes of an earlier report."""
Offline = Annotated[bool, typer.Option("--offline", help="Read the files only.")]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="The page; report-ENV.html by default.")
]

Table = Annotated[
    Path | None, typer.Option("--csv", help="Also write the rows as CSV, for a spreadsheet.")
]


def report(
    environment: Environment = "dev",
    output: Output = None,
    table: Table = None,
    *,
    offline: Offline = False,
    as_json: Json = False,
) -> None:
    """Writes one HTML page: access, each application, findings, changes since the last page.

    The page loads nothing from a network and can be printed. Changes are found by comparison with
    the existing page, which the new one replaces. `--csv` writes a line for each API that an
    application may call, and one for each other application. The scope read:logs shows when a
    secret was made and a token was last issued. JSON: environment, file, csv, live, applications,
    rows, findings, excluded, unknown.

    Examples:
        tpa report -e prod
        tpa report -e prod --output public/partners.html --csv public/partners.csv
        tpa report -e dev --offline --json
    """
    root = project_folder(environment)
    catalog = load_catalog(root, environment)
    file = output or Path(f"report-{environment}.html")
    read = read_files(catalog) if offline else read_all(root, catalog)
    page = build_report(read, datetime.now(UTC).isoformat(timespec="seconds"))
    earlier = _existing(file, is_report, "--output")
    if table is not None:
        _existing(table, is_table, "--csv")
        write_text(table, as_csv(page))
    write_text(file, render(page, read_page_data(earlier)))
    written = [str(each) for each in (file, table) if each is not None]
    if as_json:
        typer.echo(json.dumps(_summary(environment, written, read), indent=2))
        return
    for line in excluded_lines(catalog, read.view.excluded):
        say(line)
    for each in written:
        results().print(f"written: {each}", markup=False, soft_wrap=True)


def _summary(environment: str, written: list[str], read: ReportInput) -> dict[str, Any]:
    view = read.view
    return {
        "environment": environment,
        "file": written[0],
        "csv": written[1] if written[1:] else "",
        "live": view.snapshot is not None,
        "applications": len(view.declared) + len(view.pending_deletion) + len(view.unmanaged),
        "rows": len(read.rows),
        "findings": len(read.problems),
        "excluded": list(view.excluded) if view.snapshot is not None else None,
        "unknown": list(map(asdict, read.unknown)),
    }


def _existing(file: Path, ours: Callable[[str], bool], option: str) -> str:
    """The file to replace, a page or a table; "" where there is none.

    Raises:
        TpaError: the file is not one of ours, and is not replaced.
    """
    fix = f"fix: choose another file with {option} FILE"
    try:
        text = read_regular_text(file, most=LARGEST_PAGE)
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise TpaError(f"{file} is not replaced: {why}\n  {fix}") from None
    if text and not ours(text):
        raise TpaError(f"{file} is not a report of tpa, and is not replaced\n  {fix}")
    return text
