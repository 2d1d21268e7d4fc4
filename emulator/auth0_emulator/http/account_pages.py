"""Pages that links in e-mails open: verification of an address, reset of a password."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from auth0_emulator.call import Json
from auth0_emulator.http.visits import Visit
from auth0_emulator.oauth import accounts, mail, pages
from auth0_emulator.oauth.callbacks import with_query
from auth0_emulator.oauth.passwords import set_password
from auth0_emulator.oauth.requests import Refusal
from auth0_emulator.tenant import Tenant

_NOT_SENT = "This tenant sends no mail. If the account exists, this is what would be in it."
_UNUSABLE = "This URL can be used only once, and not for ever."


def routes(tenant: Tenant) -> list[BaseRoute]:
    """The routes; a write and its answer are one transaction of the store."""

    def page(path: str, handler: Callable[[Tenant, str, str | None], Response]) -> Route:
        async def answer(request: Request) -> Response:
            sent = (await request.body()).decode("utf-8", "replace")
            form = dict(parse_qsl(sent, keep_blank_values=True))
            password = form.get("password", "") if request.method == "POST" else None
            with tenant.store.transaction():
                return handler(tenant, request.query_params.get("ticket", ""), password)

        return Route(f"/u/{path}", answer, methods=["GET", "POST"])

    return [page(mail.VERIFY.page, verify), page(mail.RESET.page, reset)]


def request_reset(visit: Visit) -> Response:
    """A step aside from the sign-in page: the e-mail, for an account of an offered database."""
    if not visit.posted:
        return _form("Reset your password", visit, "Email address", "email", "email")
    databases = [one for one in visit.asked.connections if accounts.is_database(one)]
    user = accounts.find_by_email(visit.tenant, databases, visit.form.get("email", ""))
    sent = mail.send(visit.tenant, mail.RESET, user, visit.asked.client) if user else None
    return pages.page(
        visit.tenant,
        "message",
        heading="Check your email",
        text=_NOT_SENT,
        mail=sent,
        next=sent["url"] if sent else visit.link("login"),
    )


def _form(heading: str, visit: Visit, label: str, name: str, autocomplete: str) -> Response:
    return pages.page(
        visit.tenant,
        "form",
        heading=heading,
        action=visit.link("reset-password/request"),
        label=label,
        name=name,
        kind=name,
        autocomplete=autocomplete,
        problem="",
    )


def verify(tenant: Tenant, ticket: str, _: str | None) -> Response:
    """Marks the address as verified."""
    found = mail.find_ticket(tenant, mail.VERIFY, ticket)
    if found is None:
        return pages.refusal(tenant, Refusal("invalid_request", _UNUSABLE))
    user, client = found
    tenant.store.replace("user", user["user_id"], {**user, "email_verified": True})
    mail.use_ticket(tenant, ticket)
    text = "Your email was verified. You can continue using the application."
    return _result(tenant, mail.VERIFY, user, client, text)


def reset(tenant: Tenant, ticket: str, password: str | None) -> Response:
    """Asks for the new password, stores it, and ends the user's sessions."""
    found = mail.find_ticket(tenant, mail.RESET, ticket)
    if found is None:
        return pages.refusal(tenant, Refusal("invalid_request", _UNUSABLE))
    if not password:
        return pages.page(
            tenant,
            "form",
            200 if password is None else 400,
            heading="Choose a new password",
            action=pages.link(mail.RESET.page, ticket=ticket),
            label="New password",
            name="password",
            kind="password",
            autocomplete="new-password",
            problem="" if password is None else "Type a password.",
        )
    user, client = found
    set_password(tenant, user["user_id"], password)
    tenant.store.remove_where("session", {"user_id": user["user_id"]})
    mail.use_ticket(tenant, ticket)
    return _result(tenant, mail.RESET, user, client, "Your password was changed.")


def _result(
    tenant: Tenant, kind: mail.Kind, user: Json, client: Json | None, text: str
) -> Response:
    """Where the template leads to. ORP-03: an address that was built from the empty
    `callback_domain` is none, and the user ends on the error page.
    """
    address = mail.result_address(tenant, kind, user, client)
    if address is None:
        return pages.page(tenant, "message", heading="Done", text=text, mail=None, next="")
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).netloc:
        why = f"The template {kind.template} leads to {address!r}, which is no address."
        return pages.refusal(tenant, Refusal("invalid_request", f"{why} (emulator wording)"))
    return pages.redirect(with_query(address, success="true", message=text), 303)
