"""What a new tenant holds: what Auth0 puts into one, and the example data.

The content is the same for every tenant. Ids and secrets are made once and kept, also by a reset.
"""

import secrets
from collections.abc import Callable
from functools import partial

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import completed as completed_client
from auth0_emulator.endpoints.connection_options import completed as completed_connection
from auth0_emulator.endpoints.connections import ENABLED, encrypt
from auth0_emulator.endpoints.users import new_user
from auth0_emulator.example_data import APIS, CONNECTIONS, ORGANIZATION, USERS
from auth0_emulator.oauth import keys
from auth0_emulator.oauth.management_api import MANAGEMENT_SCOPES
from auth0_emulator.oauth.passwords import set_password
from auth0_emulator.tenant import Tenant

_SETTINGS: Json = {
    "change_password": {"enabled": False},
    "default_audience": "",
    "default_directory": "",
    "enabled_locales": ["en"],
    "flags": {
        "allow_changing_enable_sso": False,
        "allow_legacy_delegation_grant_types": False,
        "allow_legacy_ro_grant_types": False,
        "allow_other_legacy_grant_types": False,
        "disable_clickjack_protection_headers": False,
        "disable_impersonation": True,
        "enable_dynamic_client_registration": False,
        "enable_sso": True,
        "revoke_refresh_token_grant": False,
        "universal_login": True,
        "use_scope_descriptions_for_consent": False,
    },
    "friendly_name": "Auth0 emulator",
    "guardian_mfa_page": {"enabled": False},
    "idle_session_lifetime": 72,
    "session_lifetime": 168,
    "ephemeral_session_lifetime": 72,
    "idle_ephemeral_session_lifetime": 24,
    "oidc_logout": {"rp_logout_end_session_endpoint_discovery": True},
    "sandbox_version": "22",
    "sandbox_versions_available": ["22", "18"],
    "resource_parameter_profile": "audience",
    "phone_consolidated_experience": True,
    "client_id_metadata_document_supported": False,
}


_PROMPTS: Json = {
    "universal_login_experience": "new",
    "identifier_first": True,
    "webauthn_platform_first_factor": False,
}


# MIG-04: third-party clients that are older than the security modes report `permissive`.
_OLD_PARTNER: Json = {
    "name": "Partner from before the security modes",
    "app_type": "regular_web",
    "token_endpoint_auth_method": "client_secret_post",
    "callbacks": ["https://old-partner.example.com/callback"],
    "is_first_party": False,
    "third_party_security_mode": "permissive",
}


def open_tenant(
    tenant: Tenant, signing_cert: str, make_key: Callable[[], str] = keys.make_key
) -> None:
    """Fills a new store; in an existing one, adapts what depends on the port it runs on now.

    `make_key` makes the key that tokens are signed with, in PEM; a tenant that has one keeps it.
    """
    with tenant.store.transaction():
        if tenant.store.fact(keys.FACT) is None:
            tenant.store.set_fact(keys.FACT, make_key())
        if tenant.store.fact("domain") is None:
            tenant.store.set_fact("token_key", tenant.ids.secret())
            tenant.store.set_fact("signing_cert", signing_cert)
            tenant.store.set_fact("management_client_id", tenant.ids.client(strict=False))
            tenant.store.set_fact("management_client_secret", tenant.ids.secret())
            _fill(tenant)
        elif tenant.store.fact("domain") != tenant.domain:
            _change_domain(tenant, str(tenant.store.fact("domain")))
        if tenant.store.fact(f"id:{USERS[0]['email']}") is None:
            _users(tenant)  # a folder from before users could sign in
        if tenant.store.fact("control_token") is None:
            tenant.store.set_fact("control_token", secrets.token_urlsafe(32))
        tenant.store.set_fact("domain", tenant.domain)


def reset(tenant: Tenant) -> None:
    """Makes the tenant as new."""
    with tenant.store.transaction():
        tenant.store.clear()
        _fill(tenant)


def _change_domain(tenant: Tenant, old_domain: str) -> None:
    """The Management API's identifier contains the domain, and the grants on it name it."""
    old, new = f"https://{old_domain}/api/v2/", tenant.audience
    for kind, key in (("resource_server", "identifier"), ("client_grant", "audience")):
        for body in tenant.store.find(kind, {key: old}):
            tenant.store.replace(kind, body["id"], {**body, key: new})


def _stable(tenant: Tenant, name: str, make: Callable[[], str]) -> str:
    known = tenant.store.fact(f"id:{name}")
    if known is None:
        known = make()
        tenant.store.set_fact(f"id:{name}", known)
    return known


def _fill(tenant: Tenant) -> None:
    tenant.add("settings", "tenant", _SETTINGS)
    tenant.add("settings", "prompts", _PROMPTS)
    tenant.add("settings", "branding", {})
    _resource_servers(tenant)
    default_app = _clients(tenant)
    _connections(tenant, default_app)
    organization_id = _stable(tenant, "organization", lambda: tenant.ids.prefixed("org"))
    access = {"third_party_client_access": "block"}
    tenant.add("organization", organization_id, {"id": organization_id, **access, **ORGANIZATION})
    _users(tenant)


def _resource_servers(tenant: Tenant) -> None:
    management: Json = {
        "name": "Auth0 Management API",
        "identifier": tenant.audience,
        "is_system": True,
        "scopes": [{"value": scope, "description": _explain(scope)} for scope in MANAGEMENT_SCOPES],
    }
    for api in (management, *APIS):
        name = "management" if api.get("is_system") else api["identifier"]
        server: Json = {
            "id": _stable(tenant, name, tenant.ids.resource_server),
            "allow_offline_access": False,
            "skip_consent_for_verifiable_first_party_clients": False,
            "subject_type_authorization": {
                "client": {"policy": "require_client_grant"},
                "user": {"policy": "allow_all"},
            },
            "token_lifetime": 86_400,
            "token_lifetime_for_web": 7_200,
            "signing_alg": "RS256",
            **api,
        }
        tenant.add("resource_server", server["id"], server)


def _users(tenant: Tenant) -> None:
    for body in USERS:
        own = _stable(tenant, body["email"], tenant.ids.resource_server)
        for connection in tenant.store.find("connection", {"name": "customers"}):
            shown = {key: value for key, value in body.items() if key != "password"}
            user = new_user(tenant, connection, {**shown, "user_id": own, "email_verified": True})
            tenant.add("user", user["user_id"], user)
            set_password(tenant, user["user_id"], body["password"])
    for organization in tenant.store.find("organization", {"name": ORGANIZATION["name"]}):
        for user in tenant.store.find("user", {"email": USERS[0]["email"]}):
            pair = {"organization_id": organization["id"], "user_id": user["user_id"]}
            tenant.add("organization_member", ":".join(pair.values()), pair)


def _explain(scope: str) -> str:
    verb, _, thing = scope.partition(":")
    return f"{verb.capitalize()} {thing.replace('_', ' ').title()}"


def _clients(tenant: Tenant) -> str:
    """The clients of a new tenant; returns the id of the Default App."""
    global_client: Json = {
        "name": "All Applications",
        "callbacks": [],
        "sso": False,
        "global": True,
    }
    management: Json = {
        "name": "Platform deployment (Management API)",
        "client_id": tenant.fact("management_client_id"),
        "client_secret": tenant.fact("management_client_secret"),
        "app_type": "non_interactive",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["client_credentials"],
    }
    _client(tenant, global_client)
    if tenant.legacy:
        _client(tenant, _OLD_PARTNER)
    default_app = _client(tenant, {"name": "Default App", "callbacks": []})
    _client(tenant, management)
    grant: Json = {
        "id": _stable(tenant, "management grant", lambda: tenant.ids.prefixed("cgr")),
        "client_id": management["client_id"],
        "audience": tenant.audience,
        "scope": list(MANAGEMENT_SCOPES),
        "subject_type": "client",
    }
    tenant.add("client_grant", grant["id"], grant)
    return default_app


def _client(tenant: Tenant, body: Json) -> str:
    name = body["name"]
    client = completed_client({"is_first_party": True, **body})
    client = {
        "name": name,
        "client_id": _stable(tenant, name, lambda: tenant.ids.client(strict=False)),
        "client_secret": _stable(tenant, f"{name} secret", tenant.ids.secret),
        **client,
    }
    if client.get("global"):
        # The global client carries pages, not sign-in settings.
        for absent in ("grant_types", "cross_origin_authentication"):
            del client[absent]
        client["jwt_configuration"] = {}
    tenant.add("client", client["client_id"], client)
    return str(client["client_id"])


def _connections(tenant: Tenant, default_app: str) -> None:
    for body in CONNECTIONS:
        name = body["name"]
        identity = _stable(tenant, name, lambda: tenant.ids.prefixed("con"))
        options = dict(body.get("options", {}))
        if "configuration" in options:
            options["configuration"] = {
                key: _stable(tenant, f"{name} {key}", partial(encrypt, tenant, value))
                for key, value in options["configuration"].items()
            }
        given = {**body, "id": identity, **({"options": options} if options else {})}
        tenant.add("connection", identity, completed_connection(given, tenant.domain))
        pair = {"connection_id": identity, "client_id": default_app}
        tenant.add(ENABLED, f"{identity}:{default_app}", pair)
