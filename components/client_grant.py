"""Client grants with logical names that come from what they grant, never from a list position."""

import re

import pulumi
import pulumi_auth0 as auth0

from catalog.models import ClientGrant, DefaultPermission

THIRD_PARTY_CLIENTS = "third_party_clients"


def grant_name(parent: str, grant: ClientGrant | DefaultPermission) -> str:
    """`<parent>-<api>-<subject type>`; without an API key, its audience in resource-name letters.

    The name is identity: a grant under another name is a new resource to the engine, and removing
    the old one would delete live access.
    """
    api = grant.api or re.sub(r"[^a-z0-9]+", "-", grant.audience.lower()).strip("-")
    return f"{parent}-{api}-{grant.subject_type}"


def declare_grant(
    parent: pulumi.Resource,
    name: str,
    grant: ClientGrant | DefaultPermission,
    client_id: pulumi.Input[str] | None,
) -> auth0.ClientGrant:
    """A grant for one client, or for all third parties where `client_id` is None.

    The subject type is always written: the plugin's default is `client` (CG-04).
    """
    return auth0.ClientGrant(
        grant_name(name, grant),
        client_id=client_id,
        default_for=None if client_id is not None else THIRD_PARTY_CLIENTS,
        audience=grant.audience,
        subject_type=grant.subject_type,
        scopes=list(grant.scopes),
        opts=pulumi.ResourceOptions(parent=parent),
    )
