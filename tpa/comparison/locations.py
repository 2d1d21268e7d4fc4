"""Where the files state what a path names, and how they state a grant that is live.

A place is a file, and the keys and indexes within it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from auth0_third_party.model.names import slug
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.rules.violation import Path
from tpa.comparison.facts import EVERY_SCOPE, METADATA_DOCUMENTS, grant_path
from tpa.files.editing import StagedFiles
from tpa.files.layout import APIS_FILE, TENANT_FILE, agent_file
from tpa.tenant.view import EnvironmentView

KINDS = (
    *("applications", "agents", "grants", "default_permissions", "connections"),
    *("organizations", "tenant", "unmanaged"),
)
"""Every first part of a path."""


class Location(NamedTuple):
    """`path`: keys and indexes within the file."""

    file: str
    path: Path


def stated_at(view: EnvironmentView, path: Path) -> Location:
    """Where the files state it, or would."""
    catalog, environment = view.catalog, view.catalog.environment
    file: str = catalog.file
    within: Path = ()
    match path:
        case "applications", key, *field:
            file, within = catalog.stated_at(str(key), *map(str, field))
        case "agents", key, *_:
            file, within = agent_file(str(key)), ("environments", catalog.name)
        case "grants", key, *grant:
            client = view.declared.get(str(key))
            index = _index(view, client.grants if client else (), grant)
            file, within = catalog.definition_file(str(key)), ("grants", *index)
        case "default_permissions", *grant:
            index = _index(view, catalog.default_permissions, grant)
            file, within = APIS_FILE, ("default_permissions", *index)
        case "connections", name:
            named = [key for key, each in environment.connections.items() if each == name]
            within = ("connections", *named[:1])
        case "organizations", name, what, *_:
            named = [key for key, each in environment.organizations.items() if each.name == name]
            inside = "connections" if what == "connections" else "admits_third_parties"
            within = ("organizations", *named[:1], inside)
        case "tenant", *setting if path != METADATA_DOCUMENTS:
            file, within = TENANT_FILE, tuple(setting)
        case "tenant", *_:  # agents need it
            agent = next(iter(catalog.agents), "any")
            file, within = agent_file(agent), ("environments", catalog.name)
    return Location(file, within)


def line_of(view: EnvironmentView, path: Path) -> str:
    """The same as `file:line`; without a line if that is unknown."""
    found = stated_at(view, path)
    return view.catalog.line(found.file, *found.path)


def _index(
    view: EnvironmentView,
    grants: Iterable[ClientGrant | DefaultPermission],
    steps: Sequence[str | int],
) -> Path:
    """The position of the grant with this API and subject type; empty where none is stated."""
    known = [grant_path((), view, grant) for grant in grants]
    wanted = tuple(steps[:2])
    return (known.index(wanted),) if wanted in known else ()


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
    api = view.tenant.apis.get(audience)
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
