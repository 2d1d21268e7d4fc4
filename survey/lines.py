"""Where in the files a path of a difference is stated."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from catalog.facets import METADATA
from catalog.sources import APIS_FILE, TENANT_FILE, agent_file, application_file
from survey.shared_facts import DOCUMENTS
from survey.view import View


def line_of(view: View, path: str) -> str:
    """`file:line`, or of what it would stand in; the file alone where nobody knows."""
    kind, *parts = path.split("/")
    return LINES[kind](view, [unquote(part) for part in parts])


def user_file(view: View, key: str) -> str:
    """The file of an application or an agent."""
    return agent_file(key) if key in view.catalog.agents else application_file(key)


def facet_path(name: str) -> tuple[str, ...]:
    """A property as its file has it: `refresh_token.leeway` is nested, a key of metadata is one
    word, whatever dots it has.
    """
    if name.startswith(METADATA):
        return METADATA.rstrip("."), name.removeprefix(METADATA)
    return tuple(name.split("."))


def _application(view: View, parts: list[str]) -> str:
    """What the environment says of an application stands over its own file."""
    catalog, (key, *field) = view.catalog, parts
    if not field:
        return catalog.line(catalog.file, "applications", key)
    overlay = catalog.environment.applications.get(key)
    if overlay is not None and getattr(overlay, field[0], None) is not None:
        return catalog.line(catalog.file, "applications", key, field[0])
    return catalog.line(application_file(key), *facet_path(field[0]))


def _agent(view: View, parts: list[str]) -> str:
    named = view.catalog.environment.agents
    place = (named.index(parts[0]),) if parts[0] in named else ()
    return view.catalog.line(view.catalog.file, "agents", *place)


def _grant(view: View, parts: list[str]) -> str:
    key, *place = parts
    user = view.users.get(key)
    file = user_file(view, key)
    return view.catalog.line(file, "grants", *_position(view, user.grants if user else (), place))


def _default(view: View, parts: list[str]) -> str:
    position = _position(view, view.catalog.default_permissions, parts)
    return view.catalog.line(APIS_FILE, "default_permissions", *position)


def _position(view: View, grants: Iterable[object], place: list[str]) -> tuple[int, ...]:
    """Which of the stated ones is meant; nothing where none is."""
    api, subject = place[:2]
    for index, grant in enumerate(grants):
        spot = view.api(getattr(grant, "audience", "")), getattr(grant, "subject_type", "")
        if spot == (api, subject):
            return (index,)
    return ()


def _connection(view: View, parts: list[str]) -> str:
    catalog = view.catalog
    keys = (key for key, name in catalog.environment.connections.items() if name == parts[0])
    return catalog.line(catalog.file, "connections", *list(keys)[:1])


def _organization(view: View, parts: list[str]) -> str:
    catalog, (name, *field) = view.catalog, parts
    named = catalog.environment.organizations.items()
    keys = [key for key, organization in named if organization.name == name]
    inside = ("connections",) if field[:1] == ["connections"] else ("admits_third_parties",)
    return catalog.line(catalog.file, "organizations", *keys[:1], *inside)


def _tenant(view: View, parts: list[str]) -> str:
    if f"tenant/{parts[0]}" == DOCUMENTS:
        return view.catalog.line(view.catalog.file, "agents")
    return view.catalog.line(TENANT_FILE, *parts)


LINES: Mapping[str, Callable[[View, list[str]], str]] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _default,
    "connections": _connection,
    "organizations": _organization,
    "tenant": _tenant,
}
