"""One visit of a browser to a page of a sign-in, and how it goes on from there."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from auth0_emulator.oauth import pages, sessions
from auth0_emulator.oauth.callbacks import origin
from auth0_emulator.oauth.requests import AuthorizationRequest, Refusal
from auth0_emulator.oauth.sessions import Transaction
from auth0_emulator.oauth.steps import (
    Finished,
    Page,
    Step,
    callback_with_code,
    next_step,
    request_of,
)
from auth0_emulator.tenant import Tenant

# `__Host-`: only this host can set them, and they go to no other.
SESSION_COOKIE, BROWSER_COOKIE = "__Host-auth0", "__Host-auth0-browser"
_GONE = Refusal(
    "invalid_request",
    "This sign-in is over, or it was started in another browser. Go back to the application and"
    " start again. (emulator wording)",
)


class Visit:
    """One request of a browser to a page of a sign-in, with all that the page depends on."""

    def __init__(
        self,
        tenant: Tenant,
        request: Request,
        transaction: Transaction,
        asked: AuthorizationRequest,
        form: Mapping[str, str],
    ) -> None:
        self.tenant = tenant
        self.query = request.query_params
        self.form = form
        self.transaction = transaction
        self.asked = asked
        self.posted = request.method == "POST"
        self.cookie = request.cookies.get(SESSION_COOKIE, "")
        self.session = sessions.current_session(tenant, self.cookie)

    def step(self) -> Step:
        """What this sign-in needs next."""
        return next_step(self.tenant, self.asked, self.transaction, self.session)

    def advance(self) -> Response:
        """On to the next page, or back to the application."""
        step = self.step()
        status = 303 if self.posted else 302
        if isinstance(step, Page):
            return pages.redirect(self.link(step.value), status)
        sessions.finish(self.tenant, self.transaction)
        if isinstance(step, Finished):
            address = callback_with_code(self.tenant, self.asked, step.session)
            return pages.redirect(address, status)
        return pages.refusal(self.tenant, step, status)

    def refuse(self, error: str, description: str) -> Response:
        """Ends the sign-in with an error."""
        sessions.finish(self.tenant, self.transaction)
        return pages.refusal(self.tenant, self.asked.refusal(error, description), 303)

    def link(self, path: str, **query: str) -> str:
        """The address of a page of this sign-in."""
        return pages.link(path, state=self.transaction.key, **query)

    def change(self, **changes: object) -> None:
        """Remembers what happened in this sign-in."""
        self.transaction = sessions.change(self.tenant, self.transaction, **changes)

    def show(self, template: str, status: int = 200, **values: Any) -> Response:
        """A page about this sign-in; its form goes to where the page is."""
        organization = self.asked.organization or {}
        common = {
            "action": self.link(template),
            "application": self.asked.client["name"],
            "organization": organization.get("display_name") or organization.get("name", ""),
            "callback": origin(self.asked.redirect_uri),
            "problem": "",
        }
        return pages.page(self.tenant, template, status, **{**common, **values})


def set_cookie(response: Response, name: str, value: str) -> None:
    """For this host and its pages alone; other sites' forms come without it."""
    response.set_cookie(name, value, path="/", secure=True, httponly=True, samesite="lax")


def find_visit(tenant: Tenant, request: Request, form: Mapping[str, str]) -> Visit | Response:
    """The visit to a page, or the error page when there is no such sign-in in this browser."""
    key = request.query_params.get("state", "")
    browser = request.cookies.get(BROWSER_COOKIE, "")
    transaction = sessions.find(tenant, key, browser)
    if transaction is None:
        return pages.refusal(tenant, _GONE)
    asked = request_of(tenant, transaction)
    if isinstance(asked, Refusal):
        sessions.finish(tenant, transaction)
        return pages.refusal(tenant, asked, 303 if request.method == "POST" else 302)
    return Visit(tenant, request, transaction, asked, form)
