"""`tpa drift`: where the tenant differs from the files, and who changed it."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from auth0_third_party.management import MissingScope, remember
from auth0_third_party.model.names import credentials_name
from tpa.drift.accept import accept_differences
from tpa.drift.authors import authors
from tpa.drift.output import Found, as_markdown, json_content, show
from tpa.drift.restore import restore_differences
from tpa.drift.restore_plan import unrecorded
from tpa.drift.selection import (
    attributed_differences,
    check_patterns,
    chosen,
    has_unknown,
    select,
)
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management, open_workspace
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.stack_state import CREDENTIALS
from tpa.errors import TpaError
from tpa.tenant.reading import EnvironmentStates, read_states
from tpa.terminal.markdown import write_markdown
from tpa.terminal.output import Environment, Json, Yes

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
    differences = attributed_differences(seen)
    check_patterns(seen, differences, patterns, required=accept or restore)
    selection, complete = select(differences, patterns), True
    if accept or restore:
        meant = chosen(selection.differences, named=bool(patterns), accept=accept)
        unfinished = [] if patterns or not restore else list(unrecorded(seen))
        if meant and accept:
            accept_differences(workspace, seen, meant)
        elif meant or unfinished:
            complete = restore_differences(workspace, seen, differences, meant, unfinished, yes=yes)
        if meant or unfinished:
            _, seen = _read(environment)
            selection = select(attributed_differences(seen), patterns)
    known = authors(workspace, seen, selection.differences)
    rotated = () if patterns else rotated_secrets(workspace, seen)
    found = Found(seen, selection, known, rotated)
    if markdown is not None:
        write_markdown(as_markdown(found), markdown)
    if as_json:
        typer.echo(json.dumps(json_content(found), indent=2))
    else:
        show(found)
    if found.outside or not complete or has_unknown(seen, patterns):
        raise typer.Exit(1)


def _read(environment: str) -> tuple[Workspace, EnvironmentStates]:
    """The files, the stack's state and the tenant, as they are now."""
    workspace = open_workspace(environment)
    return workspace, read_states(workspace.root, workspace.catalog, read_stack_state(workspace))


FIELDS = {"fields": "client_id,client_secret", "include_fields": "true"}


def rotated_secrets(workspace: Workspace, seen: EnvironmentStates) -> tuple[str, ...]:
    """Keys of applications whose secret is another one than in the state; none where the state
    can't be decrypted here, or the token may not read secrets.
    """
    held = dict(_secrets_in_state(workspace))
    names = {key: held.get(credentials_name(key)) for key in seen.view.managed}
    if not any(names.values()):
        return ()
    with open_management(workspace.root, workspace.catalog) as client:
        try:
            listed = list(client.pages("/clients", "clients", FIELDS))
        except MissingScope:
            return ()
    live = {item.get("client_id"): item.get("client_secret") for item in listed}
    remember(*filter(None, live.values()))
    found = {key: live.get(client.id) for key, client in seen.view.managed.items()}
    return tuple(sorted(k for k, now in found.items() if now and names[k] and now != names[k]))


def _secrets_in_state(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Logical name of credentials -> secret."""
    tenant = workspace.tenant().start() if workspace.embedded else None
    done = Engine(workspace, tenant).capture("stack", "export", "--show-secrets")
    if done.returncode:
        return
    for entry in json.loads(done.stdout).get("deployment", {}).get("resources") or ():
        if entry.get("type") == CREDENTIALS:
            secret = _plain((entry.get("outputs") or {}).get("clientSecret"))
            if secret:
                remember(secret)
                yield str(entry["urn"]).rpartition("::")[2], secret


def _plain(value: Any) -> str:
    """A decrypted secret of an export; "" where it is none."""
    text = value.get("plaintext") if isinstance(value, Mapping) else None
    return str(json.loads(text) or "") if isinstance(text, str) else ""
