"""Every operation of the Management API that the tenant knows; one table per group."""

from emulator.routes import applications, extensions, organizations, settings
from emulator.routing import Operation

OPERATIONS: tuple[Operation, ...] = (
    *applications.OPERATIONS,
    *organizations.OPERATIONS,
    *settings.OPERATIONS,
    *extensions.OPERATIONS,
)
