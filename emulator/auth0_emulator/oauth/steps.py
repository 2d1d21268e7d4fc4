"""What comes next in a sign-in: a page, a refusal, or the end with a code.

Every step starts again from the request as it was sent and from what the tenant holds now, so
nothing that was withdrawn in between is used, and the callback is checked each time.
"""

from dataclasses import dataclass
from enum import Enum

from auth0_emulator.call import Json
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth import consent
from auth0_emulator.oauth.callbacks import is_verifiable, with_query
from auth0_emulator.oauth.codes import AuthorizationCode, create_code
from auth0_emulator.oauth.lookups import facts_for
from auth0_emulator.oauth.requests import AuthorizationRequest, Refusal, decide
from auth0_emulator.oauth.sessions import Session, Transaction
from auth0_emulator.tenant import Tenant

_MEMBER = "organization_member"


class Page(Enum):
    """The pages of a sign-in; the values are their paths below `/u/`."""

    ORGANIZATION = "organization"
    LOGIN = "login"
    CONSENT = "consent"
    CONFIRM = "confirm"


@dataclass(frozen=True)
class Finished:
    """Nothing is left to ask: the user of this session goes back to the application."""

    session: Session


Step = Page | Finished | Refusal


def request_of(tenant: Tenant, transaction: Transaction) -> AuthorizationRequest | Refusal:
    """The request of a transaction, checked as of now."""
    facts = facts_for(tenant, transaction.pairs, transaction.organization)
    return decide(transaction.pairs, facts)


def next_step(
    tenant: Tenant,
    request: AuthorizationRequest,
    transaction: Transaction,
    session: Session | None,
) -> Step:
    """RT-10: with `prompt=none`, what would need a page is an error."""
    page = _page(tenant, request, transaction, session)
    if isinstance(page, Refusal):
        return page
    if page is not None and "none" in request.prompt:
        errors = {Page.LOGIN: "login_required", Page.CONSENT: "consent_required"}
        error = errors.get(page, "interaction_required")
        return request.refusal(error, _SILENT[error])
    if page is not None or session is None:
        return page or Page.LOGIN
    return Finished(session)


_SILENT = {
    "login_required": "Login required",
    "consent_required": "Consent required",
    "interaction_required": "Interaction required",
}


def _page(
    tenant: Tenant,
    request: AuthorizationRequest,
    transaction: Transaction,
    session: Session | None,
) -> Page | Refusal | None:
    if _asks_for_organization(request, "pre_login_prompt"):
        return Page.ORGANIZATION
    if session is None or _must_sign_in(tenant, request, transaction, session):
        return Page.LOGIN
    if _asks_for_organization(request, "post_login_prompt"):
        return Page.ORGANIZATION
    if request.organization and not _is_member(tenant, request, session):
        text = f"user is not part of the {request.organization['id']} organization"
        return request.refusal("access_denied", text)
    return _approval(tenant, request, transaction, session)


def _approval(
    tenant: Tenant, request: AuthorizationRequest, transaction: Transaction, session: Session
) -> Page | None:
    """RT-07: consent once, and whenever `prompt=consent` asks a third party for it."""
    forced = "consent" in request.prompt and not request.client["is_first_party"]
    missing = forced or consent.is_missing(tenant, request, session.user_id)
    if missing and not transaction.consented:
        return Page.CONSENT
    if not transaction.shown and _needs_confirmation(tenant, request):
        return Page.CONFIRM
    return None


def _asks_for_organization(request: AuthorizationRequest, when: str) -> bool:
    """ORG-04: the prompts of clients that require an organization."""
    client = request.client
    required = client.get("organization_usage") == "require"
    return (
        required
        and request.organization is None
        and client.get("organization_require_behavior") == when
    )


def _must_sign_in(
    tenant: Tenant, request: AuthorizationRequest, transaction: Transaction, session: Session
) -> bool:
    """OpenID Connect Core, section 3.1.2.1: `prompt` and `max_age` ask for a new sign-in, and so
    does a session from a connection that is not offered. `select_account` shows the same page.
    """
    if session.connection not in {one["name"] for one in request.connections}:
        return True
    if transaction.authenticated:
        return False
    age = tenant.clock.now() - session.auth_time
    too_old = request.max_age is not None and age >= request.max_age
    return too_old or bool(request.prompt & {"login", "select_account"})


def _is_member(tenant: Tenant, request: AuthorizationRequest, session: Session) -> bool:
    """Members, and those whom the connection makes members when they sign in."""
    organization_id = (request.organization or {})["id"]
    key = f"{organization_id}:{session.user_id}"
    if tenant.store.get(_MEMBER, key) is not None:
        return True
    for connection in request.connections:
        if connection["name"] == session.connection:
            pair = f"{organization_id}:{connection['id']}"
            enabled = tenant.store.get("organization_connection", pair) or {}
            if enabled.get("assign_membership_on_login"):
                body = {"organization_id": organization_id, "user_id": session.user_id}
                tenant.add(_MEMBER, key, body)
                return True
    return False


def _needs_confirmation(tenant: Tenant, request: AuthorizationRequest) -> bool:
    """TP-CREATE-20: an address that another application could claim, and no page was shown; the
    client's setting wins over the tenant's.
    """
    name = "skip_non_verifiable_callback_uri_confirmation_prompt"
    skipped = request.client.get(name, settings(tenant).get(name))
    first_party = request.client["is_first_party"]
    return not (first_party or skipped or is_verifiable(request.redirect_uri))


def callback_with_code(tenant: Tenant, request: AuthorizationRequest, session: Session) -> str:
    """Makes the code; returns the application's address with it (RFC 6749, section 4.1.2)."""
    code = AuthorizationCode(
        client_id=request.client["client_id"],
        user_id=session.user_id,
        connection=session.connection,
        organization_id=request.organization["id"] if request.organization else None,
        redirect_uri=request.redirect_uri,
        redirect_uri_was_sent=request.redirect_uri_was_sent,
        code_challenge=request.code_challenge,
        audience=request.audience,
        scopes=request.scopes,
        dpop_jkt=request.dpop_jkt,
        auth_time=session.auth_time,
        nonce=request.nonce,
    )
    value = create_code(tenant, code)
    return with_query(request.redirect_uri, code=value, state=request.state, iss=issuer_for(tenant))


def issuer_for(tenant: Tenant) -> str | None:
    """RFC 9207: `iss` goes into answers if the tenant's setting says so; it is off by default."""
    on = settings(tenant).get("authorization_response_iss_parameter_supported")
    return f"{tenant.url}/" if on else None


def organizations_of(tenant: Tenant, user_id: str) -> list[Json]:
    """Those that a user is a member of."""
    found = tenant.store.find(_MEMBER, {"user_id": user_id})
    bodies = [tenant.store.get("organization", one["organization_id"]) for one in found]
    return [body for body in bodies if body is not None]
