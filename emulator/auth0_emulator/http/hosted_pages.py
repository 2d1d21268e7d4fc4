"""What browsers load: the Classic login page of the global client, Lock's data, static files.

What Lock asks for is taken from its source (`auth0-lock` 14.3, `core/index`): `/client/ID.js`
normally, the tenant's `/info-v1.js` with `__useTenantInfo`.
"""

import json
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from auth0_emulator.call import Json
from auth0_emulator.endpoints.connections import ENABLED
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.tenant import NAME, Tenant


def routes(tenant: Tenant, assets: Path | None = None) -> list[BaseRoute]:
    """The routes; `assets` is served at `/assets`, so that a browser needs no network."""

    async def login(request: Request) -> Response:
        client_id = request.query_params.get("client", "")
        return _page_or_refusal(lambda: HTMLResponse(page(tenant, client_id)))

    async def client_script(request: Request) -> Response:
        client_id = request.path_params["client_id"]
        return _page_or_refusal(lambda: _script(client_info(tenant, client_id)))

    async def tenant_script(_: Request) -> Response:
        return _script(tenant_info(tenant))

    async def no_session(_: Request) -> Response:
        return JSONResponse({"sso": False})

    async def no_icon(_: Request) -> Response:
        return Response(status_code=204)

    async def no_captcha(_: Request) -> Response:
        return JSONResponse({"required": False})

    files = [Mount("/assets", StaticFiles(directory=assets))] if assets else []
    return [
        Route("/login", login, methods=["GET"]),
        Route("/client/{client_id}.js", client_script, methods=["GET"]),
        Route("/info-v1.js", tenant_script, methods=["GET"]),
        Route(f"/tenants/v1/{NAME}.js", tenant_script, methods=["GET"]),
        Route("/favicon.ico", no_icon, methods=["GET"]),
        Route("/user/ssodata", no_session, methods=["GET"]),
        Route("/usernamepassword/challenge", no_captcha, methods=["POST"]),
        *files,
    ]


def _script(text: str) -> Response:
    return Response(text, media_type="application/x-javascript; charset=utf-8")


def _page_or_refusal(make: Callable[[], Response]) -> Response:
    """The page, or the refusal as one line of text."""
    try:
        return make()
    except ApiError as error:
        return PlainTextResponse(error.message, error.status)


PLACEHOLDER = "@@config@@"
_ENTERPRISE = frozenset(
    "ad adfs auth0-adldap auth0-oidc custom google-apps ip mscrm oidc okta office365 pingfederate"
    " samlp sharepoint waad".split()
)
_PASSWORDLESS = frozenset({"email", "sms"})


def page(tenant: Tenant, client_id: str) -> str:
    """LP-04: the page with its configuration, as `/login?client=ID` shows it."""
    client = _client(tenant, client_id)
    if client.get("third_party_security_mode") == "strict":
        raise refused("strict third-party clients sign in with Universal Login only")
    global_client = tenant.store.find("client", {"global": True})[0]
    if not global_client.get("custom_login_page_on") or not global_client.get("custom_login_page"):
        raise ApiError(404, "no custom login page is enabled (emulator wording)")
    config = json.dumps(configuration(tenant, client)).encode()
    return str(global_client["custom_login_page"]).replace(PLACEHOLDER, b64encode(config).decode())


def configuration(tenant: Tenant, client: Json) -> Json:
    """What a page finds at `@@config@@`; LP-01, LP-02: the keys for third-party clients."""
    callback = next(iter(client.get("callbacks") or []), "")
    return {
        "assetsUrl": "",
        "auth0Domain": tenant.domain,
        "auth0Tenant": NAME,
        "authorizationServer": {"url": tenant.url, "issuer": f"{tenant.url}/"},
        "callbackOnLocationHash": False,
        "callbackURL": callback,
        "clientConfigurationBaseUrl": f"{tenant.url}/",
        "clientID": client["client_id"],
        "colors": settings(tenant, "branding").get("colors", {}),
        "dict": {"signin": {"title": client["name"]}},
        "extraParams": {"protocol": "oauth2", "response_type": "code", "redirect_uri": callback},
        "internalOptions": {
            "protocol": "oauth2",
            "response_type": "code",
            "state": tenant.ids.secret(32),
        },
        "isThirdPartyClient": client.get("is_first_party") is False,
    }


def client_info(tenant: Tenant, client_id: str) -> str:
    """`/client/ID.js`: the connections that are enabled for this client."""
    client = _client(tenant, client_id)
    strategies: dict[str, list[Json]] = {}
    for pair in tenant.store.find(ENABLED, {"client_id": client_id}):
        connection = tenant.store.get("connection", pair["connection_id"])
        if connection is not None:
            shown = _listed(connection)
            strategies.setdefault(connection["strategy"], []).append(shown)
    body = {
        "id": client_id,
        "tenant": NAME,
        "subscription": "enterprise",
        "callback": next(iter(client.get("callbacks") or []), ""),
        "strategies": [{"name": k, "connections": v} for k, v in strategies.items()],
    }
    return f"Auth0.setClient({json.dumps(body)});"


def tenant_info(tenant: Tenant) -> str:
    """`/info-v1.js`: the domain connections, for third-party clients (DC-01)."""
    kinds: dict[str, list[Json]] = {
        kind: [] for kind in ("database", "enterprise", "passwordless", "social")
    }
    for connection in tenant.store.find("connection", {"is_domain_connection": True}):
        shown = {"strategy": connection["strategy"], **_listed(connection)}
        kinds[_kind(connection["strategy"])].append(shown)
    return f"Auth0.setTenant({json.dumps({'connections': kinds})});"


def _listed(connection: Json) -> Json:
    shown = {"name": connection["name"]}
    options = connection.get("options", {})
    if connection.get("display_name"):
        shown["display_name"] = connection["display_name"]
    if connection["strategy"] == "auth0" and options.get("passwordPolicy"):
        shown["passwordPolicy"] = options["passwordPolicy"]
    if options.get("domain"):
        names = [options["domain"], *options.get("domain_aliases", [])]
        shown |= {"domain": options["domain"], "domains": list(dict.fromkeys(names))}
    return shown


def _kind(strategy: str) -> str:
    if strategy == "auth0":
        return "database"
    if strategy in _PASSWORDLESS:
        return "passwordless"
    return "enterprise" if strategy in _ENTERPRISE else "social"


def _client(tenant: Tenant, client_id: str) -> Json:
    client = tenant.store.get("client", client_id)
    if client is None or client.get("global"):
        raise ApiError(404, "Unknown client. (emulator wording)")
    return client
