"""Who may call: the outermost layer, before the request log, the faults and every endpoint.

The tenant is for programs on this machine. A browser on it also runs pages of strangers, which can
send requests to loopback addresses: under a name of their own (DNS rebinding) or from their own
origin. The control plane moreover belongs to the owner of the data folder, who has its token.
"""

import hmac
import re

from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from auth0_emulator.errors import ApiError
from auth0_emulator.http.api import PREFIX, render
from auth0_emulator.tenant import Tenant

CONTROL = "/_control"
TOKEN_HEADER = "x-control-token"  # noqa: S105 - its name
BODY_BYTES = 1024 * 1024
_HOST = re.compile(r"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?", re.IGNORECASE)
# The pages and endpoints of a sign-in are called by browsers, from the applications' origins too.
_NOT_FOR_PAGES = (CONTROL, PREFIX, "/oidc/register")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Guard:
    """ASGI middleware: refuses, or hands on a request whose body has been read."""

    def __init__(self, app: ASGIApp, tenant: Tenant) -> None:
        self._app = app
        self._tenant = tenant

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What is refused leaves no trace in the request log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            self._check(request)
            body = await _limited_body(request)
        except ApiError as error:
            await render(error.status, error.body())(scope, receive, send)
        except ClientDisconnect:
            return
        else:
            await self._app(scope, _replaying(body, receive), send)

    def _check(self, request: Request) -> None:
        headers, path = request.headers, request.scope["path"]
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or _HOST.fullmatch(host) is None:
            raise ApiError(403, f"this tenant is {self._tenant.url}, not {host!r} (emulator)")
        if not path.startswith(_NOT_FOR_PAGES):
            return
        if any(origin != f"https://{host}" for origin in headers.getlist("origin")):
            raise ApiError(403, "not for pages of another origin (emulator)")
        if path.startswith(CONTROL):
            self._check_token(headers.get(TOKEN_HEADER, ""))
        if path.startswith((CONTROL, "/oidc/register")):
            _check_json(request)

    def _check_token(self, token: str) -> None:
        known = self._tenant.fact("control_token")
        if not hmac.compare_digest(token.encode(), known.encode()):
            message = (
                f"the control plane needs the header {TOKEN_HEADER}: the token is in the file"
                " control-token of the data folder, and in the line printed at start-up"
            )
            raise ApiError(401, message)


def _check_json(request: Request) -> None:
    """A page can send other types to another origin without asking; JSON is asked for first."""
    headers = request.headers
    sent = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    kind = headers.get("content-type", "")
    if (kind or (sent and request.method in _WITH_BODY)) and not _is_json(kind):
        raise ApiError(415, f"the body must be application/json, not {kind!r} (emulator)")


def _is_json(kind: str) -> bool:
    return kind.partition(";")[0].strip().lower() == "application/json"


async def _limited_body(request: Request) -> bytes:
    """The body; 413 as soon as it is known to be larger than `BODY_BYTES`."""
    too_large = ApiError(
        413, f"Payload content length greater than maximum allowed: {BODY_BYTES} (emulator wording)"
    )
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > BODY_BYTES:
        raise too_large
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES:
            raise too_large
    return bytes(body)


def _replaying(body: bytes, receive: Receive) -> Receive:
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return messages.pop() if messages else await receive()

    return replay
