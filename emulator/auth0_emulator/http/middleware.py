"""Around every request of the imitated API: the request log, the rate limit and the faults."""

import asyncio
import time
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth0_emulator.errors import ApiError
from auth0_emulator.http.api import PREFIX, raw_path, render
from auth0_emulator.http.control import Entry, RequestLog
from auth0_emulator.limits import RateLimiter
from auth0_emulator.tenant import Tenant

Cut = Callable[[Scope], None]


def cut_nothing(_: Scope) -> None:
    """Without a server there is no connection to close: the caller sees a reset."""
    raise ConnectionResetError("the connection was cut by a fault")


class RequestMiddleware:
    """ASGI middleware. `cut` closes the connection of a request."""

    def __init__(
        self, app: ASGIApp, tenant: Tenant, log: RequestLog, limiter: RateLimiter | None, cut: Cut
    ) -> None:
        self._app = app
        self._tenant = tenant
        self._log = log
        self._limiter = limiter
        self._cut = cut

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request; the control plane is not logged and has no faults."""
        if scope["type"] != "http" or scope["path"].startswith("/_control"):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        query = scope["query_string"].decode("latin-1")
        stamp = self._tenant.clock.stamp()
        entry = self._log.add(Entry(request.method, raw_path(request), stamp, query))
        started = time.perf_counter()
        try:
            await self._handle(request, entry, send)
        finally:
            entry.ms = (time.perf_counter() - started) * 1000
            entry.caller = getattr(request.state, "caller", None)

    async def _handle(self, request: Request, entry: Entry, send: Send) -> None:
        slow = self._apply("slow", entry)
        if slow:
            await asyncio.sleep(slow)
        refusal = self._refusal(entry)
        if refusal is not None:
            entry.status = refusal.status_code
            await refusal(request.scope, request.receive, send)
        elif self._apply("cut-before", entry):
            await self._close(request.scope)
        else:
            await self._app(request.scope, request.receive, self._watched(request, entry, send))

    def _apply(self, do: str, entry: Entry) -> float:
        fault = self._tenant.faults.take(do, entry.method, entry.path)
        if fault is None:
            return 0.0
        entry.fault = do
        return max(fault.seconds, 0.001)

    def _refusal(self, entry: Entry) -> Response | None:
        fault = self._tenant.faults.take("status", entry.method, entry.path)
        if fault is not None:
            entry.fault = "status"
            return _refused(fault.status, self._limit_headers(fault.status))
        limited = self._limiter is not None and entry.path.startswith(PREFIX)
        if limited and self._limiter is not None and not self._limiter.take():
            return _refused(429, self._limiter.headers())
        return None

    def _limit_headers(self, status: int) -> dict[str, str]:
        if status != 429:
            return {}
        if self._limiter is not None:
            return self._limiter.headers()
        soon = str(int(time.time()) + 1)
        return {
            "x-ratelimit-limit": "10",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": soon,
        }

    def _watched(self, request: Request, entry: Entry, send: Send) -> Send:
        dropped = False

        async def watched(message: Message) -> None:
            nonlocal dropped
            if message["type"] == "http.response.start":
                entry.status = message["status"]
                if self._limiter is not None and entry.path.startswith(PREFIX):
                    MutableHeaders(scope=message).update(self._limiter.headers())
                if self._apply("cut-after", entry):
                    dropped = True
                    await self._close(request.scope)
            if not dropped:
                await send(message)

        return watched

    async def _close(self, scope: Scope) -> None:
        self._cut(scope)
        # Lets the server notice it; otherwise it would try to answer 500.
        await asyncio.sleep(0.01)


def _refused(status: int, headers: dict[str, str]) -> Response:
    """MG-15: 429 with the headers that say when to retry; or an error of the service."""
    known = {429: ("Global limit has been reached", "too_many_requests")}
    message, code = known.get(status, ("An internal server error occurred", None))
    return render(status, ApiError(status, message, code).body(), headers)
