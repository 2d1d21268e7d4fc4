"""Live differences written into the files: what is live becomes what is declared.

Whether the result is what was meant is for the rules and a second comparison to say; here each
difference finds its place in a file, or the reason why it has none.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from catalog.facets import METADATA
from catalog.sources import APIS_FILE, TENANT_FILE, agent_file, application_file
from catalog.staging import Stage
from catalog.writing import Unwritable
from survey.drift import Difference
from survey.sides import EVERY
from survey.view import View
from survey.vocabulary import api_key, every_scope

OVERLAY = ("callbacks", "allowed_origins", "web_origins")
FIXED = {
    "mark": "the mark says whose the application is; restore it",
    "security_mode": "Auth0 fixes it when an application is made; tpa twin plans a way",
    "keys": "Auth0 gives no public key out; ask the partner for it",
}
SWITCHES = ("dynamic_client_registration", "scope_descriptions_at_consent")


class Unexpressible(Exception):
    """Why a difference can't be written into a file."""


def accept(stage: Stage, view: View, chosen: Iterable[Difference]) -> dict[str, str]:
    """Writes the live side into the staged files; path -> why not, for those that can't be."""
    left = {}
    for each in chosen:
        kind = each.path.partition("/")[0]
        try:
            WRITERS[kind](stage, view, each)
        except (Unexpressible, Unwritable) as reason:
            left[each.path] = str(reason)
    return left


def reason_of(what: str) -> str:
    """A written reason where the files ask for one, that a reviewer will want to replace."""
    return f"{what} on {datetime.now(UTC):%Y-%m-%d}; review it"


def grant_content(key: str, subject_type: str, live: Any) -> dict[str, Any]:
    """A live grant, as facts have its scopes, as an item of `grants` or `default_permissions`."""
    stated: dict[str, Any] = {"api": key, "subject_type": subject_type}
    if live == EVERY:
        every = {"allow_all_scopes": True, "allow_all_scopes_reason": reason_of("found live")}
        return {**stated, **every}
    return {**stated, "scopes": list(live)}


def _application(stage: Stage, view: View, each: Difference) -> None:
    _, key, *rest = each.path.split("/", 2)
    if not rest:
        stage.remove(view.catalog.file, ("applications", key))
        return
    name = rest[0]
    if name in FIXED:
        raise Unexpressible(FIXED[name])
    file, path = application_file(key), (*_path(name),)
    if name in OVERLAY and name in (
        (stage.data(view.catalog.file)["applications"] or {})[key] or {}
    ):
        file, path = view.catalog.file, ("applications", key, name)
    if each.live is None:
        stage.remove(file, path)
        return
    if name.startswith("refresh_token.") and not stage.data(file).get("refresh_token"):
        # The block alone would ask for refresh tokens.
        flows = view.ours[key].facets.get("grant_types")
        stage.set(file, ("grant_types",), list(flows if isinstance(flows, tuple) else ()))
    stage.set(file, path, list(each.live) if isinstance(each.live, tuple) else each.live)
    if name == "redirection_policy" and each.live == "allow_always":
        stage.set(file, ("redirection_policy_reason",), reason_of("found live"))


def _path(name: str) -> tuple[str, ...]:
    """Facets are named as in files; a metadata key may hold dots."""
    if name.startswith(METADATA):
        return "client_metadata", name.removeprefix(METADATA)
    return tuple(name.split("."))


def _agent(stage: Stage, view: View, each: Difference) -> None:
    key = each.path.partition("/")[2]
    agents = stage.data(view.catalog.file).get("agents") or []
    stage.remove(view.catalog.file, ("agents", agents.index(key)))


def _grant(stage: Stage, view: View, each: Difference) -> None:
    _, key, api, subject, *rest = each.path.split("/")
    file = application_file(key) if key in view.catalog.applications else agent_file(key)
    _permission(stage, view, (file, "grants"), (unquote(api), subject, *rest), each)


def _default(stage: Stage, view: View, each: Difference) -> None:
    _, api, subject, *rest = each.path.split("/")
    place = (APIS_FILE, "default_permissions")
    _permission(stage, view, place, (unquote(api), subject, *rest), each)


def _permission(
    stage: Stage, view: View, place: tuple[str, str], spot: tuple[str, ...], each: Difference
) -> None:
    """A grant of a list in a file: gone, new, or with other scopes."""
    (file, field), (api, subject, *rest) = place, spot
    items = stage.data(file).get(field) or []
    found = [
        i for i, item in enumerate(items) if (item["api"], item["subject_type"]) == (api, subject)
    ]
    if rest == ["allow_any_organization"]:
        raise Unexpressible("Auth0 does not offer it to third parties; restore it")
    if rest:
        _details(stage, (file, field, found[0]), each)
    elif each.live is None:
        stage.remove(file, (field, found[0]))
    else:
        audience = view.catalog.record.audiences.get(api, api)
        scopes = every_scope(view, audience) if each.live == EVERY else each.live
        key = api_key(stage, view, audience, scopes)
        content = grant_content(key, subject, each.live)
        if not found:
            stage.append(file, (field,), content)
            return
        for name in ("scopes", "allow_all_scopes", "allow_all_scopes_reason"):
            if name in content:
                stage.set(file, (field, found[0], name), content[name])
            elif name in items[found[0]]:
                stage.remove(file, (field, found[0], name))


def _details(stage: Stage, place: tuple[str, str, int], each: Difference) -> None:
    file, field, index = place
    path = (field, index, "authorization_details_types")
    if each.live is None:
        stage.remove(file, path)
    else:
        stage.set(file, path, list(each.live))


def _connection(_stage: Stage, view: View, each: Difference) -> None:
    name = each.path.partition("/")[2]
    if each.live is None:
        users = sorted(key for key, user in view.users.items() if name in user.connections)
        raise Unexpressible(f"take it out of the connections of {', '.join(users)}")
    raise Unexpressible("name it in the connections of an application that signs users in with it")


def _tenant(stage: Stage, _view: View, each: Difference) -> None:
    _, name, *rest = each.path.split("/")
    if rest:
        stage.set(TENANT_FILE, (name, *rest), each.live)
    elif name in SWITCHES and each.live == "off":
        stage.remove(TENANT_FILE, (name,))
    elif name == "rate_limit" and isinstance(each.live, str):
        action, _, limit = each.live.partition(" beyond ")
        stage.set(TENANT_FILE, (name,), {"action": action, "limit": int(limit)})
    else:
        raise Unexpressible(f"change {name} in {TENANT_FILE} by hand")


def _organization(stage: Stage, view: View, each: Difference) -> None:
    name = each.path.split("/")[1]
    for key, organization in view.catalog.environment.organizations.items():
        if organization.name == name:
            path = ("organizations", key, "admits_third_parties")
            stage.set(view.catalog.file, path, each.live == "allow")


WRITERS: Mapping[str, Callable[[Stage, View, Difference], None]] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _default,
    "connections": _connection,
    "tenant": _tenant,
    "organizations": _organization,
}
