"""Client grants with logical names that come from what they grant, never from a list position."""

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.model.names import grant_name, organization_grant_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.resources import OrganizationGrant

THIRD_PARTY_CLIENTS = "third_party_clients"


def declare_grants(
    parent: pulumi.Resource,
    name: str,
    grants: tuple[ClientGrant, ...],
    client_id: pulumi.Input[str],
) -> None:
    """The grants of one client, each good in the organizations that it names (ORG-05)."""
    for grant in grants:
        declared = declare_grant(parent, name, grant, client_id)
        for organization in grant.organizations:
            OrganizationGrant(
                organization_grant_name(grant_name(name, grant), organization),
                organization=organization,
                grant=declared.id,
                opts=pulumi.ResourceOptions(parent=parent),
            )


def declare_grant(
    parent: pulumi.Resource,
    name: str,
    grant: ClientGrant | DefaultPermission,
    client_id: pulumi.Input[str] | None,
) -> auth0.ClientGrant:
    """A grant for one client, or for all third parties where `client_id` is None.

    The subject type is always written: the plugin's default is `client` (CG-04). So is where a
    client's own grant is good; the plugin can't take that back once it is left out, nor types of
    authorization details, whose change makes the grant anew.
    """
    own_grant = client_id is not None and grant.subject_type == "client"
    organizations = grant.organizations if isinstance(grant, ClientGrant) else ()
    usage = "allow" if organizations else "deny"
    return auth0.ClientGrant(
        grant_name(name, grant),
        client_id=client_id,
        default_for=None if client_id is not None else THIRD_PARTY_CLIENTS,
        audience=grant.audience,
        subject_type=grant.subject_type,
        scopes=None if grant.allow_all_scopes else list(grant.scopes),
        allow_all_scopes=True if grant.allow_all_scopes else None,
        authorization_details_types=list(grant.authorization_details_types) or None,
        organization_usage=usage if own_grant else None,
        opts=pulumi.ResourceOptions(
            parent=parent,
            replace_on_changes=["authorizationDetailsTypes"],
            delete_before_replace=True,
        ),
    )
