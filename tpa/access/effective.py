"""Effective access with the line that decides it: what the files say, and what the tenant has.

One row for an application, an API and a subject type.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auth0_third_party.model.access import Access, admits
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.access.authorization_checks import GrantPath, policy_of
from tpa.access.rows import ALL, Decision, Origin, Permission, Row, row
from tpa.files.sources import APIS_FILE, agent_file, application_file
from tpa.tenant.objects import Client, Grant
from tpa.tenant.view import EnvironmentView


def live_rows(view: EnvironmentView) -> Iterator[Row]:
    """Of every live third-party application; `key` is empty for those that are in no file."""
    for key, client in view.managed.items():
        yield from _rows(view, key if key in view.declared else "", client)
    for client in view.unmanaged:
        yield from _rows(view, "", client)


def flows_of(client: Client) -> tuple[str, ...] | None:
    """Its grant types, None where the tenant does not say."""
    found = client.facets.get("grant_types")
    return found if isinstance(found, tuple) else None


def _rows(view: EnvironmentView, key: str, client: Client) -> Iterator[Row]:
    opened = _open_apis(view, client)
    for audience, scopes in opened.items():
        way = _way(view, key, client, _Spot(audience, "user", f"API {audience} in the tenant"))
        yield row(view, way, Permission("api_policy", scopes, all_scopes=True))
    own = {_spot(grant): grant for grant in view.grants.get(client.id, ())}
    for grant in own.values():
        if not _needless(grant, opened):
            yield _granted(view, key, client, grant, "application")
    flows = flows_of(client)
    for grant in view.grants.get("", ()):
        able = flows is None or admits(flows, grant.subject_type, strict=client.mode == "strict")
        if able and _spot(grant) not in own and not _needless(grant, opened):
            yield _granted(view, key, client, grant, "default")


def _open_apis(view: EnvironmentView, client: Client) -> dict[str, tuple[str, ...]]:
    """Audience -> scopes of the APIs that a permissive application may call without a grant, by
    their own policy for users (section 8 of the rules).
    """
    flows = flows_of(client)
    if client.mode != "permissive" or view.snapshot is None:
        return {}
    if flows is not None and not admits(flows, "user", strict=False):
        return {}
    return {
        audience: tuple(sorted(api.scopes))
        for audience, api in view.snapshot.apis.items()
        if not api.system and policy_of(api, "user") == "allow_all"
    }


def _needless(grant: Grant, opened: dict[str, tuple[str, ...]]) -> bool:
    return grant.subject_type == "user" and grant.audience in opened


def _spot(grant: Grant) -> tuple[str, str]:
    """An API by its audience, and a subject type."""
    return grant.audience, grant.subject_type


class _Spot(NamedTuple):
    """Where a way leads, and the object that opens it."""

    audience: str
    subject_type: str
    place: str
    usage: str = ""


def _granted(view: EnvironmentView, key: str, client: Client, grant: Grant, source: Origin) -> Row:
    place = f"grant {grant.id} in the tenant"
    way = _way(view, key, client, _Spot(*_spot(grant), place, grant.organization_usage))
    return row(view, way, Permission(source, grant.scopes, grant.all_scopes, grant.details))


def _way(view: EnvironmentView, key: str, client: Client, spot: _Spot) -> GrantPath:
    return GrantPath(
        key,
        spot.audience,
        spot.subject_type,
        flows_of(client),
        client.mode == "strict",
        spot.place,
        view.declared[key].connections if key else (),
        usage=spot.usage,
        live=client,
    )


Stated = ClientGrant | DefaultPermission


def stated_rows(view: EnvironmentView) -> Iterator[Row]:
    """Each with the line of its grant; gates as the tenant has them, where it was read."""
    places = {
        (file, *_stated_spot(grant)): (field, grant) for file, field, grant in view.catalog.places()
    }
    for access in view.catalog.access:
        file = _file(view, access)
        field, grant = places[file, access.audience, access.subject_type]
        place = view.catalog.line(file, *_path(field))
        details = grant.authorization_details_types
        given = Permission(access.source, access.scopes, access.all_scopes, details)
        yield row(view, _stated_way(view, access, grant, place), given)


def _file(view: EnvironmentView, access: Access) -> str:
    if access.source == "default":
        return APIS_FILE
    known = access.application in view.catalog.applications
    return application_file(access.application) if known else agent_file(access.application)


def _stated_spot(grant: Stated) -> tuple[str, str]:
    return grant.audience, grant.subject_type


def _path(field: str) -> tuple[str | int, ...]:
    """`grants[0]` -> ("grants", 0)."""
    name, _, index = field.rstrip("]").partition("[")
    return name, int(index)


def _stated_way(view: EnvironmentView, access: Access, grant: Stated, place: str) -> GrantPath:
    user = view.declared[access.application]
    organizations = grant.organizations if isinstance(grant, ClientGrant) else ()
    return GrantPath(
        access.application,
        access.audience,
        access.subject_type,
        user.flows(user.subject_types),
        user.strict,
        place,
        user.connections,
        organizations,
        "allow" if organizations else "deny",
        view.managed.get(access.application),
    )


TERMS = ("source", "authorization_details_types", "organization_usage")
"""What of a row can differ beside its scopes."""


def rows(view: EnvironmentView) -> tuple[Row, ...]:
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


def defaults_outside(view: EnvironmentView) -> tuple[Grant, ...]:
    """Live default permissions that no file states: they reach whoever comes, too."""
    stated = {_spot_of_row(default) for default in view.catalog.default_permissions}
    return tuple(grant for grant in view.grants.get("", ()) if _spot_of_row(grant) not in stated)


def _spot_of_row(grant: DefaultPermission | Grant) -> tuple[str, str]:
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
