"""Client grants: what an application, or every third party by default, may call on an API."""

from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import pulumi
import pulumi_auth0 as auth0

from auth0_third_party.arguments import Arguments, child_options
from auth0_third_party.model.names import THIRD_PARTY_CLIENTS, grant_key, organization_grant_name
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from auth0_third_party.official import declare
from auth0_third_party.resources import OrganizationGrant

KNOWN = ("api", "subject_type", "allow_all_scopes", "allow_all_scopes_reason", "organizations")
"""Fields of a grant that decide which resources there are."""


class DefaultPermissionArgs(TypedDict):
    """Scopes on one API that every third party has by default, for one kind of subject."""

    audience: pulumi.Input[str]
    """The API's identifier."""
    api: NotRequired[str]
    """A short name of the API, from which the resource's name is made; needed where the audience is
    not known when the program runs. Without it the name is made of the audience."""
    subject_type: str
    """`user`: the application calls for a user who signed in. `client`: it calls as itself."""
    scopes: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """What it may do; each must be one of the API's scopes."""
    allow_all_scopes: NotRequired[bool]
    """All scopes of the API, future ones too, in place of a list."""
    allow_all_scopes_reason: NotRequired[str]
    """Why it gets all of them; required with `allow_all_scopes`."""
    authorization_details_types: NotRequired[pulumi.Input[Sequence[pulumi.Input[str]]]]
    """Types of rich authorization requests (RFC 9396) that it may make."""


class ClientGrantArgs(DefaultPermissionArgs):
    """Scopes on one API that one application has, for one kind of subject."""

    organizations: NotRequired[Sequence[str]]
    """Names of organizations in which a `client` grant is usable, besides outside of any."""


def declare_client_grants(
    parent: pulumi.ComponentResource,
    name: str,
    arguments: Arguments[Any],
    client_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions | None,
) -> dict[str, pulumi.Output[str]]:
    """The grants of one client, each usable in the organizations that it names (ORG-05).

    Args:
        name: what the grants' names begin with.
        arguments: those of a component with a field `grants`.

    Returns:
        Ids by `<api>-<subject type>`.
    """
    found = {}
    grants: Sequence[ClientGrant] = arguments.model.grants
    for index, grant in enumerate(grants):
        key = _key(arguments, ("grants", index), grant)
        # The plugin can't take the usage back once it is left out, so it is always written.
        usage = {"organization_usage": "allow" if grant.organizations else "deny"}
        declared = _declare(
            f"{name}-{key}",
            grant,
            arguments,
            ("grants", index),
            child_options(parent, opts, **REPLACED),
            client_id=client_id,
            **(usage if grant.subject_type == "client" else {}),
        )
        for organization in grant.organizations:
            OrganizationGrant(
                organization_grant_name(f"{name}-{key}", organization),
                organization=organization,
                grant=declared.id,
                opts=child_options(parent, opts),
            )
        found[key] = declared.id
    return found


def declare_default_permissions(
    parent: pulumi.ComponentResource,
    name: str,
    arguments: Arguments[Any],
    opts: pulumi.ResourceOptions | None,
) -> dict[str, pulumi.Output[str]]:
    """The same for all third parties, without those that give nothing; `arguments` are those of a
    component with `permissions`.
    """
    found = {}
    permissions: Sequence[DefaultPermission] = arguments.model.permissions
    for index, permission in enumerate(permissions):
        path = ("permissions", index)
        key = _key(arguments, path, permission)
        options = child_options(parent, opts, **REPLACED)
        declared = _declare(
            f"{name}-{key}", permission, arguments, path, options, default_for=THIRD_PARTY_CLIENTS
        )
        scopes = arguments.get(*path, "scopes")
        if isinstance(scopes, pulumi.Output) or permission.grants_anything:
            found[key] = declared.id
    return found


# The plugin has no update of types of authorization details: the grant is made again.
REPLACED: dict[str, Any] = {
    "replace_on_changes": ["authorizationDetailsTypes"],
    "delete_before_replace": True,
}


def _key(
    arguments: Arguments[Any], path: tuple[str | int, ...], grant: ClientGrant | DefaultPermission
) -> str:
    if grant.api is None:
        arguments.require_known(
            (*path, "audience"), "name the API with `api`: resource names are made of it"
        )
    return grant_key(grant)


def _declare(
    name: str,
    grant: ClientGrant | DefaultPermission,
    arguments: Arguments[Any],
    path: tuple[str | int, ...],
    opts: pulumi.ResourceOptions,
    **whose: Any,
) -> auth0.ClientGrant:
    """One grant. The subject type is always written: the plugin's default is `client` (CG-04)."""
    details = arguments.get(*path, "authorization_details_types")
    return declare(
        auth0.ClientGrant,
        name,
        opts,
        audience=arguments.get(*path, "audience"),
        subject_type=grant.subject_type,
        scopes=None if grant.allow_all_scopes else arguments.get(*path, "scopes"),
        allow_all_scopes=True if grant.allow_all_scopes else None,
        authorization_details_types=details if details != [] else None,
        **whose,
    )
