"""`tpa drift --accept` of one grant or default permission."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tpa.comparison.differences import Difference
from tpa.comparison.facts import EVERY_SCOPE
from tpa.comparison.locations import api_scopes, ensure_api, grant_entry
from tpa.files.editing import StagedFiles
from tpa.files.sources import APIS_FILE
from tpa.tenant.view import EnvironmentView

SCOPE_FIELDS = ("scopes", "allow_all_scopes", "allow_all_scopes_reason")
NOT_ACCEPTED = {
    "allow_any_organization": "Auth0 does not offer it to third parties; restore it",
    "organization_usage": "it follows from the organizations that a grant names; restore it",
}


class NotAcceptable(Exception):
    """Why a difference can't be written into a file."""


@dataclass(frozen=True)
class _GrantList:
    """A list of grants in a file; `client_id` is "" for default permissions."""

    file: str
    field: str
    client_id: str


def accept_grant(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """Writes the live state of one grant of an application or an agent.

    Raises:
        NotAcceptable: no file can say it.
    """
    _, key, *steps = map(str, each.path)
    client = view.managed.get(key)
    listed = _GrantList(view.catalog.definition_file(key), "grants", client.id if client else "")
    _accept_in_list(stage, view, listed, steps, each)


def accept_default_permission(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """The same for one default permission."""
    _, *steps = map(str, each.path)
    _accept_in_list(stage, view, _GrantList(APIS_FILE, "default_permissions", ""), steps, each)


def _accept_in_list(
    stage: StagedFiles,
    view: EnvironmentView,
    listed: _GrantList,
    steps: Sequence[str],
    each: Difference,
) -> None:
    """A grant that is gone is removed, a new one added, another one changed."""
    api, subject_type, *field = steps
    entries = stage.data(listed.file).get(listed.field) or []
    keys = [(entry.get("api"), entry.get("subject_type")) for entry in entries]
    found = [index for index, key in enumerate(keys) if key == (api, subject_type)]
    if field and field[0] in NOT_ACCEPTED:
        raise NotAcceptable(NOT_ACCEPTED[field[0]])
    if field:
        _set_field(stage, view, listed.file, (listed.field, found[0], field[0]), each)
        return
    if each.live is None:
        stage.remove(listed.file, (listed.field, found[0]))
        return
    scopes = _in_live_order(view, listed, (api, subject_type), each.live)
    audience = view.catalog.record.audiences.get(api, api)
    granted = api_scopes(view, audience) if scopes == EVERY_SCOPE else scopes
    entry = grant_entry(ensure_api(stage, view, audience, granted), subject_type, scopes)
    if found:
        _set_scopes(stage, listed.file, (listed.field, found[0]), entries[found[0]], entry)
    else:
        stage.append(listed.file, (listed.field,), entry)


def _in_live_order(
    view: EnvironmentView, listed: _GrantList, grant: tuple[str, str], scopes: Any
) -> Any:
    """Scopes as the tenant lists them, so that the next update finds nothing to write."""
    for live in view.grants.get(listed.client_id, ()):
        if (view.api_name(live.audience), live.subject_type) == grant and scopes != EVERY_SCOPE:
            return live.scopes
    return scopes


def _set_scopes(
    stage: StagedFiles,
    file: str,
    path: tuple[str, int],
    before: Mapping[str, Any],
    entry: Mapping[str, Any],
) -> None:
    """Either a list of scopes, or all of them with a reason."""
    for name in SCOPE_FIELDS:
        if name in entry:
            stage.set(file, (*path, name), entry[name])
        elif name in before:
            stage.remove(file, (*path, name))


def _set_field(
    stage: StagedFiles,
    view: EnvironmentView,
    file: str,
    path: tuple[str, int, str],
    each: Difference,
) -> None:
    """Another list of a grant. Organizations are named by their keys, in the order of the file,
    since the tenant has none; new ones come last.
    """
    if each.live is None:
        stage.remove(file, path)
        return
    field, index, name = path
    values = list(each.live)
    if name == "organizations":
        named = view.catalog.environment.organizations.items()
        keys = {organization.name: key for key, organization in named}
        live = [keys.get(value, value) for value in values]
        stated = stage.data(file)[field][index].get(name) or ()
        kept = [key for key in stated if key in live]
        values = [*kept, *(key for key in live if key not in kept)]
    stage.set(file, path, values)
