"""Live grants and default permissions written into the files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from auth0_third_party.model.names import slug
from tpa.drift.differences import Difference, user_file
from tpa.drift.states import EVERY
from tpa.files.editing.staging import Stage
from tpa.files.sources import APIS_FILE
from tpa.tenant.view import EnvironmentView


class Unexpressible(Exception):
    """Why a difference can't be written into a file."""


def reason_of(what: str) -> str:
    """A written reason where the files ask for one, that a reviewer will want to replace."""
    return f"{what} on {datetime.now(UTC):%Y-%m-%d}; review it"


def api_key(stage: Stage, view: EnvironmentView, audience: str, scopes: Sequence[str]) -> str:
    """The key of an API in the staged files, with these scopes among those it may ever have."""
    apis = stage.data(APIS_FILE).get("apis") or {}
    overrides = stage.data(view.catalog.file).get("audiences") or {}
    for key, api in apis.items():
        if overrides.get(key, api.get("audience")) == audience:
            for scope in scopes:
                if scope not in api["scopes"]:
                    stage.append(APIS_FILE, ("apis", key, "scopes"), scope)
            return str(key)
    fresh = free_key(slug(_short(audience)) or "api", apis)
    known = {"audience": audience, "scopes": list(dict.fromkeys(scopes))}
    stage.set(APIS_FILE, ("apis", fresh), known)
    return fresh


def every_scope(view: EnvironmentView, audience: str) -> tuple[str, ...]:
    """The scopes that an API has now."""
    api = view.snapshot.apis.get(audience) if view.snapshot else None
    return tuple(sorted(api.scopes)) if api else ()


def free_key(wanted: str, taken: object) -> str:
    """`wanted` as a key of ours, with a number where it is taken already."""
    base = slug(wanted)[:50].strip("-") or "application"
    number, key = 1, base
    while key in taken:  # type: ignore[operator]
        number += 1
        key = f"{base}-{number}"
    return key


def _short(audience: str) -> str:
    """`https://orders.example.com/v1` -> `orders-v1`; anything else whole."""
    parts = urlsplit(audience)
    if not parts.hostname:
        return audience
    labels = [each for each in parts.hostname.split(".") if each not in ("www", "api")]
    return f"{(labels or ['api'])[0]}{parts.path}"


SCOPES = ("scopes", "allow_all_scopes", "allow_all_scopes_reason")
FIXED = {
    "allow_any_organization": "Auth0 does not offer it to third parties; restore it",
    "organization_usage": "it goes with the organizations that a grant names; restore it",
}


@dataclass(frozen=True)
class Place:
    """A list of grants in a file, and whose they are in the tenant."""

    file: str
    field: str
    client_id: str


def grant_content(key: str, subject_type: str, live: Any) -> dict[str, Any]:
    """A live grant, as facts have its scopes, as an item of `grants` or `default_permissions`."""
    stated: dict[str, Any] = {"api": key, "subject_type": subject_type}
    if live == EVERY:
        every = {"allow_all_scopes": True, "allow_all_scopes_reason": reason_of("found live")}
        return {**stated, **every}
    return {**stated, "scopes": list(live)}


def accept_grant(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    """One of an application or an agent."""
    _, key, *spot = each.path.split("/")
    client = view.managed.get(key)
    place = Place(user_file(view, key), "grants", client.id if client else "")
    _permission(stage, view, place, spot, each)


def accept_default(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    """One of all third parties."""
    _, *spot = each.path.split("/")
    _permission(stage, view, Place(APIS_FILE, "default_permissions", ""), spot, each)


def _permission(
    stage: Stage, view: EnvironmentView, place: Place, spot: Sequence[str], each: Difference
) -> None:
    """A grant of a list in a file: gone, new, or with other parts."""
    api, subject, *part = (unquote(each) for each in spot)
    items = stage.data(place.file).get(place.field) or []
    found = [i for i, item in enumerate(items) if _spot(item) == (api, subject)]
    if part and part[0] in FIXED:
        raise Unexpressible(FIXED[part[0]])
    if part:
        _part(stage, view, (place.file, (place.field, found[0], part[0])), each)
        return
    if each.live is None:
        stage.remove(place.file, (place.field, found[0]))
        return
    live = _in_order(view, place, (api, subject), each.live)
    content = grant_content(_key(stage, view, api, live), subject, live)
    if found:
        _scopes(stage, place.file, (place.field, found[0]), (items[found[0]], content))
    else:
        stage.append(place.file, (place.field,), content)


def _in_order(view: EnvironmentView, place: Place, spot: tuple[str, str], live: Any) -> Any:
    """Scopes as the tenant lists them, so that the next update finds nothing to write."""
    for grant in view.grants.get(place.client_id, ()):
        if (view.api_name(grant.audience), grant.subject_type) == spot and live != EVERY:
            return grant.scopes
    return live


def _spot(item: Mapping[str, Any]) -> tuple[Any, Any]:
    return item.get("api"), item.get("subject_type")


def _key(stage: Stage, view: EnvironmentView, api: str, live: Any) -> str:
    """The API's key, made where it has none; the scopes are among those that it may have."""
    audience = view.catalog.record.audiences.get(api, api)
    scopes = every_scope(view, audience) if live == EVERY else live
    return api_key(stage, view, audience, scopes)


def _scopes(
    stage: Stage,
    file: str,
    path: tuple[str, int],
    items: tuple[Mapping[str, Any], Mapping[str, Any]],
) -> None:
    """A list, or all of them for a reason: never both."""
    before, content = items
    for name in SCOPES:
        if name in content:
            stage.set(file, (*path, name), content[name])
        elif name in before:
            stage.remove(file, (*path, name))


def _part(
    stage: Stage, view: EnvironmentView, place: tuple[str, tuple[str, int, str]], each: Difference
) -> None:
    """A list beside the scopes; organizations stand there by their keys."""
    file, path = place
    if each.live is None:
        stage.remove(file, path)
        return
    named = view.catalog.environment.organizations.items()
    keys = {organization.name: key for key, organization in named}
    words = list(each.live)
    if path[2] == "organizations":
        grants = stage.data(file)[path[0]]
        words = _as_stated(grants[path[1]].get(path[2]) or (), [keys.get(t, t) for t in words])
    stage.set(file, path, words)


def _as_stated(stated: Sequence[str], words: Sequence[str]) -> list[str]:
    """In the order of the file, where the order says nothing; new ones last."""
    kept = [word for word in stated if word in words]
    return [*kept, *(word for word in words if word not in kept)]
