"""What the tenant holds of what an authorization request names."""

from collections.abc import Iterable

from auth0_emulator.call import Json
from auth0_emulator.endpoints.connections import ENABLED
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth.permissions import api_of, audience_of, client_of, effective_scopes
from auth0_emulator.oauth.requests import Facts, Pairs
from auth0_emulator.tenant import Tenant

_PROVIDERS = {"google-oauth2": "Google", "waad": "Microsoft", "github": "GitHub"}


def facts_for(tenant: Tenant, pairs: Pairs, chosen_organization: str | None = None) -> Facts:
    """The facts for one request; a user may have chosen the organization on a page."""
    sent = {name: value for name, value in pairs if value}
    client = client_of(tenant, sent.get("client_id", ""))
    if client is None or client.get("global"):
        return Facts(client=None)
    organization = find_organization(tenant, sent.get("organization") or chosen_organization or "")
    audience = audience_of(tenant, sent.get("audience"), sent.get("resource"))
    api = api_of(tenant, audience)
    return Facts(
        client=client,
        audience=audience,
        api=api,
        scopes=effective_scopes(tenant, client, audience, "user") if api else None,
        organization=organization,
        admitted=organization is None or admits(tenant, organization, client),
        connections=tuple(offered(tenant, client, organization)),
        has_rules=tenant.has("rule", enabled=True),
    )


def find_organization(tenant: Tenant, name: str) -> Json | None:
    """By id; by name where the tenant's setting allows it."""
    found = tenant.store.get("organization", name)
    by_name = settings(tenant).get("allow_organization_name_in_authentication_api")
    if found is None and by_name:
        return organization_named(tenant, name)
    return found


def organization_named(tenant: Tenant, name: str) -> Json | None:
    """By name, as users type it on the prompt."""
    found = tenant.store.find("organization", {"name": name.strip().lower()})
    return found[0] if found else None


def admits(tenant: Tenant, organization: Json, client: Json) -> bool:
    """ORG-01, ORG-07: third parties where the organization lets them in; with entitlements, a
    listed application by its own switch, and first parties only if they are listed.
    """
    if organization.get("is_app_entitlement_active"):
        key = f"{organization['id']}:{client['client_id']}"
        listed = tenant.store.get("organization_client", key)
        if listed is not None:
            return bool(listed.get("use_for_member_access"))
        if client["is_first_party"]:
            return False
    open_to_all = organization.get("third_party_client_access") == "allow"
    return bool(client["is_first_party"]) or open_to_all


def offered(tenant: Tenant, client: Json, organization: Json | None) -> Iterable[Json]:
    """DC-01: domain connections for third parties; DC-10: enabled ones for first parties.

    DC-12, ORG-03: in an organization also enabled there. One page lets third parties use
    connections that are mapped to them (X-06); the other five do not, nor does this.
    """
    third_party = not client["is_first_party"]
    where = {"is_domain_connection": True} if third_party else {}
    for connection in tenant.store.find("connection", where):
        pair = f"{connection['id']}:{client['client_id']}"
        enabled = third_party or tenant.store.get(ENABLED, pair) is not None
        if enabled and (organization is None or _enabled_in(tenant, organization, connection)):
            yield connection


def _enabled_in(tenant: Tenant, organization: Json, connection: Json) -> bool:
    key = f"{organization['id']}:{connection['id']}"
    found = tenant.store.get("organization_connection", key)
    return found is not None and found.get("is_enabled") is not False


def label_of(connection: Json) -> str:
    """What a user reads on the button of a connection."""
    known = _PROVIDERS.get(connection["strategy"], connection["name"])
    return str(connection.get("display_name") or known)
