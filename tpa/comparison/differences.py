"""Where the tenant differs from the files, and who changed it.

What the last update applied decides: a value of the tenant that is still as it was applied was not
changed outside, so a file that says otherwise was changed and is not applied yet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

from auth0_third_party.model.values import same_value
from auth0_third_party.rules.violation import Path
from tpa.comparison.compare import compare, is_left_to_tenant
from tpa.comparison.facts import (
    METADATA_DOCUMENTS,
    ON,
    REDACTED,
    REGISTRATION,
    REGISTRATION_MODE,
    Facts,
    declared_facts,
    live_facts,
    looks_secret,
    path_text,
    value_text,
)
from tpa.comparison.locations import line_of, stated_at
from tpa.files.declaration import Declaration
from tpa.files.problems import Problem
from tpa.tenant.snapshot import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS
from tpa.tenant.view import EnvironmentView

ChangedBy = Literal["files", "outside", "both"]
"""`outside`: in the tenant, by an administrator or another tool."""
STATES = ("declared", "applied", "live")
OWN = ("applications", "agents", "grants")
"""The first parts of paths whose second part is the key of an application."""
SHARED = ("tenant", "organizations")
"""Kinds of what a tenant shares; they are compared only as far as the files state them."""
UNREAD_PATHS: Mapping[str, tuple[str, ...]] = {
    "applications": ("applications/*", "agents/*", "grants/*", "unmanaged/*"),
    "grants": ("grants/*", "default_permissions/*"),
    "connections": ("connections/*", "organizations/*/connections/*"),
    "organizations": ("organizations/*", "grants/*/organizations"),
    "open registration": (
        "tenant/client_id_metadata_documents",
        "tenant/dynamic_client_registration*",
        "tenant/error_page/*",
        "tenant/resource_indicators",
        "tenant/scope_descriptions_at_consent",
    ),
    "rate limits": ("tenant/rate_limit", "applications/*/rate_limit"),
    ORGANIZATION_CONNECTIONS: ("organizations/*/connections/*",),
    ORGANIZATION_GRANTS: ("grants/*/organizations",),
}
"""What could not be read -> patterns of the paths that are unknown then."""


@dataclass(frozen=True)
class Difference:
    """One path on which tenant and files disagree; None in a state that does not have it.

    `ignored`: the reason of a rule in the environment's file, "" without one. `file`: where the
    files state it, `file:line` as far as known.
    """

    path: Path
    changed_by: ChangedBy
    declared: Any
    applied: Any
    live: Any
    file: str
    ignored: str = ""

    @property
    def name(self) -> str:
        """The path, as it is printed and matched by patterns."""
        return path_text(self.path)

    @property
    def counts(self) -> bool:
        """Whether a pipeline should fail for it."""
        return self.changed_by != "files" and not self.ignored


@dataclass(frozen=True)
class States:
    """The facts of all three states."""

    declared: Facts
    applied: Facts
    live: Facts

    @property
    def paths(self) -> set[Path]:
        """Every path on which one of the states has a value."""
        return {*self.declared, *self.applied, *self.live}


def states_of(view: EnvironmentView, last: Declaration) -> States:
    """The states of one environment; `last` is what its last update applied."""
    files, live = declared_facts(view, view.catalog), live_facts(view)
    return States(files, declared_facts(view, last), live)


def differences(view: EnvironmentView, last: Declaration) -> tuple[Difference, ...]:
    """Every difference, by path. What belongs to a missing object is not listed as well."""
    states = states_of(view, last)
    found = compare(states.declared, states.live, lambda path: is_compared(view, path, states))
    return tuple(_difference(view, each.path, states) for each in found)


def redacted(each: Difference) -> Difference:
    """The same difference without values that look like a secret."""
    secret: dict[str, Any] = {
        state: REDACTED for state in STATES if looks_secret(each.path, getattr(each, state))
    }
    return replace(each, **secret)


def is_unknown(view: EnvironmentView, name: str) -> bool:
    """Whether the part of the tenant that a path, as it is printed, is about could not be read."""
    patterns = (pattern for what in view.unknown_reasons for pattern in UNREAD_PATHS.get(what, ()))
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def is_compared(view: EnvironmentView, path: Path, states: States) -> bool:
    """Whether a path is this environment's and was read, so that its states can be compared."""
    if is_unknown(view, path_text(path)):
        return False
    if is_left_to_tenant(path, states.declared):
        return False
    if path == REGISTRATION_MODE and path not in states.live:
        return False  # a tenant that does not show it did not change it (DCR-08)
    kind, name, *rest = path
    if kind == "organizations" and rest[0] == "connections" and name not in view.links:
        return False  # the organization is missing, which is a difference of its own
    opens = path in (REGISTRATION, METADATA_DOCUMENTS) and states.live.get(path) == ON
    if kind not in SHARED or path in states.declared or opens:
        return True  # also a way into the tenant that no file states
    # No longer stated: it is this environment's only while it is as the last update left it.
    return path in states.applied and same_value(states.applied[path], states.live.get(path))


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
    return tuple(p for p in patterns if not any(fnmatchcase(each.name, p) for each in found))


def _difference(view: EnvironmentView, path: Path, states: States) -> Difference:
    rules, name = view.catalog.environment.ignore_drift.items(), path_text(path)
    return Difference(
        path=path,
        changed_by=_changed_by(view, path, states),
        declared=states.declared.get(path),
        applied=states.applied.get(path),
        live=states.live.get(path),
        file=line_of(view, path),
        ignored=next((reason for rule, reason in rules if fnmatchcase(name, rule)), ""),
    )


def _changed_by(view: EnvironmentView, path: Path, states: States) -> ChangedBy:
    applied = states.applied.get(path)
    if same_value(states.live.get(path), applied):
        return "files"
    if same_value(states.declared.get(path), applied):
        return "outside"
    return "files" if applied is None and _never_applied(view, path, states.applied) else "both"


def _never_applied(view: EnvironmentView, path: Path, applied: Facts) -> bool:
    """Whether no update ever wrote what the path belongs to: the tenant's own value is then no
    change of anything that was applied.
    """
    kind, key, *_ = path
    if kind in SHARED or not applied:
        return True
    return kind == "applications" and (kind, key) not in applied and key not in view.held_keys


def how_to_adopt(view: EnvironmentView, path: Path) -> str:
    """What to do about a live application that is in no file."""
    return f"tpa adopt -e {view.catalog.name} {path[1]} writes it into files; else delete it"


def changed_outside(
    view: EnvironmentView, last: Declaration, told: Callable[[Difference], bool] = lambda _: True
) -> dict[str, tuple[Problem, ...]]:
    """By the key of an application, "" where it belongs to none; without ignored differences and
    those that are not `told`.
    """
    found: dict[str, tuple[Problem, ...]] = {}
    for each in differences(view, last):
        if each.counts and told(each):
            kind, second, *_ = map(str, each.path)
            key = second if kind in OWN else ""
            problem = _problem(view, redacted(each))
            found[key] = (*found.get(key, ()), problem)
    return found


def _problem(view: EnvironmentView, each: Difference) -> Problem:
    """Its field is the path, as `tpa drift` and `ignore_drift` have it."""
    catalog, place = view.catalog, stated_at(view, each.path)
    fix = f"tpa drift -e {catalog.name}: --accept writes it into the files, --restore undoes it"
    if each.path[0] == "unmanaged":
        fix = how_to_adopt(view, each.path)
    also = " and in the files" if each.changed_by == "both" else ""
    return Problem(
        file=place.file,
        line=catalog.line_number(place.file, place.path),
        path=(each.name,),
        what=f"changed outside Pulumi{also}: {_subject(each.path)}: {_values(each)}",
        fix=fix,
        severity="warning",
        rule="LIVE-08",
    )


def _subject(path: Path) -> str:
    """`callbacks`, `grants/orders/user`: the path without the key of the application."""
    kind, key, *rest = map(str, path)
    if kind not in OWN:
        rest = [kind, key, *rest]
    elif kind == "grants":
        rest = [kind, *rest]
    return path_text(tuple(rest)) or ("the agent" if kind == "agents" else "the application")


def _values(each: Difference) -> str:
    """Both values; of two lists only the difference, which would be lost in long ones."""
    live, declared = each.live, each.declared
    if isinstance(live, tuple) and isinstance(declared, tuple):
        more = tuple(one for one in live if one not in declared)
        less = tuple(one for one in declared if one not in live)
        parts = [f"the tenant has {value_text(more)}, which the files do not have"] if more else []
        parts += (
            [f"the files have {value_text(less)}, which the tenant does not have"] if less else []
        )
        if parts:
            return "; ".join(parts)
    tenant = "not in the tenant" if live is None else f"the tenant has {value_text(live)}"
    files = "not in the files" if declared is None else f"the files have {value_text(declared)}"
    return f"{tenant}, {files}"
