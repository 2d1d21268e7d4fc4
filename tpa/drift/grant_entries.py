"""Grants, default permissions and APIs of a tenant as entries of the files.

`tpa drift --accept` and `tpa adopt` both write them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from auth0_third_party.model.names import slug
from tpa.comparison.differences import Difference
from tpa.comparison.facts import EVERY_SCOPE
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


def dated_reason(what: str) -> str:
    """A reason for a field that requires one; a reviewer will want to replace it."""
    return f"{what} on {datetime.now(UTC):%Y-%m-%d}; review it"


def free_key(wanted: str, taken: Collection[str]) -> str:
    """`wanted` as a key of the files, with a number where that is taken already."""
    base = slug(wanted)[:50].strip("-") or "application"
    number, key = 1, base
    while key in taken:
        number += 1
        key = f"{base}-{number}"
    return key


def ensure_api(
    stage: StagedFiles, view: EnvironmentView, audience: str, scopes: Sequence[str]
) -> str:
    """The key of an API in the staged files; the API or these scopes are added where missing."""
    apis = stage.data(APIS_FILE).get("apis") or {}
    overrides = stage.data(view.catalog.file).get("audiences") or {}
    for key, api in apis.items():
        if overrides.get(key, api.get("audience")) == audience:
            for scope in scopes:
                if scope not in api["scopes"]:
                    stage.append(APIS_FILE, ("apis", key, "scopes"), scope)
            return str(key)
    key = free_key(slug(_short_name(audience)) or "api", apis)
    entry = {"audience": audience, "scopes": list(dict.fromkeys(scopes))}
    stage.set(APIS_FILE, ("apis", key), entry)
    return key


def api_scopes(view: EnvironmentView, audience: str) -> tuple[str, ...]:
    """The scopes that an API defines now."""
    api = view.snapshot.apis.get(audience) if view.snapshot else None
    return tuple(sorted(api.scopes)) if api else ()


def grant_entry(api: str, subject_type: str, scopes: Any) -> dict[str, Any]:
    """An item of `grants` or `default_permissions`; `scopes` may be `EVERY_SCOPE`."""
    entry: dict[str, Any] = {"api": api, "subject_type": subject_type}
    if scopes == EVERY_SCOPE:
        reason = dated_reason("found live")
        return {**entry, "allow_all_scopes": True, "allow_all_scopes_reason": reason}
    return {**entry, "scopes": list(scopes)}


def _short_name(audience: str) -> str:
    """`https://orders.example.com/v1` -> `orders/v1`; anything else whole."""
    parts = urlsplit(audience)
    if not parts.hostname:
        return audience
    labels = [each for each in parts.hostname.split(".") if each not in ("www", "api")]
    return f"{(labels or ['api'])[0]}{parts.path}"


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
