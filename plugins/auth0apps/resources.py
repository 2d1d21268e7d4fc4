"""Everything that this provider offers."""

from plugins.auth0apps.kinds import KINDS
from plugins.auth0apps.links import LINKS, OrganizationLink
from plugins.auth0apps.owned_fields import OwnedFields
from plugins.auth0apps.resource import Resource

RESOURCES: tuple[Resource, ...] = (
    *(OwnedFields(kind) for kind in KINDS),
    *(OrganizationLink(kind) for kind in LINKS),
)
