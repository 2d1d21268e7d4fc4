"""`/clients/{id}/credentials`: keys with which a client proves who it is."""

from auth0_emulator import pem
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.clock import parse, stamp
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.fields import merge
from auth0_emulator.tenant import Tenant

KIND = "credential"


def list_credentials(tenant: Tenant, call: Call) -> Answer:
    """A bare array, whatever paging is asked for."""
    client_id = _client(tenant, call)["client_id"]
    found = tenant.store.find(KIND, {"client_id": client_id})
    return Answer(200, [_shown(credential) for credential in found])


def create(tenant: Tenant, call: Call) -> Answer:
    """201; the key itself is never shown again."""
    client_id = _client(tenant, call)["client_id"]
    return Answer(201, _shown(_add(tenant, client_id, call.body)))


def read(tenant: Tenant, call: Call) -> Answer:
    """One credential."""
    return Answer(200, _shown(_find(tenant, call)))


def update(tenant: Tenant, call: Call) -> Answer:
    """Only the expiry can be changed. The description says 201; others PATCH with 200."""
    old = _find(tenant, call)
    credential = {**merge(old, call.body), "updated_at": tenant.clock.stamp()}
    tenant.store.replace(KIND, credential["id"], credential)
    return Answer(200, _shown(credential))


def delete(tenant: Tenant, call: Call) -> Answer:
    """204, also when already gone; not while the client still uses it."""
    client = _client(tenant, call)
    wanted = call.path["credential_id"]
    if wanted in _attached_ids(client):
        raise refused("the credential is in use by the client, detach it first")
    credential = tenant.store.get(KIND, wanted)
    if credential is not None and credential["client_id"] == client["client_id"]:
        tenant.store.remove(KIND, wanted)
    return Answer(204)


def adopt_new(tenant: Tenant, client: Json) -> Json:
    """Stores the credentials that a new client brings along and leaves their ids in it."""
    adopted = dict(client)
    for name in ("client_authentication_methods",):
        adopted_methods = {
            method: {
                "credentials": [
                    {"id": _add(tenant, client["client_id"], credential)["id"]}
                    for credential in part["credentials"]
                ]
            }
            for method, part in client.get(name, {}).items()
        }
        if adopted_methods:
            adopted[name] = adopted_methods
    request = client.get("signed_request_object")
    if request and "credentials" in request:
        ids = [{"id": _add(tenant, client["client_id"], c)["id"]} for c in request["credentials"]]
        adopted["signed_request_object"] = {**request, "credentials": ids}
    return adopted


def check_attached(tenant: Tenant, client: Json) -> None:
    """Whatever a client names must be a credential of its own."""
    for wanted in _attached_ids(client):
        credential = tenant.store.get(KIND, wanted)
        if credential is None or credential["client_id"] != client["client_id"]:
            raise refused(f"the client has no credential {wanted!r}")


def _attached_ids(client: Json) -> list[str]:
    parts = list((client.get("client_authentication_methods") or {}).values())
    parts.append(client.get("signed_request_object") or {})
    return [item["id"] for part in parts for item in part.get("credentials", ())]


def _add(tenant: Tenant, client_id: str, body: Json) -> Json:
    now = tenant.clock.stamp()
    credential = {
        "id": tenant.ids.prefixed("cred"),
        **{k: v for k, v in body.items() if k not in ("pem", "parse_expiry_from_cert")},
        "client_id": client_id,
        "created_at": now,
        "updated_at": now,
    }
    if credential["credential_type"] == "public_key":
        if not body.get("pem"):
            raise refused("a public_key credential needs a pem")
        credential.setdefault("kid", pem.thumbprint(body["pem"]))
        credential.setdefault("alg", "RS256")
    if not credential.get("name"):
        credential.pop("name", None)
    if "expires_at" in credential:
        credential["expires_at"] = stamp(parse(credential["expires_at"]))
    same_kid = {"client_id": client_id, "kid": credential.get("kid")}
    if credential.get("kid") and tenant.has(KIND, **same_kid):
        raise ApiError(409, "A credential with the same kid already exists. (emulator wording)")
    return tenant.add(KIND, credential["id"], credential)


def _client(tenant: Tenant, call: Call) -> Json:
    client = tenant.store.get("client", call.path["id"])
    if client is None:
        raise ApiError(404, "The client does not exist", "inexistent_client")
    return client


def _find(tenant: Tenant, call: Call) -> Json:
    client_id = _client(tenant, call)["client_id"]
    credential = tenant.store.get(KIND, call.path["credential_id"])
    if credential is None or credential["client_id"] != client_id:
        raise ApiError(404, "The credential does not exist", "inexistent_credential")
    return credential


def _shown(credential: Json) -> Json:
    return {key: value for key, value in credential.items() if key != "client_id"}
