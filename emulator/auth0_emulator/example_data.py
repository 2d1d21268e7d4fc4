"""The APIs, connections, users, organization and metadata document that every new tenant holds.

The connections have what careless clients lose: secrets, custom scripts, and options that no
client library knows. None of them is a domain connection.
"""

from auth0_emulator.call import Json

APIS: tuple[Json, ...] = (
    {
        "name": "Orders API",
        "identifier": "https://orders.example.com",
        "allow_offline_access": True,
        "scopes": [
            {"value": "read:orders", "description": "See orders"},
            {"value": "write:orders", "description": "Place and change orders"},
            {"value": "cancel:orders", "description": "Cancel orders"},
        ],
    },
    {
        "name": "Catalog API",
        "identifier": "https://catalog.example.com",
        "allow_offline_access": True,
        "scopes": [
            {"value": "read:products", "description": "See products"},
            {"value": "read:prices", "description": "See prices"},
        ],
    },
    {
        "name": "Partner API",
        "identifier": "https://partners.example.com",
        "scopes": [
            {"value": "read:partners", "description": "See partners"},
            {"value": "write:partners", "description": "Change partners"},
            {"value": "read:reports", "description": "See reports"},
        ],
    },
)

_LOGIN_SCRIPT = """function login(email, password, callback) {
  const request = require('request');
  request.post({ url: configuration.LEGACY_URL, auth: { bearer: configuration.LEGACY_KEY },
    json: { email, password } }, (error, response, profile) => callback(error, profile));
}"""

CONNECTIONS: tuple[Json, ...] = (
    {"name": "Username-Password-Authentication", "strategy": "auth0"},
    {
        "name": "customers",
        "strategy": "auth0",
        "metadata": {"owner": "identity-team"},
        "options": {
            "passwordPolicy": "good",
            "password_history": {"enable": True, "size": 5},
            "password_no_personal_info": {"enable": True},
            "password_dictionary": {"enable": True, "dictionary": ["example", "orders"]},
            "password_complexity_options": {"min_length": 12},
            "brute_force_protection": True,
            "enabledDatabaseCustomization": True,
            "import_mode": True,
            "customScripts": {
                "login": _LOGIN_SCRIPT,
                "get_user": "function getByEmail(email, callback) { callback(null); }",
            },
            "configuration": {
                "LEGACY_URL": "https://legacy.example.com/login",
                "LEGACY_KEY": "known-to-the-tenant-only",
            },
            "migration": {"batch": 7, "source": "crm-2019"},
            "x_support_note": "Do not touch before the CRM is switched off",
        },
    },
    {
        "name": "google-oauth2",
        "strategy": "google-oauth2",
        "options": {
            "client_id": "1234567890-demo.apps.googleusercontent.com",
            "client_secret": "demo-google-client-secret",
            "email": True,
            "profile": True,
            "scope": ["email", "profile", "https://www.googleapis.com/auth/calendar.readonly"],
            "allowed_audiences": ["orders.example.com"],
        },
    },
    {
        "name": "acme-workforce",
        "strategy": "waad",
        "display_name": "Acme staff",
        "show_as_button": True,
        "options": {
            "client_id": "9f1b6c1e-6c0a-4f57-8f0e-demo",
            "client_secret": "demo-azure-client-secret",
            "tenant_domain": "acme.onmicrosoft.com",
            "domain": "acme.onmicrosoft.com",
            "domain_aliases": ["acme.example.com"],
            "identity_api": "microsoft-identity-platform-v2.0",
            "waad_protocol": "openid-connect",
            "basic_profile": True,
            "ext_groups": True,
            "upstream_params": {"login_hint": {"alias": "login_hint"}},
        },
    },
)

# Everybody knows these passwords; the tenant listens on loopback only.
USERS: tuple[Json, ...] = (
    {"email": "ann@example.com", "name": "Ann Example", "password": "Ann-signs-in-1"},
    {"email": "ben@example.com", "name": "Ben Example", "password": "Ben-signs-in-2"},
)
"""In the connection `customers`; Ann is a member of the organization, Ben is not."""

ORGANIZATION: Json = {"name": "northwind", "display_name": "Northwind"}

# The metadata document of an agent; its address is reserved for examples and serves nothing.
DOCUMENTS: dict[str, Json] = {
    "https://agent.example.com/oauth/client.json": {
        "client_id": "https://agent.example.com/oauth/client.json",
        "client_name": "Shopping Agent",
        "application_type": "native",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://agent.example.com/callback"],
        "token_endpoint_auth_method": "none",
    }
}
