"""The logical names of resources: made from identity, never from a list position.

A resource under another name is a new one to the engine, and removing the old one deletes what is
live; so names are fixed here, for who declares resources and for who looks for them.
"""

import re

from catalog.permissions import ClientGrant, DefaultPermission

CONNECTIONS = "connections"
DEFAULTS = "default-permissions"
RATE_LIMITS = "rate-limits"


def client_name(application: str) -> str:
    """The client of an application or an agent, by its key."""
    return f"{application}-client"


def credentials_name(application: str) -> str:
    """How an application proves itself, by its key."""
    return f"{application}-credentials"


def grants_name(application: str) -> str:
    """What the names of an application's grants begin with."""
    return f"{application}-grant"


def grant_name(parent: str, grant: ClientGrant | DefaultPermission) -> str:
    """`<parent>-<api>-<subject type>`; without an API key, its audience as a slug."""
    return f"{parent}-{grant.api or slug(grant.audience)}-{grant.subject_type}"


def slug(text: str) -> str:
    """The text in the letters that resource names have."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def rate_limit_name(application: str) -> str:
    """The rate limit of one application, by its key; "": of all third parties."""
    return f"{RATE_LIMITS}-{application or 'third-parties'}"
