"""`/authorize` and the pages of Universal Login: sign-in, organization, consent."""

from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auth0_emulator.call import Json
from auth0_emulator.endpoints import cimd
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import ApiError
from auth0_emulator.formats import email as is_email
from auth0_emulator.http import account_pages
from auth0_emulator.http.visits import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    Visit,
    find_visit,
    set_cookie,
)
from auth0_emulator.oauth import accounts, consent, lookups, pages, rate_limits, sessions
from auth0_emulator.oauth.callbacks import with_query
from auth0_emulator.oauth.requests import Refusal, decide
from auth0_emulator.oauth.sessions import Session
from auth0_emulator.oauth.steps import Page, organizations_of, request_of
from auth0_emulator.tenant import Tenant

Handler = Callable[[Visit], Response]


def routes(tenant: Tenant) -> list[BaseRoute]:
    """The routes; a write and its answer are one transaction of the store."""

    async def style(_: Request) -> Response:
        return pages.style()

    def page(path: str, handler: Handler, step: Page = Page.LOGIN) -> Route:
        async def answer(request: Request) -> Response:
            form = _pairs(await request.body()) if request.method == "POST" else ()
            with tenant.store.transaction():
                visit = find_visit(tenant, request, dict(form))
                if isinstance(visit, Response):
                    return visit
                return handler(visit) if visit.step() is step else visit.advance()

        return Route(f"/u/{path}", answer, methods=["GET", "POST"])

    return [
        Route("/authorize", _authorization(tenant), methods=["GET"]),
        Route("/u/style.css", style, methods=["GET"]),
        page("login", login),
        page("identity", identity),
        page("reset-password/request", account_pages.request_reset),
        page("organization", organization_prompt, Page.ORGANIZATION),
        page("consent", consent_page, Page.CONSENT),
        page("confirm", confirm, Page.CONFIRM),
        *account_pages.routes(tenant),
    ]


def _authorization(tenant: Tenant) -> Callable[[Request], Awaitable[Response]]:
    """`GET /authorize`; a metadata document that it names is fetched before."""

    async def answer(request: Request) -> Response:
        oauth_id = dict(_pairs(request.scope["query_string"])).get("client_id", "")
        if cimd.brings_document(tenant, oauth_id):
            found = await tenant.documents.load(oauth_id)
            try:
                with tenant.store.transaction():
                    cimd.register_by_itself(tenant, oauth_id, found)
            except ApiError as error:
                return pages.refusal(tenant, Refusal("invalid_request", error.message))
        with tenant.store.transaction():
            return authorize(tenant, request)

    return answer


def _pairs(data: bytes) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))


def authorize(tenant: Tenant, request: Request) -> Response:
    """RFC 6749, section 4.1.1: checks the request and begins a sign-in.

    LP-03: an application in permissive mode goes to the Classic page if the tenant has one.
    """
    pairs = _pairs(request.scope["query_string"])
    facts = lookups.facts_for(tenant, pairs)
    quota = rate_limits.count(tenant, facts.client) if facts.client else None
    if quota is not None and quota.exceeded:
        return _too_many_requests(tenant, quota)
    asked = decide(pairs, facts)
    if isinstance(asked, Refusal):
        return pages.refusal(tenant, asked)
    request.state.caller = asked.client["client_id"]
    if not is_strict(asked.client) and _has_classic_page(tenant):
        return pages.redirect(_classic_address(pairs, asked.client))
    browser = request.cookies.get(BROWSER_COOKIE) or tenant.ids.secret()
    transaction = sessions.begin(tenant, browser, pairs)
    response = Visit(tenant, request, transaction, asked, {}).advance()
    set_cookie(response, BROWSER_COOKIE, browser)
    return response


def _too_many_requests(tenant: Tenant, quota: rate_limits.Quota) -> Response:
    """RT-21: a page, or the address that the policy names; never the callback."""
    if quota.redirect_uri:
        return pages.redirect(quota.redirect_uri)
    values = {"error": "too_many_requests", "error_description": "Rate limit exceeded."}
    response = pages.refusal(tenant, Refusal(values["error"], values["error_description"]))
    if response.status_code == 400:
        response.status_code = 429
    response.headers.update(rate_limits.too_many_requests(quota).headers)
    return response


def _has_classic_page(tenant: Tenant) -> bool:
    found = tenant.store.find("client", {"global": True})
    return any(one.get("custom_login_page_on") and one.get("custom_login_page") for one in found)


def _classic_address(pairs: tuple[tuple[str, str], ...], client: Json) -> str:
    sent = dict(pairs)
    kept = {name: sent.get(name) for name in ("state", "redirect_uri", "scope", "audience")}
    return with_query("/login", client=client["client_id"], protocol="oauth2", **kept)


def login(visit: Visit) -> Response:
    """Identifier and password; buttons for the other connections."""
    connections = visit.asked.connections
    databases = [one for one in connections if accounts.is_database(one)]
    if len(connections) == 1 and not databases:
        return _to_identity(visit, connections[0])
    if not visit.posted:
        return _login_page(visit, visit.asked.login_hint)
    identifier = visit.form.get("username", "")
    provider = accounts.provider_for(connections, identifier)
    if provider is not None:
        return _to_identity(visit, provider, email=identifier)
    password = visit.form.get("password", "")
    result = accounts.check_password(visit.tenant, databases, identifier, password)
    if isinstance(result, accounts.Failed):
        return _login_page(visit, identifier, result.message, result.status)
    return _signed_in(visit, *result)


def _to_identity(visit: Visit, connection: Json, **query: str) -> Response:
    status = 303 if visit.posted else 302
    return pages.redirect(visit.link("identity", connection=connection["name"], **query), status)


def _login_page(visit: Visit, identifier: str, problem: str = "", status: int = 200) -> Response:
    visit.change(shown=True)
    others = [one for one in visit.asked.connections if not accounts.is_database(one)]
    domains = any("domain" in one.get("options", {}) for one in others)
    with_password = len(others) < len(visit.asked.connections)
    providers = [
        {
            "label": lookups.label_of(one),
            "address": visit.link("identity", connection=one["name"]),
        }
        for one in others
        if one.get("show_as_button", True)
    ]
    return visit.show(
        "login",
        status,
        identifier=identifier,
        problem=problem,
        with_identifier=with_password or domains,
        with_password=with_password,
        providers=providers,
        forgotten=visit.link("reset-password/request"),
    )


def identity(visit: Visit) -> Response:
    """The place of an identity provider outside: it says who the user is."""
    named = visit.query.get("connection", "")
    found = [one for one in visit.asked.connections if one["name"] == named]
    if not found or accounts.is_database(found[0]):
        return visit.advance()
    connection = found[0]
    email = visit.form.get("email", visit.query.get("email", visit.asked.login_hint)).strip()
    if visit.posted and is_email(email):
        user = accounts.from_provider(visit.tenant, connection, email)
        return _signed_in(visit, user, named)
    return visit.show(
        "identity",
        400 if visit.posted else 200,
        action=visit.link("identity", connection=named),
        provider=lookups.label_of(connection),
        connection=named,
        email=email,
        back=visit.link("login") if len(visit.asked.connections) > 1 else "",
        problem="This is not an email address." if visit.posted else "",
    )


def _signed_in(visit: Visit, user: Json, connection: str) -> Response:
    """A session of its own for every sign-in, so that none can be prepared by someone else."""
    if user.get("blocked"):
        return visit.refuse("unauthorized", "user is blocked")
    sessions.end_session(visit.tenant, visit.cookie)
    value, visit.session = sessions.start_session(visit.tenant, user["user_id"], connection)
    visit.change(authenticated=True)
    response = visit.advance()
    set_cookie(response, SESSION_COOKIE, value)
    return response


def organization_prompt(visit: Visit) -> Response:
    """ORG-04: asks for the organization before or after the sign-in, as the client requires."""
    before = visit.asked.client.get("organization_require_behavior") == "pre_login_prompt"
    problem = ""
    if visit.posted:
        named = visit.form.get("organization", "")
        found = lookups.organization_named(visit.tenant, named)
        if found is not None and lookups.admits(visit.tenant, found, visit.asked.client):
            return _in_organization(visit, found)
        problem = f"The organization {named} is not open to this application."
    choices = None
    if not before:
        user_id = visit.session.user_id if visit.session else ""
        choices = [
            {"name": one["name"], "label": one.get("display_name") or one["name"]}
            for one in organizations_of(visit.tenant, user_id)
            if lookups.admits(visit.tenant, one, visit.asked.client)
        ]
        if not choices:
            return visit.refuse("access_denied", "user is not part of an organization")
    status = 400 if problem else 200
    return visit.show("organization", status, choices=choices, problem=problem)


def _in_organization(visit: Visit, organization: Json) -> Response:
    visit.change(organization=organization["id"], shown=True)
    asked = request_of(visit.tenant, visit.transaction)
    if isinstance(asked, Refusal):
        sessions.finish(visit.tenant, visit.transaction)
        return pages.refusal(visit.tenant, asked, 303)
    visit.asked = asked
    return visit.advance()


def consent_page(visit: Visit) -> Response:
    """RT-07, RT-09: what the application may do for the user; ORP-02: a refusal is an error."""
    session = _session(visit)
    if visit.posted and visit.form.get("user_id") != session.user_id:
        return visit.advance()  # somebody else signed in meanwhile, in another tab
    if visit.posted and visit.form.get("action") == "accept":
        consent.remember(visit.tenant, visit.asked, session.user_id)
        visit.change(consented=True, shown=True)
        return visit.advance()
    if visit.posted:
        return visit.refuse("access_denied", "User did not authorize the request")
    flags = settings(visit.tenant).get("flags", {})
    described = bool(flags.get("use_scope_descriptions_for_consent"))
    api = visit.asked.api or {}
    return visit.show(
        "consent",
        user=_name(visit, session),
        user_id=session.user_id,
        api=api.get("name") or visit.asked.audience or "your profile",
        scopes=consent.lines(visit.asked, described=described),
    )


def confirm(visit: Visit) -> Response:
    """TP-CREATE-20: the only page of a sign-in that ends at an address anybody could claim."""
    session = _session(visit)
    if visit.posted and visit.form.get("action") == "accept":
        visit.change(shown=True)
        return visit.advance()
    if visit.posted:
        return visit.refuse("access_denied", "User did not authorize the request")
    return visit.show("confirm", user=_name(visit, session))


def _session(visit: Visit) -> Session:
    if visit.session is None:
        raise LookupError("this page comes after the sign-in")
    return visit.session


def _name(visit: Visit, session: Session) -> str:
    user = visit.tenant.store.get("user", session.user_id) or {}
    return str(user.get("email") or user.get("name") or session.user_id)
