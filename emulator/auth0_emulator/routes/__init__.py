"""Every operation of the Management API that the tenant knows; one table per group."""

from auth0_emulator.routes import applications, extensions, organizations, settings
from auth0_emulator.routing import Operation

OPERATIONS: tuple[Operation, ...] = (
    *applications.OPERATIONS,
    *organizations.OPERATIONS,
    *settings.OPERATIONS,
    *extensions.OPERATIONS,
)
