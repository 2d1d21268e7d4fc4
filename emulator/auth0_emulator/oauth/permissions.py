"""Which API a request names, and which of its scopes a client may have there.

A grant for one subject type says nothing about the other (CG-06 is silent; here they are apart).
"""

from typing import Literal

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.tenant import Tenant

SubjectType = Literal["user", "client"]


def client_of(tenant: Tenant, oauth_id: str) -> Json | None:
    """CIMD-04, CIMD-09: the client with this id; one of a metadata document by its URL alone."""
    found = tenant.store.find("client", {"external_client_id": oauth_id})
    client = found[0] if found else tenant.store.get("client", oauth_id)
    return client if client is not None and oauth_id_of(client) == oauth_id else None


def oauth_id_of(client: Json) -> str:
    """CIMD-04: the client id in OAuth messages and tokens: the document's URL if there is one."""
    return str(client.get("external_client_id") or client["client_id"])


def api_of(tenant: Tenant, audience: str) -> Json | None:
    """The API with this identifier, None if there is none."""
    found = tenant.store.find("resource_server", {"identifier": audience}) if audience else []
    return found[0] if found else None


def audience_of(tenant: Tenant, audience: str | None, resource: str | None) -> str:
    """RT-20: what a request names, else the tenant's `default_audience`; "" if there is none.

    `resource` (RFC 8707) counts under the tenant's profile `compatibility`, after `audience`.
    """
    found = settings(tenant)
    if found.get("resource_parameter_profile") != "compatibility":
        resource = None
    return audience or resource or str(found.get("default_audience") or "")


def effective_scopes(
    tenant: Tenant, client: Json, audience: str, subject_type: SubjectType
) -> tuple[str, ...] | None:
    """CG-01, CG-06, CG-15: what the client may ask for at an API; None if it may not call it.

    The client's own grant decides, else the default permissions for strict third parties, else
    the API's policy `allow_all` for user access of others. `offline_access` and the OpenID
    scopes are no scopes of an API and not among these. Whether default permissions apply to
    permissive clients is not recorded; here they do not. Auth0's own APIs need a grant.
    """
    server = api_of(tenant, audience)
    if server is None:
        return None
    policy = server.get("subject_type_authorization", {}).get(subject_type, {}).get("policy")
    if policy == "deny_all":
        return None
    defined = tuple(scope["value"] for scope in server.get("scopes", ()))
    grant = grant_of(tenant, client, audience, subject_type)
    if grant is not None:
        return defined if grant.get("allow_all_scopes") else tuple(grant.get("scope", ()))
    open_to_all = subject_type == "user" and policy == "allow_all"
    if open_to_all and not is_strict(client) and not server.get("is_system"):
        return defined
    return None


def grant_of(tenant: Tenant, client: Json, audience: str, subject_type: SubjectType) -> Json | None:
    """CG-06: the client's own grant, else the default permissions for strict third parties."""
    key = {"audience": audience, "subject_type": subject_type}
    found = tenant.store.find("client_grant", {**key, "client_id": client["client_id"]})
    if not found and is_strict(client):
        found = tenant.store.find("client_grant", {**key, "default_for": "third_party_clients"})
    return found[0] if found else None
