"""The ASGI application of a tenant: its routes, middleware and error pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth0_emulator.errors import ApiError
from auth0_emulator.example_data import USERS
from auth0_emulator.http import hosted_pages, oauth, sign_in
from auth0_emulator.http.api import (
    OPERATIONS,
    PREFIX,
    Management,
    render,
)
from auth0_emulator.http.control import Control, RequestLog
from auth0_emulator.http.guard import Guard
from auth0_emulator.http.middleware import Cut, RequestMiddleware, cut_nothing
from auth0_emulator.limits import RateLimiter
from auth0_emulator.routing import Router
from auth0_emulator.tenant import Tenant

_VERBS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def create_app(
    tenant: Tenant,
    limiter: RateLimiter | None = None,
    ca_file: str = "",
    cut: Cut = cut_nothing,
    assets: Path | None = None,
) -> Starlette:
    """The application of a seeded tenant; `assets` is a folder of files that browsers may load."""
    log = RequestLog()
    control = Control(tenant, log, lambda: ready(tenant, ca_file))
    return Starlette(
        routes=[
            *control.routes(),
            *hosted_pages.routes(tenant, assets),
            *sign_in.routes(tenant),
            *oauth.routes(tenant),
            Route(
                PREFIX + "/{rest:path}",
                Management(tenant, Router(OPERATIONS)).__call__,
                methods=_VERBS,
            ),
        ],
        middleware=[
            Middleware(Guard, tenant=tenant),
            Middleware(RequestMiddleware, tenant=tenant, log=log, limiter=limiter, cut=cut),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def ready(tenant: Tenant, ca_file: str) -> dict[str, object]:
    """What a client needs to use the tenant: the line that is printed at start-up."""
    return {
        "domain": tenant.domain,
        "url": tenant.url,
        "ca_file": ca_file,
        "management": {
            "client_id": tenant.fact("management_client_id"),
            "client_secret": tenant.fact("management_client_secret"),
            "audience": tenant.audience,
        },
        "users": [{"username": user["email"], "password": user["password"]} for user in USERS],
        "control": {"token": tenant.fact("control_token")},
    }


async def _not_found(_: Request, __: Exception) -> Response:
    return render(404, ApiError(404, "Not Found").body())
