"""The engine's part of an adoption: one update that imports, and is known to change nothing else.

The program itself declares what is taken over (`adopt` in the environment's file) and imports it as
what its components declare. A preview is read first: every step that would write is either one of
the few that complete a take-over, or a reason to stop.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from auth0_third_party.model.names import OWNERSHIP_TAGS
from tpa.engine.pulumi import Engine
from tpa.environments.stack_state import CLIENT, GRANT, ORGANIZATION_ACCESS, PROMOTION
from tpa.errors import TpaError
from tpa.tenant.facets import METADATA
from tpa.tenant.organization_links import OrganizationLinks
from tpa.tenant.view import EnvironmentView

GRANT_LINK = "auth0-third-party:index:OrganizationGrant"
CONNECTION_LINK = "auth0-third-party:index:OrganizationConnection"
SWITCH = "auth0-third-party:index:MetadataDocuments"
HARMLESS = ("same", "read", "refresh")


@dataclass(frozen=True)
class Step:
    """One step of a preview. `component`: it groups others, and stands for nothing in a tenant."""

    op: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    component: bool
    changed: tuple[str, ...]


def previewed(engine: Engine) -> tuple[Step, ...]:
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
        raise TpaError(f"the take-over can't be previewed:\n{_said(done.stdout, done.stderr)}")
    return tuple(_step(each) for each in steps)


def unwanted(
    steps: tuple[Step, ...], view: EnvironmentView, adopt: Mapping[str, str]
) -> Iterator[str]:
    """Steps that are no part of a take-over, one sentence each.

    `adopt`: key -> client id of the applications that are taken over; a run that was cut off may
    have imported some of what they consist of already.
    """
    for step in steps:
        ours = step.op == "import" or step.op in HARMLESS or step.component
        completes = step.op == "update" and _completes(step, view, adopt)
        there = step.op == "create" and _there(step, view)
        if not (ours or completes or there):
            what = f" ({', '.join(step.changed)})" if step.changed else ""
            yield f"{step.op} {step.name}{what}"


def take_over(engine: Engine, *, quiet: bool) -> None:
    """The one import.

    Raises:
        TpaError: the engine failed; what it imported so far is kept.
    """
    if engine.run("up", "--yes", "--skip-preview", "--suppress-outputs", quiet=quiet):
        raise TpaError(
            "the engine stopped in the middle; what it took over is kept\n"
            f"  fix: look at its message, then run tpa adopt -e {engine.workspace.name} again"
        )


def _completes(step: Step, view: EnvironmentView, adopt: Mapping[str, str]) -> bool:
    """Whether an update writes our tags alone, or `deny` where nothing was said, which means it.

    The preview tells which property changes, not from what: that is the tenant's to say.
    """
    seen = view.snapshot
    if seen is None:
        return False
    if step.type == CLIENT and step.changed == ("clientMetadata",):
        live = seen.client(adopt.get(step.name.removesuffix("-client"), ""))
        return live is not None and _texts(step.inputs) == {
            name.removeprefix(METADATA): text
            for name, text in live.facets.items()
            if name.startswith(METADATA)
        }
    if step.type == GRANT and step.changed == ("organizationUsage",):
        place = tuple(step.inputs.get(name) for name in ("clientId", "audience", "subjectType"))
        usage = next((grant.organization_usage for grant in seen.grants if grant.key == place), "?")
        return usage in ("", "deny") and step.inputs.get("organizationUsage") == "deny"
    return False


def _texts(inputs: Mapping[str, Any]) -> dict[str, object]:
    """What is not ours of a client's metadata."""
    stated = inputs.get("clientMetadata") or {}
    return {name: text for name, text in stated.items() if name not in OWNERSHIP_TAGS}


def _there(step: Step, view: EnvironmentView) -> bool:
    """Whether a resource of our own plugin finds what it declares, and so writes nothing."""
    seen = view.snapshot
    links = view.links.get(str(step.inputs.get("organization")), OrganizationLinks())
    if step.type == PROMOTION:
        return step.inputs.get("connection") in view.promoted_connections
    if step.type == ORGANIZATION_ACCESS:
        return step.inputs.get("organization") in view.admitting_organizations
    if step.type == SWITCH and seen is not None:
        return (seen.settings or {}).get("client_id_metadata_document_supported") is True
    if step.type == GRANT_LINK:
        return step.inputs.get("grant") in (links.grants or ())
    if step.type == CONNECTION_LINK:
        return step.inputs.get("connection") in (links.connections or ())
    return step.type.startswith("pulumi:providers:")


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


def _said(output: str, errors: str) -> str:
    """The messages of a failed preview: among its JSON, or beside it."""
    try:
        found = json.loads(output).get("diagnostics") or []
        messages = [each.get("message", "") for each in found if each.get("severity") == "error"]
    except ValueError:
        messages = []
    return "\n".join(filter(None, messages)).strip() or errors.strip() or output.strip()
