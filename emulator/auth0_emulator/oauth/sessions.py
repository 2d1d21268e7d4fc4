"""What the tenant remembers of a browser: who is signed in, and the sign-ins under way.

Cookies hold random values; only their digests are stored. A sign-in under way (`Transaction`) is
bound to the browser that started it, so no other site can continue or answer it.
"""

from dataclasses import asdict, dataclass, replace

from auth0_emulator.call import Json
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.oauth.codes import digest
from auth0_emulator.oauth.requests import Pairs
from auth0_emulator.tenant import Tenant

SESSION, TRANSACTION = "session", "sign_in"
TRANSACTION_SECONDS = 3600
_HOUR = 3600


@dataclass(frozen=True)
class Session:
    """A signed-in user; times in seconds since 1970."""

    key: str
    user_id: str
    connection: str
    auth_time: float


@dataclass(frozen=True)
class Transaction:
    """One authorization request on its way through the pages.

    `key` is in the address of the pages; `shown` is true once the user saw one of them.
    """

    key: str
    browser: str
    pairs: Pairs
    authenticated: bool = False
    consented: bool = False
    shown: bool = False
    organization: str | None = None


def start_session(tenant: Tenant, user_id: str, connection: str) -> tuple[str, Session]:
    """A new session: the value of its cookie, and what it is."""
    now, value = tenant.clock.now(), tenant.ids.secret()
    session = Session(digest(value), user_id, connection, now)
    tenant.add(SESSION, session.key, {**asdict(session), "used_at": now})
    return value, session


def current_session(tenant: Tenant, cookie: str) -> Session | None:
    """The session of a cookie while the tenant's lifetimes allow it and its user may sign in."""
    body = tenant.store.get(SESSION, digest(cookie)) if cookie else None
    if body is None or _is_over(tenant, body):
        return None
    user = tenant.store.get("user", body["user_id"])
    if user is None or user.get("blocked"):
        return None
    tenant.store.replace(SESSION, body["key"], {**body, "used_at": tenant.clock.now()})
    return Session(**{key: body[key] for key in Session.__dataclass_fields__})


def _is_over(tenant: Tenant, body: Json) -> bool:
    """`session_lifetime` and `idle_session_lifetime` are hours."""
    found, now = settings(tenant), tenant.clock.now()
    absolute = float(found.get("session_lifetime") or 168) * _HOUR
    idle = float(found.get("idle_session_lifetime") or 72) * _HOUR
    return bool(now >= body["auth_time"] + absolute or now >= body["used_at"] + idle)


def end_session(tenant: Tenant, cookie: str) -> None:
    """Forgets a session, as when another one takes its place in the browser."""
    tenant.store.remove(SESSION, digest(cookie))


def begin(tenant: Tenant, browser: str, pairs: Pairs) -> Transaction:
    """A transaction for a browser (the value of its cookie); forgets those that are over."""
    tenant.store.remove_older(TRANSACTION, tenant.clock.now() - TRANSACTION_SECONDS)
    transaction = Transaction(tenant.ids.secret(43), digest(browser), pairs)
    tenant.add(TRANSACTION, transaction.key, asdict(transaction))
    return transaction


def find(tenant: Tenant, key: str, browser: str) -> Transaction | None:
    """The transaction, if it is not over and this browser started it."""
    tenant.store.remove_older(TRANSACTION, tenant.clock.now() - TRANSACTION_SECONDS)
    body = tenant.store.get(TRANSACTION, key)
    if body is None or body["browser"] != digest(browser):
        return None
    return Transaction(**{**body, "pairs": tuple((name, value) for name, value in body["pairs"])})


def change(tenant: Tenant, transaction: Transaction, **changes: object) -> Transaction:
    """Stores a changed transaction and returns it."""
    changed = replace(transaction, **changes)  # type: ignore[arg-type]
    tenant.store.replace(TRANSACTION, changed.key, asdict(changed))
    return changed


def finish(tenant: Tenant, transaction: Transaction) -> None:
    """Nothing can be done with it any more."""
    tenant.store.remove(TRANSACTION, transaction.key)
