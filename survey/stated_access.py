"""The rows of effective access that the files state."""

from collections.abc import Iterator

from catalog import Access
from catalog.models import ClientGrant, DefaultPermission
from catalog.sources import APIS_FILE, agent_file, application_file
from survey.rows import Permission, Row, row
from survey.view import View
from survey.ways import Way

Stated = ClientGrant | DefaultPermission


def stated_rows(view: View) -> Iterator[Row]:
    """Each with the line of its grant; gates as the tenant has them, where it was read."""
    places = {(file, *_spot(grant)): (field, grant) for file, field, grant in view.catalog.places()}
    for access in view.catalog.access:
        file = _file(view, access)
        field, grant = places[file, access.audience, access.subject_type]
        place = view.catalog.line(file, *_path(field))
        details = grant.authorization_details_types
        given = Permission(access.source, access.scopes, access.all_scopes, details)
        yield row(view, _way(view, access, grant, place), given)


def _file(view: View, access: Access) -> str:
    if access.source == "default":
        return APIS_FILE
    known = access.application in view.catalog.applications
    return application_file(access.application) if known else agent_file(access.application)


def _spot(grant: Stated) -> tuple[str, str]:
    return grant.audience, grant.subject_type


def _path(field: str) -> tuple[str | int, ...]:
    """`grants[0]` -> ("grants", 0)."""
    name, _, index = field.rstrip("]").partition("[")
    return name, int(index)


def _way(view: View, access: Access, grant: Stated, place: str) -> Way:
    user = view.users[access.application]
    organizations = grant.organizations if isinstance(grant, ClientGrant) else ()
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
