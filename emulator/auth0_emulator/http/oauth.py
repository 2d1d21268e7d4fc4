"""The authorization server over HTTP, without its pages: tokens, discovery, registration."""

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from auth0_emulator.call import Json
from auth0_emulator.endpoints import dcr
from auth0_emulator.errors import ApiError, OAuthError
from auth0_emulator.http import cross_origin
from auth0_emulator.http.api import read_json, render
from auth0_emulator.http.visits import SESSION_COOKIE
from auth0_emulator.limits import Rate, RateLimiter
from auth0_emulator.oauth import keys, logout, pages, rate_limits, sessions, token_endpoint
from auth0_emulator.oauth.client_authentication import claimed_id
from auth0_emulator.oauth.metadata import metadata
from auth0_emulator.oauth.permissions import client_of
from auth0_emulator.oauth.requests import Refusal
from auth0_emulator.oauth.token_endpoint import TokenRequest
from auth0_emulator.oauth.userinfo import userinfo
from auth0_emulator.tenant import Tenant

Endpoint = Callable[[Request], Awaitable[Response]]
_NO_STORE = {"cache-control": "no-store", "pragma": "no-cache"}
_ANY_PAGE = {"access-control-allow-origin": "*", "cache-control": "public, max-age=15"}


def routes(tenant: Tenant) -> list[Route]:
    """All of them."""
    discovery = _document(lambda: metadata(tenant))
    key_set = _document(lambda: keys.key_set(tenant))
    logouts = {"/v2/logout": logout.auth0_logout, "/oidc/logout": logout.oidc_logout}
    return [
        Route("/oauth/token", _client_endpoint(tenant, _token), methods=["POST", "OPTIONS"]),
        Route("/oauth/revoke", _client_endpoint(tenant, _revoke), methods=["POST", "OPTIONS"]),
        Route("/userinfo", _userinfo(tenant), methods=["GET", "POST", "OPTIONS"]),
        Route("/oidc/register", _registration(tenant), methods=["POST"]),
        Route("/.well-known/openid-configuration", discovery, methods=["GET"]),
        Route("/.well-known/oauth-authorization-server", discovery, methods=["GET"]),
        Route("/.well-known/jwks.json", key_set, methods=["GET"]),
        *[
            Route(path, _logout(tenant, rule), methods=["GET", "POST"])
            for path, rule in logouts.items()
        ],
    ]


def _document(body: Callable[[], Json]) -> Endpoint:
    async def answer(_: Request) -> Response:
        return render(200, body(), _ANY_PAGE)

    return answer


def _token(tenant: Tenant, request: TokenRequest) -> Json | None:
    return token_endpoint.token(tenant, request)


def _revoke(tenant: Tenant, request: TokenRequest) -> Json | None:
    token_endpoint.revoke(tenant, request)
    return None


def _client_endpoint(
    tenant: Tenant, function: Callable[[Tenant, TokenRequest], Json | None]
) -> Endpoint:
    """A call by a client: counted against its rate limit, readable by its own pages."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return cross_origin.preflight(request)
        headers = dict(_NO_STORE)
        try:
            wanted = _read(request, await request.body())
            claimed = claimed_id(wanted.form, wanted.authorization)
            request.state.caller = claimed
            client = client_of(tenant, claimed) if claimed else None
            headers |= cross_origin.headers_for(request, client)
            quota = rate_limits.count(tenant, client) if client else None
            if quota is not None:
                headers |= quota.headers()
                if quota.exceeded:
                    raise rate_limits.too_many_requests(quota)
            body = function(tenant, wanted)
        except OAuthError as error:
            return render(error.status, error.body(), {**headers, **error.headers})
        return render(200, body, headers)

    return answer


def _read(request: Request, body: bytes) -> TokenRequest:
    """The form or JSON of a request, and its headers that matter."""
    proofs = request.headers.getlist("dpop")
    if len(proofs) > 1:
        raise OAuthError(400, "invalid_dpop_proof", "more than one DPoP header")
    authorization = request.headers.get("authorization", "")
    return TokenRequest(_form(request, body), authorization, proofs[0] if proofs else None)


def _form(request: Request, body: bytes) -> dict[str, str]:
    """RFC 6749, section 3.2: no parameter twice; what is not text is left out."""
    if "json" not in request.headers.get("content-type", ""):
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        form = dict(pairs)
        if len(form) != len(pairs):
            raise OAuthError(400, "invalid_request", "a parameter was sent more than once")
        return form
    try:
        value = read_json(body)
    except ApiError as error:
        raise OAuthError(400, "invalid_request", error.message) from error
    items = value.items() if isinstance(value, dict) else ()
    return {key: text for key, text in items if isinstance(text, str)}


def _userinfo(tenant: Tenant) -> Endpoint:
    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return cross_origin.preflight(request)
        # The token alone decides, so that any page that has one may read the answer.
        headers = {**_NO_STORE, "access-control-allow-origin": "*"}
        given = request.headers
        try:
            body = userinfo(
                tenant, request.method, given.get("authorization", ""), given.get("dpop")
            )
        except OAuthError as error:
            return render(error.status, error.body(), {**headers, **error.headers})
        return render(200, body, headers)

    return answer


def _registration(tenant: Tenant) -> Endpoint:
    """`POST /oidc/register`. DCR-02: needs no token, at most five requests a second."""
    limiter = RateLimiter(Rate(5, 5))

    async def answer(request: Request) -> Response:
        try:
            body = read_json(await request.body())
            if not limiter.take():
                text = {"error": "too_many_requests", "error_description": "Rate limit exceeded."}
                return render(429, text, limiter.headers())
            with tenant.store.transaction():
                return render(201, dcr.register(tenant, body))
        except OAuthError as error:
            return render(error.status, error.body())
        except ApiError as error:
            text = {"error": "invalid_request", "error_description": error.message}
            return render(error.status, text)

    return answer


def _logout(tenant: Tenant, rule: Callable[[Tenant, Mapping[str, str]], str | None]) -> Endpoint:
    """Ends the session of a browser; what is refused is shown on the tenant's error page."""

    async def answer(request: Request) -> Response:
        query = dict(request.query_params)
        if request.method == "POST":
            query |= dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        try:
            address = rule(tenant, query)
        except OAuthError as error:
            return pages.refusal(tenant, Refusal(error.error, error.description))
        sessions.end_session(tenant, request.cookies.get(SESSION_COOKIE, ""))
        response = pages.redirect(address) if address else PlainTextResponse("OK")
        response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="lax")
        return response

    return answer
