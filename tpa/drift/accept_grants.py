"""`tpa drift --accept` of one grant or default permission."""

from collections.abc import Mapping
from typing import Any

from auth0_third_party.rules.violation import Path
from tpa.comparison.differences import Difference
from tpa.comparison.facts import EVERY_SCOPE, grant_of, live_grant
from tpa.comparison.locations import api_scopes, ensure_api, grant_entry, stated_at
from tpa.drift.restore_steps import ANY_ORGANIZATION
from tpa.files.editing import StagedFiles
from tpa.tenant.view import EnvironmentView

SCOPE_FIELDS = ("scopes", "allow_all_scopes", "allow_all_scopes_reason")
NOT_ACCEPTED = {
    "allow_any_organization": ANY_ORGANIZATION,
    "organization_usage": "it follows from the organizations that a grant names; restore it",
}


class NotAcceptable(Exception):
    """Why a difference can't be written into a file."""


def accept_grant(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """Writes the live state of one grant, or of one default permission: one that is gone is
    removed, a new one added, another one changed.

    Raises:
        NotAcceptable: no file can say it.
    """
    file, (name, *_) = stated_at(view, each.path)
    grant = grant_of(each.path)
    api, subject_type = map(str, grant[-2:])
    field = each.path[len(grant) :]
    entries = stage.data(file).get(str(name)) or []
    keys = [(entry.get("api"), entry.get("subject_type")) for entry in entries]
    found = [index for index, key in enumerate(keys) if key == (api, subject_type)]
    if field and field[0] in NOT_ACCEPTED:
        raise NotAcceptable(NOT_ACCEPTED[str(field[0])])
    if field:
        _set_field(stage, view, file, (str(name), found[0], str(field[0])), each)
        return
    if each.live is None:
        stage.remove(file, (name, found[0]))
        return
    live, scopes = live_grant(view, each.path), each.live
    if live is not None and scopes != EVERY_SCOPE:
        scopes = live.scopes  # in the tenant's order, so that the next update writes nothing
    audience = view.catalog.record.audiences.get(api, api)
    granted = api_scopes(view, audience) if scopes == EVERY_SCOPE else scopes
    entry = grant_entry(ensure_api(stage, view, audience, granted), subject_type, scopes)
    if found:
        _set_scopes(stage, file, (name, found[0]), entries[found[0]], entry)
    else:
        stage.append(file, (name,), entry)


def _set_scopes(
    stage: StagedFiles,
    file: str,
    path: Path,
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
