"""`/resource-servers`: the APIs that applications call."""

from urllib.parse import unquote

from auth0_emulator import paging, pem
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge, select
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


def list_servers(tenant: Tenant, call: Call) -> Answer:
    """All APIs, the vendor's own among them; `identifiers` filters."""
    wanted = [name for name in call.query.get("identifiers", "").split(",") if name]
    keep = (lambda server: server["identifier"] in wanted) if wanted else None
    return paging.answer(tenant, call, paging.Listing(KIND, "resource_servers", {}, keep))


def create(tenant: Tenant, call: Call) -> Answer:
    """CG-14: 201; users may call, clients need a grant, unless said otherwise."""
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
    """MG-05, MG-10, X-25: 200; whole values are replaced, null removes."""
    old = find(tenant, call.path["id"])
    _own(old, "System resource servers cannot be patched.")
    policies = {
        **old.get("subject_type_authorization", {}),
        **call.body.get("subject_type_authorization", {}),
    }
    change = {**call.body, "subject_type_authorization": policies}
    server = _completed(merge(old, change), tenant)
    tenant.store.replace(KIND, server["id"], server)
    return Answer(200, server)


def delete(tenant: Tenant, call: Call) -> Answer:
    """MG-05, MG-16: 204, also when already gone; its client grants go too."""
    try:
        server = find(tenant, call.path["id"])
    except ApiError:
        return Answer(204)
    _own(server, "System resource servers cannot be deleted.")
    tenant.store.remove(KIND, server["id"])
    for grant in tenant.store.find("client_grant", {"audience": server["identifier"]}):
        tenant.store.remove("client_grant", grant["id"])
        tenant.store.remove_where("organization_grant", {"grant_id": grant["id"]})
    return Answer(204)


def _own(server: Json, sentence: str) -> None:
    """MG-14: the vendor's own APIs cannot be touched."""
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
    """The key is kept as its thumbprint."""
    key = dict(part["encryption_key"])
    if "pem" in key:
        key["thumbprint_sha256"] = pem.thumbprint(key.pop("pem"))
    return {**part, "encryption_key": key}
