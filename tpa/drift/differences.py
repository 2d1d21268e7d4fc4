"""Where the tenant differs from the files, and who changed it.

What the last update applied decides: a value of the tenant that is still as it was applied was not
changed outside, so a file that says otherwise was changed and is not applied yet.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal
from urllib.parse import unquote

from auth0_third_party.model.values import Model
from tpa.drift.states import (
    METADATA_DOCUMENTS,
    REGISTRATION_MODE,
    Facts,
    LastApplied,
    States,
    read_states,
)
from tpa.files.sources import APIS_FILE, TENANT_FILE, agent_file, application_file
from tpa.tenant.facets import METADATA
from tpa.tenant.organization_links import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS
from tpa.tenant.view import EnvironmentView

ChangedBy = Literal["files", "outside", "both"]
"""`outside`: in the tenant, by an administrator or another tool."""
SHARED = ("tenant/", "organizations/")
"""Paths of what a tenant shares; they are compared only as far as the files state them."""
UNREAD_PATHS: Mapping[str, tuple[str, ...]] = {
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
"""What could not be read -> patterns of the paths that are unknown then."""


class Difference(Model):
    """One path on which tenant and files disagree; None in a state that does not have it.

    `ignored`: the reason of a rule in the environment's file, "" without one. `file`: where the
    files state it, `file:line` as far as known.
    """

    path: str
    changed_by: ChangedBy
    declared: Any = None
    applied: Any = None
    live: Any = None
    file: str
    ignored: str = ""

    @property
    def counts(self) -> bool:
        """Whether a pipeline should fail for it."""
        return self.changed_by != "files" and not self.ignored


def differences(view: EnvironmentView, last: LastApplied) -> tuple[Difference, ...]:
    """Every difference, by path. What belongs to a missing object is not listed as well."""
    states = read_states(view, last)
    found = [
        _difference(view, path, states)
        for path in sorted(states.paths)
        if states.declared.get(path) != states.live.get(path) and is_compared(view, path, states)
    ]
    missing = {each.path for each in found if None in (each.declared, each.live)}
    return tuple(each for each in found if missing.isdisjoint(_parents(each.path)))


def is_unknown(view: EnvironmentView, path: str) -> bool:
    """Whether the part of the tenant that a path is about could not be read."""
    patterns = (pattern for what in view.unknown_reasons for pattern in UNREAD_PATHS.get(what, ()))
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def is_compared(view: EnvironmentView, path: str, states: States) -> bool:
    """Whether a path is this environment's and was read, so that its states can be compared."""
    if is_unknown(view, path):
        return False
    if path.endswith("/signing_algorithm") and path not in states.declared:
        return False  # left to the tenant
    if path == REGISTRATION_MODE and path not in states.live:
        return False  # a tenant that does not show it did not change it (DCR-08)
    kind, name, *rest = path.split("/")
    if kind == "organizations" and rest[0] == "connections" and name not in view.links:
        return False  # the organization is missing, which is a difference of its own
    if not path.startswith(SHARED) or path in states.declared:
        return True
    # No longer stated: it is this environment's only while it is as the last update left it.
    return path in states.applied and states.applied[path] == states.live.get(path)


def not_compared(view: EnvironmentView) -> tuple[str, ...]:
    """What of this environment may change in the tenant without a difference here."""
    catalog = view.catalog
    keys = any(application.keys for application in catalog.applications.values())
    parts = {
        "the login page": catalog.tenant.login_page is not None,
        "the content of an agent's metadata document": bool(catalog.agents),
        "which keys an application has (only their number is)": keys,
        "links of organizations that no file names": bool(catalog.environment.organizations),
    }
    return tuple(what for what, present in parts.items() if present)


def unused_rules(view: EnvironmentView, found: tuple[Difference, ...]) -> tuple[str, ...]:
    """Patterns of `ignore_drift` that match no difference now: they may hide a later one."""
    patterns = view.catalog.environment.ignore_drift
    return tuple(p for p in patterns if not any(fnmatchcase(each.path, p) for each in found))


def _difference(view: EnvironmentView, path: str, states: States) -> Difference:
    rules = view.catalog.environment.ignore_drift.items()
    return Difference(
        path=path,
        changed_by=_changed_by(view, path, states),
        declared=states.declared.get(path),
        applied=states.applied.get(path),
        live=states.live.get(path),
        file=line_of(view, path),
        ignored=next((reason for rule, reason in rules if fnmatchcase(path, rule)), ""),
    )


def _changed_by(view: EnvironmentView, path: str, states: States) -> ChangedBy:
    applied = states.applied.get(path)
    if states.live.get(path) == applied:
        return "files"
    if states.declared.get(path) == applied:
        return "outside"
    return "files" if applied is None and _never_applied(view, path, states.applied) else "both"


def _never_applied(view: EnvironmentView, path: str, applied: Facts) -> bool:
    """Whether no update ever wrote what the path belongs to: the tenant's own value is then no
    change of anything that was applied.
    """
    if path.startswith(SHARED) or not applied:
        return True
    kind, key, *_ = path.split("/")
    return kind == "applications" and f"{kind}/{key}" not in applied and key not in view.held_keys


def _parents(path: str) -> Iterator[str]:
    """`a/b/c` -> `a/b`, `a`; for a grant also its application."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
        if path.startswith("grants/") and path.count("/") == 1:
            yield path.replace("grants/", "applications/", 1)
            yield path.replace("grants/", "agents/", 1)


def definition_file(view: EnvironmentView, key: str) -> str:
    """The file of an application or an agent."""
    return agent_file(key) if key in view.catalog.agents else application_file(key)


def facet_path(name: str) -> tuple[str, ...]:
    """A property as a path in its file: `refresh_token.leeway` is nested; a name in the metadata
    is one step, whatever dots it has.
    """
    if name.startswith(METADATA):
        return METADATA.rstrip("."), name.removeprefix(METADATA)
    return tuple(name.split("."))


def line_of(view: EnvironmentView, path: str) -> str:
    """`file:line` of what states a path, or of where it would be; without a line if unknown."""
    kind, *steps = path.split("/")
    return LINES[kind](view, [unquote(step) for step in steps])


def _application_line(view: EnvironmentView, steps: list[str]) -> str:
    """The environment's file overrides the application's own."""
    catalog, (key, *field) = view.catalog, steps
    if not field:
        return catalog.line(catalog.file, "applications", key)
    overlay = catalog.environment.applications.get(key)
    if overlay is not None and getattr(overlay, field[0], None) is not None:
        return catalog.line(catalog.file, "applications", key, field[0])
    return catalog.line(application_file(key), *facet_path(field[0]))


def _agent_line(view: EnvironmentView, steps: list[str]) -> str:
    named = view.catalog.environment.agents
    index = (named.index(steps[0]),) if steps[0] in named else ()
    return view.catalog.line(view.catalog.file, "agents", *index)


def _grant_line(view: EnvironmentView, steps: list[str]) -> str:
    key, *grant = steps
    user = view.declared.get(key)
    index = _grant_index(view, user.grants if user else (), grant)
    return view.catalog.line(definition_file(view, key), "grants", *index)


def _default_permission_line(view: EnvironmentView, steps: list[str]) -> str:
    index = _grant_index(view, view.catalog.default_permissions, steps)
    return view.catalog.line(APIS_FILE, "default_permissions", *index)


def _grant_index(
    view: EnvironmentView, grants: Iterable[object], steps: list[str]
) -> tuple[int, ...]:
    """The position of the grant with this API and subject type; empty where none is stated."""
    api, subject_type = steps[:2]
    for index, grant in enumerate(grants):
        found = view.api_name(getattr(grant, "audience", "")), getattr(grant, "subject_type", "")
        if found == (api, subject_type):
            return (index,)
    return ()


def _connection_line(view: EnvironmentView, steps: list[str]) -> str:
    catalog = view.catalog
    keys = (key for key, name in catalog.environment.connections.items() if name == steps[0])
    return catalog.line(catalog.file, "connections", *list(keys)[:1])


def _organization_line(view: EnvironmentView, steps: list[str]) -> str:
    catalog, (name, *field) = view.catalog, steps
    named = catalog.environment.organizations.items()
    keys = [key for key, organization in named if organization.name == name]
    inside = "connections" if field[:1] == ["connections"] else "admits_third_parties"
    return catalog.line(catalog.file, "organizations", *keys[:1], inside)


def _tenant_line(view: EnvironmentView, steps: list[str]) -> str:
    if f"tenant/{steps[0]}" == METADATA_DOCUMENTS:
        return view.catalog.line(view.catalog.file, "agents")
    return view.catalog.line(TENANT_FILE, *steps)


LINES: Mapping[str, Callable[[EnvironmentView, list[str]], str]] = {
    "applications": _application_line,
    "agents": _agent_line,
    "grants": _grant_line,
    "default_permissions": _default_permission_line,
    "connections": _connection_line,
    "organizations": _organization_line,
    "tenant": _tenant_line,
}
