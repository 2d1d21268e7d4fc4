"""Effective access with the line that decides it: what the files say, and what the tenant has.

One row for an application, an API and a subject type. Gates lie on top of `catalog.access`: a row
whose gate is closed stays a row, since the grant is there and the next change may open it.
"""

from collections.abc import Iterable

from catalog.models import DefaultPermission
from preflight.objects import Grant
from survey.live_access import live_rows
from survey.rows import ALL, Decision, Row
from survey.stated_access import stated_rows
from survey.view import View

TERMS = ("source", "authorization_details_types", "organization_usage")
"""What of a row can differ beside its scopes."""


def rows(view: View) -> tuple[Row, ...]:
    """All rows, by application, API and subject type: the tenant's where it was read, with those
    that only the files have.
    """
    declared = {row.place: row for row in stated_rows(view)}
    if view.snapshot is None:
        return _sorted(declared.values())
    if not view.comparable:
        unknown = (row.model_copy(update={"status": "unknown"}) for row in declared.values())
        return _sorted(unknown)
    live = {row.place: row for row in live_rows(view)}
    found = [_compared(row, declared.get(place)) for place, row in live.items()]
    found += [_missing(declared[place]) for place in declared.keys() - live.keys()]
    return _sorted(found)


def _missing(row: Row) -> Row:
    """Where there is no grant, no gate matters."""
    by = "grant" if row.source == "application" else row.source
    decision = Decision(by=by, place=row.granted_by)
    return row.model_copy(update={"status": "missing", "usable": False, "decided_by": decision})


def defaults_outside(view: View) -> tuple[Grant, ...]:
    """Live default permissions that no file states: they reach whoever comes, too."""
    stated = {_spot(default) for default in view.catalog.default_permissions}
    return tuple(grant for grant in view.grants.get("", ()) if _spot(grant) not in stated)


def _spot(grant: DefaultPermission | Grant) -> tuple[str, str]:
    return grant.audience, grant.subject_type


def _sorted(found: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(found, key=lambda row: (row.application, row.api, row.subject_type)))


def _compared(live: Row, declared: Row | None) -> Row:
    """The live row, with the line of the file that it agrees with."""
    if declared is None:
        return live.model_copy(update={"status": "outside"})
    has, wanted = _scopes(live), _scopes(declared)
    changed = tuple(term for term in TERMS if getattr(live, term) != getattr(declared, term))
    same = has == wanted and not changed
    changes: dict[str, object] = {
        # Who may use every scope has gained, and lacks, none of them alone.
        "gained": () if declared.all_scopes else tuple(sorted(has - wanted)),
        "lost": () if live.all_scopes else tuple(sorted(wanted - has)),
        "changed": changed,
        "status": "same" if same else "differs",
    }
    if same:
        changes["granted_by"] = declared.granted_by
        if live.usable is not False:
            changes["decided_by"] = declared.decided_by
    return live.model_copy(update=changes)


def _scopes(row: Row) -> frozenset[str]:
    return frozenset({ALL} if row.all_scopes else row.scopes)
