"""Passwords of users, kept apart from what the Management API shows of them."""

import hashlib
import hmac

from auth0_emulator.tenant import Tenant

KIND = "password"


def set_password(tenant: Tenant, user_id: str, password: str) -> None:
    """Stores the password of a user, hashed, in place of an earlier one."""
    salt = tenant.ids.secret(16)
    body = {"salt": salt, "hash": _hash(password, salt)}
    tenant.store.remove(KIND, user_id)
    tenant.add(KIND, user_id, body)


def has_password(tenant: Tenant, user_id: str, password: str) -> bool:
    """True if it is the user's password; a user without one cannot sign in."""
    body = tenant.store.get(KIND, user_id)
    if body is None:
        return False
    return hmac.compare_digest(body["hash"], _hash(password, body["salt"]))


def _hash(password: str, salt: str) -> str:
    # Cheap parameters: these are test users, and a suite signs them in often.
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt.encode(), n=2**12, r=8, p=1).hex()
