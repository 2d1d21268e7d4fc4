"""Everything that this provider offers."""

from plugins.auth0apps.fence import Locks
from plugins.auth0apps.kinds import KINDS
from plugins.auth0apps.links import LINKS, OrganizationLink
from plugins.auth0apps.owned_fields import OwnedFields
from plugins.auth0apps.resource import Resource


def resources() -> tuple[Resource, ...]:
    """One of each kind, for one tenant."""
    locks = Locks()
    return (
        *(OwnedFields(kind, locks) for kind in KINDS),
        *(OrganizationLink(kind) for kind in LINKS),
    )
