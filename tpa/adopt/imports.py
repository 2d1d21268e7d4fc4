"""The import of an adoption: files, a preview, one update that imports, and a preview.

The program itself declares what is imported (`adopt` in the environment's file), as its components
declare it. The preview is read before the update: every step that would write in the tenant is
either one of the few that complete an import, or a reason to stop.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auth0_third_party.model.client import METADATA
from auth0_third_party.model.names import OWNERSHIP_TAGS, application_key
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_workspace
from tpa.engine.workspace import Workspace
from tpa.environments.stack_state import (
    CLIENT,
    GRANT,
    METADATA_DOCUMENT_SETTING,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    PROMOTION,
    REMEMBERED,
)
from tpa.errors import TpaError
from tpa.files.editing import StagedFiles, staged
from tpa.tenant.snapshot import OrganizationLinks
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say
from tpa.terminal.progress import progress

NO_WRITE = ("same", "read", "refresh", "import")


@dataclass(frozen=True)
class Step:
    """One step of a preview. `component`: it only groups others. `changed`: names of properties."""

    op: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    component: bool
    changed: tuple[str, ...]


def import_into_stack(
    workspace: Workspace, engine: Engine, stage: StagedFiles, view: EnvironmentView, *, quiet: bool
) -> None:
    """Writes the files and imports. The files are restored unless the preview shows an import and
    nothing else.

    Raises:
        TpaError: it would be more than an import, or the engine failed.
    """
    if workspace.catalog.environment.adopt:  # an interrupted run may have imported something
        engine.forget_undeclared_inputs()
    try:
        stage.save()
        lines = open_workspace(workspace.name).catalog.environment.adopt
        with progress("previewing the import"):
            unexpected = list(unexpected_steps(_preview(engine), view, lines))
    except BaseException:  # Ctrl-C among them: nothing was imported yet
        stage.undo()
        raise
    if unexpected:
        stage.undo()
        raise TpaError(
            "the import would change more than that, so no file was written:\n  "
            + "\n  ".join(unexpected)
            + f"\n  fix: apply what the files say already, tpa up -e {workspace.name}, or take it"
            " out of them; then run this again"
        )
    if engine.run("up", "--yes", "--skip-preview", "--suppress-outputs", quiet=quiet):
        raise TpaError(
            "the engine stopped before the end; what it imported so far is kept\n"
            f"  fix: see its message, then run tpa adopt -e {workspace.name} again"
        )
    engine.forget_undeclared_inputs()
    _remove_adopt_lines(workspace.root, workspace.catalog.file)
    if engine.run("up", "--yes", "--skip-preview", "--suppress-outputs", quiet=quiet):
        raise TpaError(f"imported, without ownership tags; run tpa up -e {workspace.name} again")
    if engine.run("preview", "--expect-no-changes", quiet=quiet):
        raise TpaError("imported, and the preview above shows changes: check them before an update")
    say(f"{workspace.name}: imported; tpa check -e {workspace.name} lists what lacks an owner")


def _remove_adopt_lines(root: Path, file: str) -> None:
    """After the import the lines of `adopt` have no use."""
    with staged(root) as stage:
        if "adopt" in stage.data(file):
            stage.remove(file, ("adopt",))
            stage.save()


def _preview(engine: Engine) -> tuple[Step, ...]:
    """What an update would do.

    Raises:
        TpaError: the program or the engine refuses.
    """
    done = engine.capture("preview", "--json")
    try:
        steps = json.loads(done.stdout).get("steps") or []
    except ValueError:
        steps = None
    if done.returncode or steps is None:
        reasons = _error_messages(done.stdout, done.stderr)
        raise TpaError(f"the import can't be previewed:\n{reasons}")
    return tuple(map(_step, steps))


def _step(each: Mapping[str, Any]) -> Step:
    state = each.get("newState") or each.get("oldState") or {}
    changed = tuple(str(name).split("[")[0].split(".")[0] for name in each.get("diffReasons") or ())
    return Step(
        str(each.get("op", "")),
        str(state.get("type", "")),
        str(each.get("urn", "")).rpartition("::")[2],
        state.get("inputs") or {},
        state.get("custom") is False,
        changed,
    )


def _error_messages(output: str, errors: str) -> str:
    """The messages of a failed preview: in its JSON, or on standard error."""
    try:
        found = json.loads(output).get("diagnostics") or []
        messages = [each.get("message", "") for each in found if each.get("severity") == "error"]
    except ValueError:
        messages = []
    return "\n".join(filter(None, messages)).strip() or errors.strip() or output.strip()


def unexpected_steps(
    steps: tuple[Step, ...], view: EnvironmentView, adopt: Mapping[str, str]
) -> Iterator[str]:
    """Steps that are no part of an import, one line each.

    `adopt`: key -> client id of the applications that are imported; an interrupted run may have
    imported some of their resources already.
    """
    for step in steps:
        if step.op in NO_WRITE or step.component or step.type == REMEMBERED:
            continue
        completes = step.op == "update" and _completes_import(step, view, adopt)
        exists = step.op == "create" and _already_exists(step, view)
        if not (completes or exists):
            changed = f" ({', '.join(step.changed)})" if step.changed else ""
            yield f"{step.op} {step.name}{changed}"


def _completes_import(step: Step, view: EnvironmentView, adopt: Mapping[str, str]) -> bool:
    """Whether an update writes only our ownership tags, or only `deny` where unset means deny.

    The preview says which property changes, not from what: that is looked up in the tenant.
    """
    if step.type == CLIENT and step.changed == ("clientMetadata",):
        live = view.tenant.client(adopt.get(application_key(step.name), ""))
        written = dict(step.inputs.get("clientMetadata") or {})
        for tag in OWNERSHIP_TAGS:
            written.pop(tag, None)
        return live is not None and written == {
            path[-1]: value for path, value in live.values.items() if path[0] == METADATA
        }
    if step.type == GRANT and step.changed == ("organizationUsage",):
        key = tuple(step.inputs.get(name) for name in ("clientId", "audience", "subjectType"))
        usage = next(
            (each.organization_usage for each in view.tenant.grants if each.key == key), "?"
        )
        return usage in ("", "deny") and step.inputs.get("organizationUsage") == "deny"
    return False


def _already_exists(step: Step, view: EnvironmentView) -> bool:
    """Whether a resource of our own provider finds what it declares, and so writes nothing."""
    links = view.links.get(str(step.inputs.get("organization")), OrganizationLinks())
    if step.type == PROMOTION:
        return step.inputs.get("connection") in view.promoted_connections
    if step.type == ORGANIZATION_ACCESS:
        return step.inputs.get("organization") in view.admitting_organizations
    if step.type == METADATA_DOCUMENT_SETTING:
        return (view.tenant.settings or {}).get("client_id_metadata_document_supported") is True
    if step.type == ORGANIZATION_GRANT:
        return step.inputs.get("grant") in (links.grants or ())
    if step.type == ORGANIZATION_CONNECTION:
        return step.inputs.get("connection") in (links.connections or ())
    return step.type.startswith("pulumi:providers:")
