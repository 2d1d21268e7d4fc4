"""A tenant inside the calling process, for fast tests of Python code that takes an httpx client.

    with in_process(new_tenant()) as api:
        assert api("GET", "/clients").status_code == 200

No port, no TLS, no folder. An exception inside the emulator is raised in the test.
"""

import asyncio
from functools import cache
from typing import Any

import httpx

from auth0_emulator.http.app import create_app, ready
from auth0_emulator.oauth import keys
from auth0_emulator.seed import open_tenant
from auth0_emulator.storage import Store
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi, sign_in


def new_tenant(**changes: Any) -> Tenant:
    """A tenant in memory, as new; `changes` are fields of `Tenant`."""
    tenant = Tenant(store=Store(None), domain="localhost:4443", **changes)
    open_tenant(tenant, "-----BEGIN CERTIFICATE-----", _shared_key)
    return tenant


# Making a key takes a tenth of a second and more: the tenants of one test run share one.
_shared_key = cache(keys.make_key)


def in_process(tenant: Tenant, **options: Any) -> ManagementApi:
    """A signed-in client of the tenant; `options` are those of `create_app`."""
    app = create_app(tenant, **options)
    client = httpx.Client(transport=InProcess(app), base_url=tenant.url)
    sign_in(client, ready(tenant, ""))
    return ManagementApi(client, tenant.fact("control_token"))


class InProcess(httpx.BaseTransport):
    """Calls an ASGI application without a server."""

    def __init__(self, app: Any) -> None:
        self._transport = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Runs one request to its end."""
        return self._loop.run_until_complete(self._answer(request))

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        plain = httpx.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self._transport.handle_async_request(plain)
        content = await answer.aread()
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)

    def close(self) -> None:
        """Closes the event loop."""
        self._loop.close()
