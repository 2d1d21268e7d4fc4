"""The rows of effective access that the tenant has."""

from collections.abc import Iterator
from typing import NamedTuple

from catalog.access import admits
from preflight.objects import Client, Grant
from survey.gates import policy_of
from survey.rows import Origin, Permission, Row, row
from survey.view import View
from survey.ways import Way


def live_rows(view: View) -> Iterator[Row]:
    """Of every live third-party application; `key` is empty for those that are in no file."""
    for key, client in view.ours.items():
        yield from _rows(view, key if key in view.users else "", client)
    for client in view.outside:
        yield from _rows(view, "", client)


def flows_of(client: Client) -> tuple[str, ...] | None:
    """Its grant types, None where the tenant does not say."""
    found = client.facets.get("grant_types")
    return found if isinstance(found, tuple) else None


def _rows(view: View, key: str, client: Client) -> Iterator[Row]:
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


def _open_apis(view: View, client: Client) -> dict[str, tuple[str, ...]]:
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


def _granted(view: View, key: str, client: Client, grant: Grant, source: Origin) -> Row:
    place = f"grant {grant.id} in the tenant"
    way = _way(view, key, client, _Spot(*_spot(grant), place, grant.organization_usage))
    return row(view, way, Permission(source, grant.scopes, grant.all_scopes, grant.details))


def _way(view: View, key: str, client: Client, spot: _Spot) -> Way:
    return Way(
        key,
        spot.audience,
        spot.subject_type,
        flows_of(client),
        client.mode == "strict",
        spot.place,
        view.users[key].connections if key else (),
        usage=spot.usage,
        live=client,
    )
