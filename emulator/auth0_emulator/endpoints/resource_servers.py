"""`/resource-servers`: the APIs that clients call."""

from urllib.parse import unquote

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, merge, select
from auth0_emulator.endpoints.client_credentials import thumbprint
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import (
    ANYTHING,
    FLAG,
    TEXT,
    Body,
    Schema,
    choice,
    loose,
    many,
    null_or,
    record,
    text,
    whole,
)
from auth0_emulator.tenant import Tenant

KIND = "resource_server"


def find(tenant: Tenant, reference: str) -> Json:
    """MG-14: by id or identifier, the latter escaped once or twice; else 404 (MG-04)."""
    server = tenant.store.get(KIND, reference)
    for identifier in (reference, unquote(reference)):
        if server is None:
            found = tenant.store.find(KIND, {"identifier": identifier})
            server = found[0] if found else None
    if server is None:
        raise ApiError(404, "The resource server does not exist", "inexistent_resource_server")
    return server


def list_resource_servers(tenant: Tenant, call: Call) -> Answer:
    """All APIs, Auth0's own too; filter `identifiers`."""
    wanted = [name for name in call.query.get("identifiers", "").split(",") if name]
    keep = (lambda server: server["identifier"] in wanted) if wanted else None
    return paging.answer(tenant, call, paging.Listing(KIND, "resource_servers", {}, keep))


def create(tenant: Tenant, call: Call) -> Answer:
    """CG-14: 201; by default `allow_all` for user access, a client grant for client access."""
    body = {key: value for key, value in call.body.items() if value is not None}
    if tenant.has(KIND, identifier=body["identifier"]):
        message = "A resource server with the same identifier already exists."
        raise ApiError(409, message, "resource_server_already_exists")
    server = _completed({"id": tenant.ids.resource_server(), **body}, tenant)
    return Answer(201, tenant.add(KIND, server["id"], server))


def read(tenant: Tenant, call: Call) -> Answer:
    """One API."""
    return Answer(200, select(find(tenant, call.path["id"]), call))


def update(tenant: Tenant, call: Call) -> Answer:
    """MG-05, MG-10: 200, as recorded; values are replaced, null removes."""
    old = find(tenant, call.path["id"])
    _check_not_system(old, "System resource servers cannot be patched.")
    policies = {
        **old.get("subject_type_authorization", {}),
        **call.body.get("subject_type_authorization", {}),
    }
    change = {**call.body, "subject_type_authorization": policies}
    server = _completed(merge(old, change), tenant)
    tenant.store.replace(KIND, server["id"], server)
    return Answer(200, server)


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-05, MG-16: 204, also when it does not exist; its client grants are removed too."""
    try:
        server = find(tenant, call.path["id"])
    except ApiError:
        return Answer(204)
    _check_not_system(server, "System resource servers cannot be deleted.")
    tenant.store.remove(KIND, server["id"])
    for grant in tenant.store.find("client_grant", {"audience": server["identifier"]}):
        tenant.store.remove("client_grant", grant["id"])
        tenant.store.remove_where("organization_grant", {"grant_id": grant["id"]})
    return Answer(204)


def _check_not_system(server: Json, sentence: str) -> None:
    """MG-14: Auth0's own APIs cannot be changed or removed."""
    if server.get("is_system"):
        raise ApiError(400, sentence, "invalid_body")


def _completed(body: Json, tenant: Tenant) -> Json:
    server = {
        "allow_offline_access": False,
        "skip_consent_for_verifiable_first_party_clients": False,
        "token_lifetime": 86_400,
        "token_lifetime_for_web": 7_200,
        "signing_alg": "RS256",
        **body,
    }
    server["subject_type_authorization"] = {
        "client": {"policy": "require_client_grant"},
        "user": {"policy": "allow_all"},
        **body.get("subject_type_authorization", {}),
    }
    if server["signing_alg"] == "HS256":
        server.setdefault("signing_secret", tenant.ids.secret(32))
    proof = server.get("proof_of_possession")
    if proof and proof["mechanism"] == "dpop":
        server["proof_of_possession"] = {"required_for": "all_clients", **proof}
    if "token_encryption" in server:
        server["token_encryption"] = _encryption(server["token_encryption"])
    return server


def _encryption(part: Json) -> Json:
    """The key is stored as its thumbprint."""
    key = dict(part["encryption_key"])
    if "pem" in key:
        key["thumbprint_sha256"] = thumbprint(key.pop("pem"))
    return {**part, "encryption_key": key}


_KEY = record(
    {
        "name": text(1, 128),
        "alg": choice("RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"),
        "kid": text(1, 128),
        "pem": text(1, 4096),
    },
    required=("alg", "pem"),
)

# CG-14: the policies per subject type.
_POLICIES = record(
    {
        "user": loose({"policy": choice("allow_all", "deny_all", "require_client_grant")}),
        "client": loose({"policy": choice("deny_all", "require_client_grant")}),
    }
)

_SHARED: dict[str, Schema] = {
    "name": text(high=200, pattern="^[^<>]+$"),
    "scopes": many(
        record({"value": text(1, 280), "description": text(high=500)}, required=("value",))
    ),
    "signing_alg": choice("HS256", "RS256", "RS512", "PS256"),
    "signing_secret": text(16),
    "allow_offline_access": FLAG,
    "allow_online_access": FLAG,
    "allow_online_access_with_ephemeral_sessions": FLAG,
    "token_lifetime": whole(0, 2_592_000),
    "token_lifetime_for_web": whole(0),
    "token_dialect": choice(
        "access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"
    ),
    "skip_consent_for_verifiable_first_party_clients": FLAG,
    "enforce_policies": FLAG,
    "verificationLocation": TEXT,
    "token_encryption": null_or(
        record(
            {"format": choice("compact-nested-jwe"), "encryption_key": _KEY},
            required=("format", "encryption_key"),
        )
    ),
    "consent_policy": null_or(choice("transactional-authorization-with-mfa")),
    "authorization_details": null_or(many(ANYTHING)),
    "authorization_policy": null_or(record({"policy_id": text(1, 1024)}, required=("policy_id",))),
    "proof_of_possession": null_or(
        record(
            {
                "mechanism": choice("mtls", "dpop"),
                "required": FLAG,
                "required_for": choice("public_clients", "all_clients"),
            },
            required=("mechanism", "required"),
        )
    ),
    "subject_type_authorization": _POLICIES,
}

_CREATE = Body(record({"identifier": text(1, 600), **_SHARED}, required=("identifier",)))
_UPDATE = Body(record(_SHARED, least=1))

_ONE = "/resource-servers/{id}"
OPERATIONS = (
    op("GET /resource-servers", list_resource_servers, "read:resource_servers"),
    op("POST /resource-servers", create, "create:resource_servers", _CREATE),
    op(f"GET {_ONE}", read, "read:resource_servers"),
    op(f"PATCH {_ONE}", update, "update:resource_servers", _UPDATE),
    op(f"DELETE {_ONE}", delete, "delete:resource_servers"),
)
