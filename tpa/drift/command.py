"""`tpa drift`: where the tenant differs from the files, and who changed it."""

import json
from pathlib import Path
from typing import Annotated

import typer

from tpa.drift.accept import accept_differences
from tpa.drift.attribution import attributed_differences
from tpa.drift.authors import authors
from tpa.drift.markdown import as_markdown
from tpa.drift.output import json_content, show, show_unused_rules
from tpa.drift.restore import restore_differences
from tpa.drift.restore_plan import unrecorded
from tpa.drift.rotated_secrets import rotated_secrets
from tpa.drift.selection import check_patterns, chosen, has_unknown, select
from tpa.engine.session import open_workspace
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.errors import TpaError
from tpa.tenant.reading import EnvironmentStates, read_states
from tpa.terminal.markdown import write_markdown
from tpa.terminal.output import Environment, Json, Yes, results, say

Paths = Annotated[
    list[str] | None,
    typer.Argument(metavar="PATH", help="Only these; patterns with * are allowed."),
]
Accept = Annotated[bool, typer.Option("--accept", help="Write the tenant's values into the files.")]
Restore = Annotated[bool, typer.Option("--restore", help="Undo changes made outside.")]

Markdown = Annotated[
    Path | None,
    typer.Option(
        "--markdown",
        metavar="FILE",
        help="Also write it as Markdown, for an issue; - is standard output.",
    ),
]


def drift(
    environment: Environment = "dev",
    paths: Paths = None,
    accept: Accept = False,
    restore: Restore = False,
    *,
    markdown: Markdown = None,
    as_json: Json = False,
    yes: Yes = False,
) -> None:
    """Shows where the tenant differs from the files and from the last update, who changed it, and
    which applications no file has.

    Exit status 1: something was changed outside (by an administrator or another tool) that no
    `ignore_drift` rule in the environment's file matches, or the token may not read something that
    the files state. Changes in the files that are not applied yet are listed, but do not count.
    With PATH, all of this is about the matching paths alone. Who and when is in the tenant's log,
    which Auth0 keeps for some days; the scope read:logs shows it.

    JSON: environment, tenant, applied, paths (as given; empty: all), outside, ignored, pending
    (counts), unknown (what, scope), excluded, not_compared, differences (path, changed_by,
    declared, applied, live, file, ignored, who, at), unmanaged (applications in no file: client_id,
    name, security_mode, owner, made, ignored, rows), rotated_secrets (keys of applications whose
    secret in the state is dead, where both can be read). `changed_by` is `files`, `outside` or
    `both`.

    Examples:
        tpa drift -e prod
        tpa drift -e prod --json "connections/*"
        tpa drift -e prod --markdown issue.md
        tpa drift -e prod --accept "applications/order-portal/*"
        tpa drift -e prod --restore
    """
    if accept and restore:
        raise TpaError("--accept and --restore exclude each other; choose one")
    patterns = paths or []
    workspace, seen = _read(environment)
    found = attributed_differences(seen)
    check_patterns(seen, found, patterns, required=accept or restore)
    selection, complete = select(found, patterns), True
    if accept or restore:
        meant = chosen(selection.differences, named=bool(patterns), accept=accept)
        unfinished = [] if patterns or not restore else list(unrecorded(seen))
        if meant and accept:
            accept_differences(workspace, seen, meant)
        elif meant or unfinished:
            complete = restore_differences(workspace, seen, found, meant, unfinished, yes=yes)
        if meant or unfinished:
            _, seen = _read(environment)
            selection = select(attributed_differences(seen), patterns)
    known = authors(workspace, seen, selection.differences)
    rotated = () if patterns else rotated_secrets(workspace, seen)
    if markdown is not None:
        write_markdown(as_markdown(seen, selection, known), markdown)
    if as_json:
        content = {**json_content(seen, selection, known), "rotated_secrets": list(rotated)}
        typer.echo(json.dumps(content, indent=2))
    else:
        show(results(), seen, selection, known)
        for key in rotated:
            say(
                f"{key}: its secret was rotated in the tenant, and the state has the old one;"
                f" pulumi refresh -s {environment} reads it, tpa credentials {key} hands it over"
            )
        if not patterns and not seen.view.unknown:
            show_unused_rules(seen, selection.differences)
    unknown = has_unknown(seen, patterns)
    if not complete or unknown or any(each.counts for each in selection.differences):
        raise typer.Exit(1)


def _read(environment: str) -> tuple[Workspace, EnvironmentStates]:
    """The files, the stack's state and the tenant, as they are now."""
    workspace = open_workspace(environment)
    return workspace, read_states(workspace.root, workspace.catalog, read_stack_state(workspace))
