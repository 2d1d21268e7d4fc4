"""Which pages may read the answers of the authorization server (Fetch standard, CORS).

A client's `allowed_origins` and `web_origins`, and by default the origins of its callbacks.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from auth0_emulator.call import Json

_EXPOSED = "DPoP-Nonce, Auth0-RateLimit, Retry-After, WWW-Authenticate"
_TWO_HOURS = "7200"


def preflight(request: Request) -> Response:
    """Names no client yet, so it is allowed; the answer to the request itself is not."""
    headers = {
        "access-control-allow-origin": request.headers.get("origin", "*"),
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": request.headers.get("access-control-request-headers", "*"),
        "access-control-max-age": _TWO_HOURS,
        "vary": "origin",
    }
    return Response(status_code=204, headers=headers)


def headers_for(request: Request, client: Json | None) -> dict[str, str]:
    """What lets the page that sent a request read the answer; {} if the client has no such page."""
    origin = request.headers.get("origin")
    if origin is None or client is None or origin not in _origins(client):
        return {}
    return {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": _EXPOSED,
        "vary": "origin",
    }


def _origins(client: Json) -> set[str]:
    urls = [url for name in ("allowed_origins", "web_origins") for url in client.get(name) or ()]
    return {origin_of(url) for url in (*urls, *(client.get("callbacks") or ()))} - {""}


def origin_of(url: str) -> str:
    """`https://shop.example:8443`; "" if the URL has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""
