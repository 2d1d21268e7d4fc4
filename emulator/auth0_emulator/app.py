"""Puts the tenant behind HTTP: one application per tenant, nothing shared."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth0_emulator import hosted_pages
from auth0_emulator.control import Control
from auth0_emulator.errors import ApiError
from auth0_emulator.http import PREFIX, Management, registration, render, token_endpoint
from auth0_emulator.ratelimit import Bucket
from auth0_emulator.requestlog import RequestLog
from auth0_emulator.routes import OPERATIONS
from auth0_emulator.routing import Router
from auth0_emulator.tenant import Tenant
from auth0_emulator.trouble import Cut, Trouble, cut_nothing

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(
    tenant: Tenant,
    bucket: Bucket | None = None,
    ca_file: str = "",
    cut: Cut = cut_nothing,
    assets: Path | None = None,
) -> Starlette:
    """The ASGI application of a seeded tenant; `assets` is a folder of files for browsers."""
    log = RequestLog()
    control = Control(tenant, log, lambda: ready(tenant, ca_file))
    return Starlette(
        routes=[
            *control.routes(),
            *hosted_pages.routes(tenant, assets),
            Route("/oauth/token", token_endpoint(tenant), methods=["POST"]),
            Route("/oidc/register", registration(tenant), methods=["POST"]),
            Route(
                PREFIX + "/{rest:path}",
                Management(tenant, Router(OPERATIONS)).__call__,
                methods=_VERBS,
            ),
        ],
        middleware=[Middleware(Trouble, tenant=tenant, log=log, bucket=bucket, cut=cut)],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def ready(tenant: Tenant, ca_file: str) -> dict[str, object]:
    """What a caller needs to use the tenant."""
    return {
        "domain": tenant.domain,
        "url": tenant.url,
        "ca_file": ca_file,
        "management": {
            "client_id": tenant.fact("management_client_id"),
            "client_secret": tenant.fact("management_client_secret"),
            "audience": tenant.audience,
        },
    }


async def _not_found(_: Request, __: Exception) -> Response:
    return render(404, ApiError(404, "Not Found").body())
