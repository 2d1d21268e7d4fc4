"""E-mail that Auth0 would send. None is sent: it is kept, and shown by the control plane.

Templates and the tenant's own pages are written in Liquid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from auth0_emulator.call import Json
from auth0_emulator.endpoints.emails import TEMPLATE
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth.codes import digest
from auth0_emulator.oauth.requests import is_protected
from auth0_emulator.tenant import NAME, Tenant

MAIL, TICKET = "mail", "ticket"
TICKET_SECONDS = 432_000
"""Auth0's default for the lifetime of such links: five days."""
NO_LIQUID = "This text is in Liquid, which is not installed: pip install 'auth0-emulator[liquid]'"


def liquid(source: str, values: Mapping[str, object], *, html: bool = True) -> str:
    """The rendered text, with values escaped for HTML; as it is where it is not valid Liquid.

    Only texts of the tenant's own need it, so the library is an extra: it brings 42 MB.
    """
    try:
        from liquid import Environment  # noqa: PLC0415 - slow to import, rarely needed
        from liquid.exceptions import LiquidError  # noqa: PLC0415
    except ModuleNotFoundError:
        return NO_LIQUID
    try:
        return Environment(autoescape=html).from_string(source).render(**values)
    except LiquidError:
        return source


@dataclass(frozen=True)
class Kind:
    """An e-mail with a link: its template, the page that the link opens, what it says before it
    where the tenant has no text of its own.
    """

    template: str
    page: str
    subject: str
    body: str


VERIFY = Kind(
    "verify_email",
    "email-verification",
    "Verify your email",
    "Verify your email address:",
)
RESET = Kind("reset_email", "reset-password", "Reset your password", "Choose a new password:")


def send(tenant: Tenant, kind: Kind, user: Json, client: Json | None) -> Json:
    """Keeps the e-mail for a user and returns it: `template, to, subject, body, url`."""
    tenant.store.remove_older(TICKET, tenant.clock.now() - TICKET_SECONDS)
    tenant.store.remove_older(MAIL, tenant.clock.now() - TICKET_SECONDS)
    value = tenant.ids.secret()
    client_id = client["client_id"] if client else None
    ticket: Json = {"page": kind.page, "user_id": user["user_id"], "client_id": client_id}
    tenant.add(TICKET, digest(value), ticket)
    url = f"{tenant.url}/u/{kind.page}?ticket={value}"
    template = _template(tenant, kind)
    values = {"url": url, **_values(tenant, user, client)}
    subject, body = template.get("subject"), template.get("body")
    mail = {
        "template": kind.template,
        "to": user.get("email", ""),
        "subject": liquid(subject, values, html=False) if subject else kind.subject,
        "body": liquid(body, values) if body else f"{kind.body} {url}",
        "url": url,
    }
    return tenant.add(MAIL, digest(value), mail)


def find_ticket(tenant: Tenant, kind: Kind, value: str) -> tuple[Json, Json | None] | None:
    """The user and the application of a link that can still be used."""
    tenant.store.remove_older(TICKET, tenant.clock.now() - TICKET_SECONDS)
    ticket = tenant.store.get(TICKET, digest(value))
    if ticket is None or ticket["page"] != kind.page:
        return None
    user = tenant.store.get("user", ticket["user_id"])
    client = tenant.store.get("client", ticket["client_id"]) if ticket["client_id"] else None
    return None if user is None else (user, client)


def use_ticket(tenant: Tenant, value: str) -> None:
    """A link can be used once."""
    tenant.store.remove(TICKET, digest(value))


def result_address(tenant: Tenant, kind: Kind, user: Json, client: Json | None) -> str | None:
    """Where the template sends users afterwards; None if it does not say."""
    source = _template(tenant, kind).get("resultUrl")
    return liquid(source, _values(tenant, user, client), html=False) if source else None


def _template(tenant: Tenant, kind: Kind) -> Json:
    template = tenant.store.get(TEMPLATE, kind.template)
    return template if template is not None and template.get("enabled") is not False else {}


def _values(tenant: Tenant, user: Json, client: Json | None) -> Json:
    found = settings(tenant)
    application = {
        "name": client["name"] if client else NAME,
        "clientID": client["client_id"] if client else "",
        "client_metadata": client.get("client_metadata", {}) if client else {},
        "callback_domain": callback_domain(client),
    }
    return {
        "application": application,
        "client": application,
        "user": user,
        "connection": {"name": user["identities"][0]["connection"]},
        "tenant": NAME,
        **{name: found.get(name, "") for name in ("friendly_name", "support_email", "support_url")},
    }


def callback_domain(client: Json | None) -> str:
    """ORP-03: the origin of the first callback; '' under open redirect protection."""
    callbacks = client.get("callbacks") if client else None
    if client is None or not callbacks or is_protected(client):
        return ""
    parts = urlsplit(callbacks[0])
    return f"{parts.scheme}://{parts.netloc}"
