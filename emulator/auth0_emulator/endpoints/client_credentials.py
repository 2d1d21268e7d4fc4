"""`/clients/{id}/credentials`: public keys and certificates that a client authenticates with."""

import base64
import hashlib
import json

from auth0_emulator.call import Answer, Call, Json, merge
from auth0_emulator.endpoints.certificates import read_certificate
from auth0_emulator.endpoints.client_body_parts import PUBLIC_KEY
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.routing import op
from auth0_emulator.schema import FILLED, Body, choice, null_or, record, text
from auth0_emulator.tenant import Tenant, format_time, parse_time

KIND = "credential"


def list_credentials(tenant: Tenant, call: Call) -> Answer:
    """A bare array, always without paging."""
    client_id = _client(tenant, call)["client_id"]
    found = tenant.store.find(KIND, {"client_id": client_id})
    return Answer(200, [_shown(credential) for credential in found])


def create(tenant: Tenant, call: Call) -> Answer:
    """201; the key itself is not shown again."""
    client_id = _client(tenant, call)["client_id"]
    return Answer(201, _shown(_add(tenant, client_id, call.body)))


def read(tenant: Tenant, call: Call) -> Answer:
    """One credential."""
    return Answer(200, _shown(_find(tenant, call)))


def update(tenant: Tenant, call: Call) -> Answer:
    """Changes the expiry. 200 like every PATCH, although Auth0's description says 201."""
    old = _find(tenant, call)
    credential = {**merge(old, call.body), "updated_at": tenant.clock.stamp()}
    tenant.store.replace(KIND, credential["id"], credential)
    return Answer(200, _shown(credential))


def delete(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist; refused while the client still uses it."""
    client = _client(tenant, call)
    wanted = call.path["credential_id"]
    if wanted in _attached_ids(client):
        raise refused("the credential is in use by the client, detach it first")
    credential = tenant.store.get(KIND, wanted)
    if credential is not None and credential["client_id"] == client["client_id"]:
        tenant.store.remove(KIND, wanted)
    return Answer(204)


def store_new(tenant: Tenant, client: Json) -> Json:
    """Stores the credentials in the body of a new client, which then names them by id."""

    def stored(part: Json) -> Json:
        ids = [{"id": _add(tenant, client["client_id"], one)["id"]} for one in part["credentials"]]
        return {**part, "credentials": ids}

    body = dict(client)
    methods = client.get("client_authentication_methods")
    if methods:
        body["client_authentication_methods"] = {k: stored(part) for k, part in methods.items()}
    request = client.get("signed_request_object")
    if request and "credentials" in request:
        body["signed_request_object"] = stored(request)
    return body


def check_attached(tenant: Tenant, client: Json) -> None:
    """Each credential that a client names must be its own."""
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
        credential["_jwk"] = public_jwk(body["pem"])
        credential.setdefault("kid", rsa_thumbprint(credential["_jwk"]))
        credential.setdefault("alg", "RS256")
        if body.get("parse_expiry_from_cert") and "BEGIN CERTIFICATE" in body["pem"]:
            credential["expires_at"] = format_time(read_certificate(body["pem"]).expires)
    else:
        credential |= _of_certificate(body)
    if not credential.get("name"):
        credential.pop("name", None)
    if "expires_at" in credential:
        credential["expires_at"] = format_time(parse_time(credential["expires_at"]))
    same_kid = {"client_id": client_id, "kid": credential.get("kid")}
    if credential.get("kid") and tenant.has(KIND, **same_kid):
        raise ApiError(409, "A credential with the same kid already exists. (emulator wording)")
    return tenant.add(KIND, credential["id"], credential)


def _of_certificate(body: Json) -> Json:
    """RFC 8705: a name that another authority vouches for, or one certificate as it is."""
    by_name, pem = body["credential_type"] == "cert_subject_dn", body.get("pem")
    if not pem:
        if by_name and body.get("subject_dn"):
            return {}
        raise refused("a credential of this type needs a pem, cert_subject_dn a subject_dn instead")
    found = read_certificate(pem)
    if by_name:
        return {"subject_dn": found.subject}
    return {"thumbprint_sha256": found.thumbprint, "expires_at": format_time(found.expires)}


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
    hidden = ("client_id", "_jwk")
    return {key: value for key, value in credential.items() if key not in hidden}


def thumbprint(pem: str) -> str:
    """RFC 7638 thumbprint of the RSA key in a PEM public key or certificate; recorded as `kid`."""
    return rsa_thumbprint(public_jwk(pem))


def public_jwk(pem: str) -> Json:
    """The RSA key in a PEM public key or certificate as `{"e", "kty", "n"}` (RFC 7517)."""
    from cryptography import x509  # noqa: PLC0415 - slow to import, rarely needed
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_public_key  # noqa: PLC0415

    data = pem.encode()
    try:
        if "BEGIN CERTIFICATE" in pem:
            key = x509.load_pem_x509_certificate(data).public_key()
        else:
            key = load_pem_public_key(data)  # type: ignore[assignment]
    except ValueError as error:
        raise refused("pem is not a public key or certificate in PEM form") from error
    if not isinstance(key, RSAPublicKey):
        raise refused("pem must hold an RSA public key")
    numbers = key.public_numbers()
    return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def rsa_thumbprint(jwk: Json) -> str:
    """The thumbprint of a key of a JSON Web Key Set, whose numbers are in base64url."""
    members = {name: jwk[name] for name in ("e", "kty", "n")}
    return _base64(hashlib.sha256(json.dumps(members, separators=(",", ":")).encode()).digest())


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


_CREATE = Body(
    record(
        {
            **PUBLIC_KEY["properties"],
            "credential_type": choice("public_key", "cert_subject_dn", "x509_cert"),
            "pem": FILLED,
            "subject_dn": text(1, 256),
        },
        required=("credential_type",),
    )
)
_UPDATE = Body(record({"expires_at": null_or(text(form="date-time"))}, least=1))

_ALL = "/clients/{id}/credentials"
_ONE = _ALL + "/{credential_id}"
OPERATIONS = (
    op(f"GET {_ALL}", list_credentials, "read:client_credentials"),
    op(f"POST {_ALL}", create, "create:client_credentials", _CREATE),
    op(f"GET {_ONE}", read, "read:client_credentials"),
    op(f"PATCH {_ONE}", update, "update:client_credentials", _UPDATE),
    op(f"DELETE {_ONE}", delete, "delete:client_credentials"),
)
