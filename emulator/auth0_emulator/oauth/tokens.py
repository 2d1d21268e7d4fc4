"""Access tokens and ID tokens: what they say and how long they are good."""

from dataclasses import dataclass

from auth0_emulator.call import Json
from auth0_emulator.endpoints.client_rules import is_strict
from auth0_emulator.oauth import keys
from auth0_emulator.oauth.permissions import oauth_id_of
from auth0_emulator.tenant import Tenant

_WITHOUT_API = 86_400
"""Seconds: the lifetime of a token for `/userinfo` alone."""


@dataclass(frozen=True)
class Access:
    """Who may do what where. `server` is None for `/userinfo` alone; `jkt` binds it to a key."""

    client: Json
    server: Json | None
    subject: str
    scopes: tuple[str, ...]
    organization_id: str | None = None
    jkt: str | None = None

    @property
    def lifetime(self) -> int:
        """TP-CREATE-16: seconds. For strict clients the shorter of the application's and the
        API's declaration; which of them wins is not documented. For others the API's.
        """
        of_api = _WITHOUT_API if self.server is None else int(self.server["token_lifetime"])
        if not is_strict(self.client):
            return of_api
        return min(of_api, int(self.client["jwt_configuration"]["lifetime_in_seconds"]))


def access_token(tenant: Tenant, access: Access) -> str:
    """RT-19: a JWT for the API, with `org_id` for members of an organization."""
    now = int(tenant.clock.now())
    oauth_id, server = oauth_id_of(access.client), access.server or {}
    claims: Json = {
        "iss": issuer(tenant),
        "sub": access.subject,
        "aud": _audience(tenant, access),
        "iat": now,
        "exp": now + access.lifetime,
        "scope": " ".join(access.scopes),
    }
    if access.subject == f"{oauth_id}@clients":
        claims["gty"] = "client-credentials"
    if access.organization_id:
        claims["org_id"] = access.organization_id
    if access.jkt:
        claims["cnf"] = {"jkt": access.jkt}
    kind = "JWT"
    if str(server.get("token_dialect", "")).startswith("rfc9068"):
        kind = "at+jwt"
        claims |= {"client_id": oauth_id, "jti": tenant.ids.secret(22)}
    else:
        claims["azp"] = oauth_id
    if server.get("signing_alg") == "HS256":
        return keys.sign_with_secret(server["signing_secret"], claims)
    return keys.sign(tenant, claims, server.get("signing_alg", "RS256"), kind)


def _audience(tenant: Tenant, access: Access) -> str | list[str]:
    """RT-05: only clients that are not strict get `/userinfo` beside their API."""
    userinfo = userinfo_url(tenant)
    if access.server is None:
        return userinfo
    with_userinfo = "openid" in access.scopes and access.server.get("signing_alg") != "HS256"
    identifier = str(access.server["identifier"])
    return [identifier, userinfo] if with_userinfo else identifier


def id_token(
    tenant: Tenant, access: Access, user: Json, nonce: str | None, auth_time: float
) -> str:
    """OpenID Connect Core, section 2: for clients that are not strict (RT-05)."""
    now = int(tenant.clock.now())
    settings = access.client.get("jwt_configuration", {})
    claims = {
        **profile(user, access.scopes),
        "iss": issuer(tenant),
        "aud": oauth_id_of(access.client),
        "iat": now,
        "exp": now + int(settings.get("lifetime_in_seconds", 36_000)),
        "auth_time": int(auth_time),
    }
    if nonce:
        claims["nonce"] = nonce
    if settings.get("alg") == "HS256":
        return keys.sign_with_secret(access.client["client_secret"], claims)
    return keys.sign(tenant, claims)


_CLAIMS = {
    "profile": "name given_name family_name nickname picture updated_at".split(),
    "email": ["email", "email_verified"],
    "phone": ["phone_number", "phone_verified"],
}


def profile(user: Json, scopes: tuple[str, ...]) -> Json:
    """OpenID Connect Core, section 5.4: the claims about a user that the scopes ask for."""
    wanted = [claim for scope in scopes for claim in _CLAIMS.get(scope, ())]
    return {"sub": user["user_id"], **{claim: user[claim] for claim in wanted if claim in user}}


def issuer(tenant: Tenant) -> str:
    """With the slash at its end, as Auth0 writes it."""
    return f"{tenant.url}/"


def userinfo_url(tenant: Tenant) -> str:
    """What an access token for OpenID claims names as its audience."""
    return f"{tenant.url}/userinfo"
