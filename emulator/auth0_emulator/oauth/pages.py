"""The tenant's own pages as HTML: no script, nothing from another host, all values escaped."""

from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth.callbacks import with_query
from auth0_emulator.oauth.mail import liquid
from auth0_emulator.oauth.requests import Refusal
from auth0_emulator.oauth.steps import issuer_for
from auth0_emulator.tenant import Tenant

_TEMPLATES = Environment(
    loader=PackageLoader("auth0_emulator.oauth"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# No `form-action`: browsers apply it to the redirects after a form too, also to those behind
# the application's callback, which the tenant does not know.
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
_FRAMES = "frame-ancestors 'none'"
_ALWAYS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def page(tenant: Tenant, template: str, status: int = 200, **values: Any) -> Response:
    """One of the package's templates with its values."""
    found = settings(tenant)
    html = _TEMPLATES.get_template(f"{template}.html").render(
        tenant_name=found.get("friendly_name") or "Auth0 emulator", **values
    )
    return HTMLResponse(html, status, headers={**_ALWAYS, **_protection(tenant, _POLICY)})


def _protection(tenant: Tenant, policy: str) -> dict[str, str]:
    """Frames are forbidden unless the tenant's flag takes the protection away."""
    flags = settings(tenant).get("flags", {})
    if flags.get("disable_clickjack_protection_headers"):
        return {"content-security-policy": policy} if policy else {}
    parts = [part for part in (policy, _FRAMES) if part]
    return {"content-security-policy": "; ".join(parts), "x-frame-options": "DENY"}


def style() -> Response:
    """The style sheet of all pages."""
    text = _TEMPLATES.get_template("style.css").render()
    return Response(text, media_type="text/css; charset=utf-8")


def redirect(address: str, status: int = 302) -> Response:
    """To a page of the tenant or a registered address. Never 307, which would repeat a form with
    its password at the application (RFC 9700, section 4.12).
    """
    return RedirectResponse(address, status, headers=_ALWAYS)


def refusal(tenant: Tenant, refused: Refusal, status: int = 302) -> Response:
    """ORP-01: the callback if it may get errors, else the tenant's error page.

    ORP-07, LP-05: a page of the tenant's, at its address or from its HTML, with the documented
    parameters. The status of the page is not recorded.
    """
    if refused.redirect_uri is not None:
        address = with_query(
            refused.redirect_uri,
            error=refused.error,
            error_description=refused.description,
            state=refused.state,
            iss=issuer_for(tenant),
        )
        return redirect(address, status)
    values = {
        "client_id": refused.client_id,
        "connection": refused.connection,
        "lang": "en",
        "error": refused.error,
        "error_description": refused.description,
        "tracking": tenant.ids.secret(20),
    }
    custom = settings(tenant).get("error_page") or {}
    if custom.get("url"):
        return redirect(with_query(custom["url"], **values), status)
    if custom.get("html"):
        return _custom(tenant, custom["html"], values)
    found = settings(tenant)
    support = {name: found.get(name) or "" for name in ("support_email", "support_url")}
    return page(tenant, "error", 400, **values, **support)


def _custom(tenant: Tenant, source: str, values: dict[str, str | None]) -> Response:
    """The tenant's own HTML may have scripts of its own; only frames are forbidden."""
    html = liquid(source, values)
    return HTMLResponse(html, 400, headers={**_ALWAYS, **_protection(tenant, "")})


def link(path: str, **query: str) -> str:
    """An address of the tenant's own pages."""
    joined = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"/u/{path}?{joined}"
