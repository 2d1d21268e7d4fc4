"""What browsers get from the tenant: the login page, what Lock loads, files from a folder."""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from auth0_emulator import login_page
from auth0_emulator.errors import ApiError
from auth0_emulator.tenant import NAME, Tenant


def routes(tenant: Tenant, assets: Path | None = None) -> list[BaseRoute]:
    """All of them; `assets` is served below `/assets`, so that a browser needs no network."""

    async def login(request: Request) -> Response:
        client_id = request.query_params.get("client", "")
        return _answer(lambda: HTMLResponse(login_page.page(tenant, client_id)))

    async def client_info(request: Request) -> Response:
        client_id = request.path_params["client_id"]
        return _answer(lambda: _script(login_page.client_info(tenant, client_id)))

    async def tenant_info(_: Request) -> Response:
        return _script(login_page.tenant_info(tenant))

    async def nobody(_: Request) -> Response:
        return JSONResponse({"sso": False})

    async def no_icon(_: Request) -> Response:
        return Response(status_code=204)

    async def no_captcha(_: Request) -> Response:
        return JSONResponse({"required": False})

    files = [Mount("/assets", StaticFiles(directory=assets))] if assets else []
    return [
        Route("/login", login, methods=["GET"]),
        Route("/client/{client_id}.js", client_info, methods=["GET"]),
        Route("/info-v1.js", tenant_info, methods=["GET"]),
        Route(f"/tenants/v1/{NAME}.js", tenant_info, methods=["GET"]),
        Route("/favicon.ico", no_icon, methods=["GET"]),
        Route("/user/ssodata", nobody, methods=["GET"]),
        Route("/usernamepassword/challenge", no_captcha, methods=["POST"]),
        *files,
    ]


def _script(text: str) -> Response:
    return Response(text, media_type="application/x-javascript; charset=utf-8")


def _answer(make: Callable[[], Response]) -> Response:
    """The page, or one line for a person."""
    try:
        return make()
    except ApiError as error:
        return PlainTextResponse(error.message, error.status)
