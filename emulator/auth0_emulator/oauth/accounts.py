"""Who signs in: users of database connections by password, all others as their provider says."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from auth0_emulator.call import Json
from auth0_emulator.endpoints import users
from auth0_emulator.oauth.codes import digest
from auth0_emulator.oauth.passwords import has_password
from auth0_emulator.tenant import Tenant

FAILED = "failed_sign_in"
ATTEMPTS = 10
"""Auth0's brute-force protection blocks an account after ten failures in a row."""
BLOCK_SECONDS = 900
"""Auth0 blocks for longer; a developer who mistyped should not have to reset the tenant."""
_IDENTIFIERS = ("email", "username", "phone_number")


@dataclass(frozen=True)
class Failed:
    """Why a password was not accepted; `status` is that of the page."""

    message: str
    status: int = 400


def check_password(
    tenant: Tenant, connections: Iterable[Json], identifier: str, password: str
) -> tuple[Json, str] | Failed:
    """The user and the connection's name, from the first connection that knows the identifier."""
    name = identifier.strip()
    key = digest(name.lower())
    tenant.store.remove_older(FAILED, tenant.clock.now() - BLOCK_SECONDS)
    failures = (tenant.store.get(FAILED, key) or {}).get("count", 0)
    if failures >= ATTEMPTS:
        return Failed("Too many failed attempts. Wait some minutes and try again.", 429)
    for connection in connections:
        user = _find(tenant, connection, name)
        if user is not None and has_password(tenant, user["user_id"], password):
            tenant.store.remove(FAILED, key)
            return user, str(connection["name"])
    tenant.store.remove(FAILED, key)
    tenant.add(FAILED, key, {"count": failures + 1})
    return Failed("Wrong email or password.")


def _find(tenant: Tenant, connection: Json, identifier: str) -> Json | None:
    for field in _IDENTIFIERS:
        value = identifier.lower() if field == "email" else identifier
        for user in tenant.store.find(users.KIND, {field: value}):
            if user["identities"][0]["connection"] == connection["name"]:
                return user
    return None


def find_by_email(tenant: Tenant, connections: Iterable[Json], email: str) -> Json | None:
    """The user of one of these connections with this e-mail address."""
    for connection in connections:
        user = _find(tenant, connection, email.strip())
        if user is not None and user.get("email"):
            return user
    return None


def from_provider(tenant: Tenant, connection: Json, email: str) -> Json:
    """The user that an identity provider vouches for; created at the first sign-in."""
    found = _find(tenant, connection, email)
    if found is not None:
        return found
    own = hashlib.sha256(email.lower().encode("utf-8", "surrogatepass")).hexdigest()[:21]
    body = {"email": email.lower(), "user_id": own, "email_verified": True}
    user = users.new_user(tenant, connection, body)
    known = tenant.store.get(users.KIND, user["user_id"])
    return known or tenant.add(users.KIND, user["user_id"], user)


def provider_for(connections: Iterable[Json], identifier: str) -> Json | None:
    """The enterprise connection that owns the domain of an e-mail address."""
    domain = identifier.strip().rpartition("@")[2].lower()
    for connection in connections:
        options = connection.get("options", {})
        names = [options.get("domain"), *options.get("domain_aliases", ())]
        if domain and domain in names and connection["strategy"] != "auth0":
            return connection
    return None


def is_database(connection: Json) -> bool:
    """True if its users sign in with a password here."""
    return bool(connection["strategy"] == "auth0")
