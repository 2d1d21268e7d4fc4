"""Refresh tokens: families that came of one sign-in, rotation, lifetimes, revocation (RT-11)."""

from dataclasses import asdict, dataclass, replace

from auth0_emulator.call import Json
from auth0_emulator.errors import OAuthError
from auth0_emulator.oauth.codes import digest
from auth0_emulator.tenant import Tenant

KIND, FAMILY = "refresh_token", "refresh_token_family"


@dataclass(frozen=True)
class Family:
    """All refresh tokens of one sign-in. Times are in seconds since 1970.

    `generation` counts the rotations. `rotated_at` is when the last one happened.
    """

    id: str
    client_id: str
    user_id: str
    audience: str
    organization_id: str | None
    scopes: tuple[str, ...]
    jkt: str | None
    auth_time: float
    created_at: float
    used_at: float
    rotated_at: float
    generation: int = 0


def start(tenant: Tenant, family: Family) -> str:
    """Stores a new family; returns its first token."""
    tenant.add(FAMILY, family.id, asdict(family))
    return _new_token(tenant, family)


def find(tenant: Tenant, value: str) -> tuple[Family, int] | None:
    """The family of a token and the token's generation; None if unknown or revoked."""
    token = tenant.store.get(KIND, digest(value))
    body = tenant.store.get(FAMILY, token["family"]) if token else None
    if token is None or body is None:
        return None
    return Family(**{**body, "scopes": tuple(body["scopes"])}), token["generation"]


def check_usable(tenant: Tenant, client: Json, family: Family, generation: int) -> None:
    """Refuses a token that has expired, and one that was rotated away: that revokes the family,
    for it may have been stolen. The last but one is still good for `leeway` seconds.

    Call it outside a transaction, which would undo the revocation.
    """
    now, settings = tenant.clock.now(), client.get("refresh_token", {})
    if _expired(settings, family, now):
        raise invalid_token()
    late = now - family.rotated_at >= settings.get("leeway", 0)
    if generation < family.generation - 1 or (generation < family.generation and late):
        revoke(tenant, family.id)
        raise invalid_token()


def use(tenant: Tenant, client: Json, family: Family, generation: int) -> str | None:
    """Uses a token that is usable: the next one of a rotating client, None for others."""
    now = tenant.clock.now()
    current = generation == family.generation
    rotating = client.get("refresh_token", {}).get("rotation_type") == "rotating"
    family = replace(family, used_at=now)
    if rotating and current:
        family = replace(family, rotated_at=now, generation=family.generation + 1)
    with tenant.store.transaction():
        tenant.store.replace(FAMILY, family.id, asdict(family))
        return _new_token(tenant, family) if rotating or not current else None


def _new_token(tenant: Tenant, family: Family) -> str:
    value = tenant.ids.secret(56)
    body = {"family": family.id, "generation": family.generation}
    tenant.add(KIND, digest(value), body)
    return value


def _expired(settings: Json, family: Family, now: float) -> bool:
    """TP-CREATE-05, TP-CREATE-18: the application's settings as they are now; infinite_* wins."""
    if settings.get("expiration_type") != "expiring":
        return False
    absolute, idle = settings.get("token_lifetime"), settings.get("idle_token_lifetime")
    ends = []
    if absolute is not None and not settings.get("infinite_token_lifetime"):
        ends.append(family.created_at + absolute)
    if idle is not None and not settings.get("infinite_idle_token_lifetime"):
        ends.append(family.used_at + idle)
    return any(end <= now for end in ends)


def revoke(tenant: Tenant, family_id: str) -> None:
    """Ends a family: none of its tokens is good any more."""
    tenant.store.remove(FAMILY, family_id)
    tenant.store.remove_where(KIND, {"family": family_id})


def revoke_of_user(tenant: Tenant, user_id: str, **where: str) -> None:
    """Ends all families of a user, or those with this `client_id` and `audience`."""
    for body in tenant.store.find(FAMILY, {"user_id": user_id, **where}):
        revoke(tenant, body["id"])


def invalid_token() -> OAuthError:
    """Whatever the reason: an attacker learns nothing from it."""
    return OAuthError(403, "invalid_grant", "Unknown or invalid refresh token.")
