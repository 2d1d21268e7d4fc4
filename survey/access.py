"""Effective access with the line that decides it: what the files say, and what the tenant has.

One row for an application, an API and a subject type. Gates lie on top of `catalog.access`: a row
whose gate is closed stays a row, since the grant is there and the next change may open it.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from catalog import Access
from catalog.models import ClientGrant, DefaultPermission, Model, SubjectType
from catalog.sources import APIS_FILE, agent_file, application_file
from preflight.objects import Client, Grant
from survey.gates import Gate, Way, gates
from survey.view import View

Status = Literal["", "same", "differs", "missing", "outside", "unknown"]
Origin = Literal["application", "default", "api_policy"]


class Decision(Model):
    """What decided: a gate's name, `grant`, `default` or `api_policy`, and where it stands."""

    by: str
    place: str


class Row(Model):
    """What one application may call as whom.

    `application` is the files' key, or the client id of one that is in no file. `usable`: whether
    every gate is open; None where one could not be looked at. `status`: how the tenant stands to
    the files, "" where it was not read; `gained` and `lost` are its scopes against the files'.
    """

    application: str
    name: str
    client_id: str
    api: str
    audience: str
    subject_type: SubjectType
    scopes: tuple[str, ...]
    all_scopes: bool
    source: Origin
    decided_by: Decision
    usable: bool | None
    gates: tuple[Gate, ...]
    status: Status = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """What there is one row for."""
        return self.application, self.audience, self.subject_type


ALL = "every scope"


def rows(view: View) -> tuple[Row, ...]:
    """All rows, by application, API and subject type: the tenant's where it was read, with those
    that only the files have.
    """
    declared = {row.place: row for row in _declared(view)}
    if view.snapshot is None:
        return _sorted(declared.values())
    if {"applications", "grants"} & view.blind.keys():
        unknown = (row.model_copy(update={"status": "unknown"}) for row in declared.values())
        return _sorted(unknown)
    live = {row.place: row for row in _live(view)}
    found = [_compared(row, declared.get(place)) for place, row in live.items()]
    missing = (declared[place] for place in declared.keys() - live.keys())
    found += [row.model_copy(update={"status": "missing", "usable": False}) for row in missing]
    return _sorted(found)


def _sorted(found: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(found, key=lambda row: (row.application, row.api, row.subject_type)))


def _declared(view: View) -> Iterator[Row]:
    fields = {(file, _spot(grant)): field for file, field, grant in view.catalog.places()}
    for access in view.catalog.access:
        key = access.application
        file = APIS_FILE
        if access.source == "application":
            file = application_file(key) if key in view.catalog.applications else agent_file(key)
        field = fields[file, (access.audience, access.subject_type)]
        place = view.catalog.line(file, *_path(field))
        way = _declared_way(view, access, place)
        yield _row(view, way, access.scopes, access.source, all_scopes=access.all_scopes)


def _spot(grant: ClientGrant | DefaultPermission | Grant) -> tuple[str, str]:
    """An API by its audience, and a subject type."""
    return grant.audience, grant.subject_type


def _path(field: str) -> tuple[str | int, ...]:
    """`grants[0]` -> ("grants", 0)."""
    name, _, index = field.rstrip("]").partition("[")
    return name, int(index)


def _declared_way(view: View, access: Access, place: str) -> Way:
    user = view.users[access.application]
    own = [g for g in user.grants if _spot(g) == (access.audience, access.subject_type)]
    organizations = own[0].organizations if own else ()
    return Way(
        access.application,
        access.audience,
        access.subject_type,
        user.flows(user.subject_types),
        user.strict,
        place,
        user.connections,
        organizations,
        "allow" if organizations else "deny",
        view.ours.get(access.application),
    )


def _live(view: View) -> Iterator[Row]:
    for key, client in view.ours.items():
        yield from _live_rows(view, key, client)
    for client in view.outside:
        yield from _live_rows(view, "", client)


def _live_rows(view: View, key: str, client: Client) -> Iterator[Row]:
    own = {_spot(grant): grant for grant in view.grants.get(client.id, ())}
    shared = {_spot(grant): grant for grant in view.grants.get("", ())}
    flows = _flows(client)
    for grant in own.values():
        yield _grant_row(view, key, client, grant, "application")
    usable = {"user": "authorization_code" in flows, "client": "client_credentials" in flows}
    for place, grant in shared.items():
        if place not in own and usable.get(place[1]):
            yield _grant_row(view, key, client, grant, "default")
    if client.mode == "permissive" and usable["user"]:
        yield from _open_apis(view, key, client, {*own, *shared})


def _open_apis(
    view: View, key: str, client: Client, granted: set[tuple[str, str]]
) -> Iterator[Row]:
    """Section 8 of the rules: an API that allows all users' applications admits permissive ones."""
    for audience, api in (view.snapshot.apis if view.snapshot else {}).items():
        opened = api.policies.get("user", "allow_all") == "allow_all" and not api.system
        if opened and (audience, "user") not in granted:
            place = f"API {audience} in the tenant"
            way = Way(key, audience, "user", _flows(client), strict=False, place=place, live=client)
            yield _row(view, way, tuple(sorted(api.scopes)), "api_policy", all_scopes=True)


def _grant_row(view: View, key: str, client: Client, grant: Grant, source: Origin) -> Row:
    way = Way(
        key,
        grant.audience,
        grant.subject_type,
        _flows(client),
        client.mode == "strict",
        f"grant {grant.id} in the tenant",
        view.users[key].connections if key else (),
        usage=grant.organization_usage,
        live=client,
    )
    return _row(view, way, grant.scopes, source, all_scopes=grant.all_scopes)


def _flows(client: Client) -> tuple[str, ...]:
    found = client.facets.get("grant_types")
    return found if isinstance(found, tuple) else ()


def _row(view: View, way: Way, scopes: tuple[str, ...], source: Origin, *, all_scopes: bool) -> Row:
    passed = tuple(gates(view, way))
    shut = next((gate for gate in passed if gate.open is False), None)
    unseen = any(gate.open is None for gate in passed)
    by = {"application": "grant"}.get(source, source)
    decision = Decision(by=by, place=way.place)
    if shut is not None:
        decision = Decision(by=shut.gate, place=shut.place)
    client = way.live
    return Row(
        application=way.key or (client.id if client else ""),
        name=_name(view, way),
        client_id=client.id if client else "",
        api=view.api(way.audience),
        audience=way.audience,
        subject_type="user" if way.subject_type == "user" else "client",
        scopes=scopes,
        all_scopes=all_scopes,
        source=source,
        decided_by=decision,
        usable=False if shut is not None else None if unseen else True,
        gates=passed,
    )


def _name(view: View, way: Way) -> str:
    if way.live is not None and way.live.name:
        return way.live.name
    return view.users[way.key].name if way.key else ""


def _compared(live: Row, declared: Row | None) -> Row:
    """The live row, with the line of the file that it agrees with."""
    if declared is None:
        return live.model_copy(update={"status": "outside"})
    has, wanted = _scopes(live), _scopes(declared)
    changes: dict[str, object] = {
        "gained": tuple(sorted(has - wanted)),
        "lost": tuple(sorted(wanted - has)),
        "status": "same" if has == wanted else "differs",
    }
    if has == wanted and live.usable is not False and live.source == declared.source:
        changes["decided_by"] = declared.decided_by
    return live.model_copy(update=changes)


def _scopes(row: Row) -> frozenset[str]:
    return frozenset({ALL} if row.all_scopes else row.scopes)
