"""Drift: where the tenant differs from the files, and who changed it.

The last update decides the question. What it left as it is now was not touched outside, so a file
that says otherwise is ahead.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal
from urllib.parse import unquote

from auth0_third_party.model.values import Model
from tpa.drift.shared_facts import DOCUMENTS, REGISTRATION_MODE, Facts
from tpa.drift.states import Applied, applied_facts, declared_facts, live_facts
from tpa.files.sources import APIS_FILE, TENANT_FILE, agent_file, application_file
from tpa.tenant.facets import METADATA
from tpa.tenant.organization_links import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS
from tpa.tenant.view import EnvironmentView


def line_of(view: EnvironmentView, path: str) -> str:
    """`file:line`, or of what it would stand in; the file alone where nobody knows."""
    kind, *parts = path.split("/")
    return LINES[kind](view, [unquote(part) for part in parts])


def user_file(view: EnvironmentView, key: str) -> str:
    """The file of an application or an agent."""
    return agent_file(key) if key in view.catalog.agents else application_file(key)


def facet_path(name: str) -> tuple[str, ...]:
    """A property as its file has it: `refresh_token.leeway` is nested, a key of metadata is one
    word, whatever dots it has.
    """
    if name.startswith(METADATA):
        return METADATA.rstrip("."), name.removeprefix(METADATA)
    return tuple(name.split("."))


def _application(view: EnvironmentView, parts: list[str]) -> str:
    """What the environment says of an application stands over its own file."""
    catalog, (key, *field) = view.catalog, parts
    if not field:
        return catalog.line(catalog.file, "applications", key)
    overlay = catalog.environment.applications.get(key)
    if overlay is not None and getattr(overlay, field[0], None) is not None:
        return catalog.line(catalog.file, "applications", key, field[0])
    return catalog.line(application_file(key), *facet_path(field[0]))


def _agent(view: EnvironmentView, parts: list[str]) -> str:
    named = view.catalog.environment.agents
    place = (named.index(parts[0]),) if parts[0] in named else ()
    return view.catalog.line(view.catalog.file, "agents", *place)


def _grant(view: EnvironmentView, parts: list[str]) -> str:
    key, *place = parts
    user = view.declared.get(key)
    file = user_file(view, key)
    return view.catalog.line(file, "grants", *_position(view, user.grants if user else (), place))


def _default(view: EnvironmentView, parts: list[str]) -> str:
    position = _position(view, view.catalog.default_permissions, parts)
    return view.catalog.line(APIS_FILE, "default_permissions", *position)


def _position(view: EnvironmentView, grants: Iterable[object], place: list[str]) -> tuple[int, ...]:
    """Which of the stated ones is meant; nothing where none is."""
    api, subject = place[:2]
    for index, grant in enumerate(grants):
        spot = view.api_name(getattr(grant, "audience", "")), getattr(grant, "subject_type", "")
        if spot == (api, subject):
            return (index,)
    return ()


def _connection(view: EnvironmentView, parts: list[str]) -> str:
    catalog = view.catalog
    keys = (key for key, name in catalog.environment.connections.items() if name == parts[0])
    return catalog.line(catalog.file, "connections", *list(keys)[:1])


def _organization(view: EnvironmentView, parts: list[str]) -> str:
    catalog, (name, *field) = view.catalog, parts
    named = catalog.environment.organizations.items()
    keys = [key for key, organization in named if organization.name == name]
    inside = ("connections",) if field[:1] == ["connections"] else ("admits_third_parties",)
    return catalog.line(catalog.file, "organizations", *keys[:1], *inside)


def _tenant(view: EnvironmentView, parts: list[str]) -> str:
    if f"tenant/{parts[0]}" == DOCUMENTS:
        return view.catalog.line(view.catalog.file, "agents")
    return view.catalog.line(TENANT_FILE, *parts)


LINES: Mapping[str, Callable[[EnvironmentView, list[str]], str]] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _default,
    "connections": _connection,
    "organizations": _organization,
    "tenant": _tenant,
}


Owner = Literal["file", "outside", "both"]
SHARED = ("tenant/", "organizations/")
"""Ours only as far as the files state them."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "applications": ("applications/*", "agents/*", "grants/*"),
    "grants": ("grants/*", "default_permissions/*"),
    "connections": ("connections/*", "organizations/*/connections/*"),
    "organizations": ("organizations/*", "grants/*/organizations"),
    "open registration": (
        "tenant/client_id_metadata_documents",
        "tenant/dynamic_client_registration*",
        "tenant/error_page/*",
        "tenant/scope_descriptions_at_consent",
    ),
    "rate limits": ("tenant/rate_limit", "applications/*/rate_limit"),
    ORGANIZATION_CONNECTIONS: ("organizations/*/connections/*",),
    ORGANIZATION_GRANTS: ("grants/*/organizations",),
}
"""What could not be read -> the paths of which nothing can be said then."""


class Difference(Model):
    """One path on which the tenant and the files disagree; None on a side where it is not there.

    `owner` moved last. `ignored` is the reason of a rule in the environment's file, "" without one.
    `file` is where the files state it.
    """

    path: str
    owner: Owner
    declared: Any = None
    applied: Any = None
    live: Any = None
    file: str
    ignored: str = ""

    @property
    def counts(self) -> bool:
        """Whether a pipeline should fail for it."""
        return self.owner != "file" and not self.ignored


def differences(view: EnvironmentView, last: Applied) -> tuple[Difference, ...]:
    """Every difference, by path. What hangs on a thing that is not there is not told again."""
    sides = declared_facts(view), applied_facts(view, last), live_facts(view)
    found = (
        _difference(view, path, sides)
        for path in sorted(set().union(*sides))
        if comparable(view, path, sides)
    )
    kept = [each for each in found if each is not None]
    things = {each.path for each in kept if None in (each.declared, each.live)}
    return tuple(each for each in kept if not _inside(each.path, things))


def hidden(view: EnvironmentView, path: str) -> bool:
    """Whether nothing can be said of a path, since a part of the tenant could not be read."""
    patterns = (pattern for what in view.unknown_reasons for pattern in PARTS.get(what, ()))
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def comparable(view: EnvironmentView, path: str, sides: tuple[Facts, Facts, Facts]) -> bool:
    """Whether a path is ours and was read, so that its sides can be held against each other."""
    declared, applied, live = sides
    if hidden(view, path):
        return False
    if path.endswith("/signing_algorithm") and path not in declared:
        return False  # left to the tenant
    if path == REGISTRATION_MODE and path not in live:
        return False  # a tenant that does not say it has not moved it
    kind, name, *rest = path.split("/")
    if kind == "organizations" and rest[0] == "connections" and name not in view.links:
        return False  # the organization itself is told of
    if not path.startswith(SHARED) or path in declared:
        return True
    # No more stated: it is ours only as long as it is as we left it.
    return path in applied and applied[path] == live.get(path)


def not_compared(view: EnvironmentView) -> tuple[str, ...]:
    """What of this environment somebody could change without being told of here."""
    catalog = view.catalog
    keys = any(application.keys for application in catalog.applications.values())
    parts = {
        "the login page": catalog.tenant.login_page is not None,
        "what an agent's document says": bool(catalog.agents),
        "which keys an application has, but for their number": keys,
        "links of organizations that no file names": bool(catalog.environment.organizations),
    }
    return tuple(what for what, here in parts.items() if here)


def idle_rules(view: EnvironmentView, found: tuple[Difference, ...]) -> tuple[str, ...]:
    """Patterns of `ignore_drift` that match nothing now: they may hide what comes."""
    patterns = view.catalog.environment.ignore_drift
    return tuple(p for p in patterns if not any(fnmatchcase(each.path, p) for each in found))


def _difference(
    view: EnvironmentView, path: str, sides: tuple[Facts, Facts, Facts]
) -> Difference | None:
    declared, applied, live = (side.get(path) for side in sides)
    if declared == live:
        return None
    return Difference(
        path=path,
        owner=_owner(view, path, sides),
        declared=declared,
        applied=applied,
        live=live,
        file=line_of(view, path),
        ignored=_ignored(view.catalog.environment.ignore_drift, path),
    )


def _owner(view: EnvironmentView, path: str, sides: tuple[Facts, Facts, Facts]) -> Owner:
    declared, applied, live = (side.get(path) for side in sides)
    if live == applied:
        return "file"
    if declared == applied:
        return "outside"
    return "file" if applied is None and _new(view, path, sides[1]) else "both"


def _new(view: EnvironmentView, path: str, applied: Facts) -> bool:
    """Whether no update ever dealt with what the path belongs to: the tenant's own value was never
    ours, so nobody took it from us.
    """
    if path.startswith(SHARED) or not applied:
        return True
    kind, key, *_ = path.split("/")
    known = f"{kind}/{key}" in applied or key in view.held_keys
    return kind == "applications" and not known


def _ignored(rules: Mapping[str, str], path: str) -> str:
    return next((reason for rule, reason in rules.items() if fnmatchcase(path, rule)), "")


def _inside(path: str, things: set[str]) -> bool:
    return any(parent in things for parent in _parents(path))


def _parents(path: str) -> Iterator[str]:
    """`a/b/c` -> `a/b`, `a`; for a grant also its application."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
        if path.startswith("grants/") and path.count("/") == 1:
            yield path.replace("grants/", "applications/", 1)
            yield path.replace("grants/", "agents/", 1)
