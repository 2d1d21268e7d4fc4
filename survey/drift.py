"""Drift: where the tenant differs from the files, and who moved: the files, or somebody outside.

The last update decides the question. What it left as it is now was not touched outside, so a file
moved; what the files still say as then was changed outside; where neither holds, both moved.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal

from catalog.models import Model
from catalog.sources import (
    APIS_FILE,
    TENANT_FILE,
    agent_file,
    application_file,
)
from survey.applied import Applied
from survey.sides import Facts, applied_facts, declared_facts, live_facts
from survey.view import View

Owner = Literal["file", "outside", "both"]
SHARED = ("tenant/", "organizations/")
"""Ours only as far as the files state them."""
PARTS = {
    "applications": ("applications/", "agents/"),
    "grants": ("grants/", "default_permissions/"),
    "connections": ("connections/",),
    "organizations": ("organizations/",),
    "open registration": ("tenant/",),
    "rate limits": ("tenant/rate_limit",),
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


def differences(view: View, last: Applied) -> tuple[Difference, ...]:
    """Every difference, by path. What hangs on a thing that is not there is not told again."""
    sides = declared_facts(view), applied_facts(view, last), live_facts(view)
    hidden = tuple(prefix for what in view.blind for prefix in PARTS.get(what, ()))
    found = (
        _difference(view, path, *(side.get(path) for side in sides))
        for path in sorted(set().union(*sides))
        if not path.startswith(hidden or ("\0",)) and _ours(path, sides)
    )
    kept = [each for each in found if each is not None]
    whole = {each.path for each in kept if None in (each.declared, each.live)}
    return tuple(each for each in kept if not _inside(each.path, whole))


def idle_rules(view: View, found: tuple[Difference, ...]) -> tuple[str, ...]:
    """Patterns of `ignore_drift` that match nothing now: they may hide what comes."""
    patterns = view.catalog.environment.ignore_drift
    return tuple(p for p in patterns if not any(fnmatchcase(each.path, p) for each in found))


def _difference(
    view: View, path: str, declared: object, applied: object, live: object
) -> Difference | None:
    if declared == live:
        return None
    owner: Owner = "file" if live == applied else "outside" if declared == applied else "both"
    return Difference(
        path=path,
        owner=owner,
        declared=declared,
        applied=applied,
        live=live,
        file=_file(view, path),
        ignored=_ignored(view.catalog.environment.ignore_drift, path),
    )


def _ours(path: str, sides: tuple[Facts, Facts, Facts]) -> bool:
    declared, applied, _ = sides
    if path.endswith("/signing_algorithm") and path not in declared:
        return False  # left to the tenant
    return not path.startswith(SHARED) or path in declared or path in applied


def _ignored(rules: Mapping[str, str], path: str) -> str:
    return next((reason for rule, reason in rules.items() if fnmatchcase(path, rule)), "")


def _inside(path: str, whole: set[str]) -> bool:
    return any(parent in whole for parent in _parents(path))


def _parents(path: str) -> Iterator[str]:
    """`a/b/c` -> `a/b`, `a`; for a grant also its application."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
        if path.startswith("grants/") and path.count("/") == 1:
            yield path.replace("grants/", "applications/", 1)
            yield path.replace("grants/", "agents/", 1)


def _file(view: View, path: str) -> str:
    """The file, with the line where there is one, that states what the path is about."""
    catalog, (kind, _, rest) = view.catalog, path.partition("/")
    key, _, field = rest.partition("/")
    if kind == "applications":
        return _application_line(view, key, field)
    if kind == "agents":
        return catalog.line(agent_file(key), "document")
    if kind == "grants":
        file = application_file(key) if key in catalog.applications else agent_file(key)
        return catalog.line(file, "grants")
    if kind == "default_permissions":
        return catalog.line(APIS_FILE, "default_permissions")
    if kind == "tenant":
        return catalog.line(TENANT_FILE, *rest.split("/")[:1])
    return catalog.line(catalog.file, kind)


def _application_line(view: View, key: str, field: str) -> str:
    """What the environment says of an application stands over its own file."""
    catalog = view.catalog
    overlay = catalog.environment.applications.get(key)
    if not field or (overlay is not None and getattr(overlay, field, None) is not None):
        return catalog.line(catalog.file, "applications", key, *([field] if field else []))
    return catalog.line(application_file(key), *field.split("."))
