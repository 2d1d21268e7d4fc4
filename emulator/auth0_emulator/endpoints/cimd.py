"""`/clients/cimd`: clients that are described by a client ID metadata document."""

from collections.abc import Mapping

from auth0_emulator.call import Answer, Call, Json, strict_json
from auth0_emulator.endpoints import cimd_documents, strict_mode
from auth0_emulator.endpoints.client_credentials import rsa_thumbprint
from auth0_emulator.endpoints.client_rules import completed
from auth0_emulator.endpoints.tenant_settings import settings
from auth0_emulator.errors import ApiError, invalid_body, refused
from auth0_emulator.routing import op
from auth0_emulator.schema import Body, record, text
from auth0_emulator.tenant import Tenant

Found = Mapping[str, str | None]
"""What was found at addresses; None where nothing was."""
_APPLIED = ("name", "callbacks", "logo_uri", "grant_types", "app_type")
# Recorded: these are absent from new clients of metadata documents.
_ABSENT = ("cross_origin_authentication", "redirection_policy")
_PATCHABLE = frozenset(
    (
        "app_type grant_types jwt_configuration description oidc_conformant allowed_origins"
        " web_origins refresh_token client_metadata require_proof_of_possession"
        " organization_usage organization_require_behavior organization_discovery_methods"
        " redirection_policy default_organization token_quota"
        " skip_non_verifiable_callback_uri_confirmation_prompt"
        # accepted when unchanged
        " is_first_party third_party_security_mode"
    ).split()
)


def register(tenant: Tenant, call: Call) -> Answer:
    """CIMD-01, CIMD-02: creates the client, or updates it from its document.

    Auth0's description says 201 for a new client; every recorded answer is 200.
    """
    url = call.body["external_client_id"]
    client, reading = _registered(tenant, url, call.documents, "admin")
    return Answer(
        200,
        {
            "client_id": client["client_id"],
            "mapped_fields": reading.mapped,
            "validation": reading.validation(),
        },
    )


def brings_document(tenant: Tenant, oauth_id: str) -> bool:
    """True if a request names a document that the tenant does not know yet.

    One page lets only administrators register documents, a newer one describes applications that
    do it by their first authorization request; the tenant's setting allows both here. Auth0 then
    follows changes of the document, which this tenant does not.
    """
    known = _existing(tenant, oauth_id) is not None
    enabled = settings(tenant).get("client_id_metadata_document_supported")
    return bool(enabled and not known and cimd_documents.address_problem(oauth_id) is None)


def register_by_itself(tenant: Tenant, url: str, documents: Found) -> None:
    """Creates the client of a document that was found, unless another request just did; 400 if
    that is not possible.
    """
    if _existing(tenant, url) is None:
        _registered(tenant, url, documents, "client")


def _registered(
    tenant: Tenant, url: str, documents: Found, by: str
) -> tuple[Json, cimd_documents.Reading]:
    text = documents.get(url)
    if text is None:
        raise invalid_body(f"The Client Metadata document at {url} could not be retrieved.")
    reading = cimd_documents.read(url, text)
    if reading.violations:
        raise invalid_body(f"The Client Metadata document at {url} cannot be applied.")
    keys = reading.mapped.get("jwks_uri")
    client = _applied(tenant, url, reading.mapped, _read_keys(documents, keys) if keys else [], by)
    strict_mode.check(client)
    return client, reading


def preview(tenant: Tenant, call: Call) -> Answer:
    """CIMD-02: 200 also if the document cannot be retrieved; names the client if there is one."""
    url = call.body["external_client_id"]
    client = _existing(tenant, url)
    identity = {"client_id": client["client_id"]} if client else {}
    text = call.documents.get(url)
    if text is None:
        problem = f"The Client Metadata document at {url} could not be retrieved."
        return Answer(200, {"errors": [problem], **identity})
    reading = cimd_documents.read(url, text)
    body = {"mapped_fields": reading.mapped, "validation": reading.validation()}
    return Answer(200, {**body, **identity})


def check_change(old: Json, change: Json) -> None:
    """CIMD-07: name, callbacks and logo come from the document and cannot be changed here."""
    if old.get("external_metadata_type") != "cimd":
        return
    for name, value in change.items():
        if name not in _PATCHABLE and value != old.get(name):
            raise refused(f"{name} of this client comes from its metadata document")


def _check_enabled(tenant: Tenant) -> None:
    """CIMD-01: needs the tenant setting."""
    if not settings(tenant).get("client_id_metadata_document_supported"):
        raise ApiError(
            403,
            "Client ID metadata documents are not enabled for this tenant. (emulator wording)",
            "operation_not_supported",
        )


def _registered_address(tenant: Tenant, call: Call) -> str:
    _check_enabled(tenant)
    return _address(tenant, call)


def _address(_: Tenant, call: Call) -> str:
    """CIMD-05: where the document is; checked before anything is fetched."""
    url = str(call.body["external_client_id"])
    problem = cimd_documents.address_problem(url)
    if problem:
        raise refused(f"external_client_id {problem}")
    return url


def _existing(tenant: Tenant, url: str) -> Json | None:
    """CIMD-09: the client of a document, found by the URL."""
    found = tenant.store.find("client", {"external_client_id": url})
    return found[0] if found else None


def _applied(tenant: Tenant, url: str, mapped: Json, keys: list[Json], by: str) -> Json:
    """CIMD-04: always strict; an update also resets `app_type` and `grant_types` (CIMD-07)."""
    old = _existing(tenant, url)
    applied = {name: mapped[name] for name in _APPLIED if name in mapped}
    if "token_endpoint_auth_method" in mapped:
        applied["token_endpoint_auth_method"] = mapped["token_endpoint_auth_method"]
    client = {**old, **applied} if old is not None else _new(tenant, url, applied, by)
    client.pop("token_endpoint_auth_method" if keys else "client_authentication_methods", None)
    if keys:
        client = _attach_keys(tenant, client, keys)
    if old is None:
        return tenant.add("client", client["client_id"], client)
    tenant.store.replace("client", client["client_id"], client)
    return client


def _new(tenant: Tenant, url: str, applied: Json, by: str) -> Json:
    body = {
        **applied,
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "external_client_id": url,
        "external_metadata_type": "cimd",
        "external_metadata_created_by": by,
    }
    identity = {
        "client_id": tenant.ids.client(strict=True),
        "client_secret": tenant.ids.secret(),
    }
    client = {**identity, **completed(body)}
    return {key: value for key, value in client.items() if key not in _ABSENT}


_CREDENTIAL = "credential"


def _read_keys(documents: Found, address: str) -> list[Json]:
    """The RSA keys of a key set as parts of credentials; 400 if there are none."""
    text = documents.get(address)
    if text is None:
        raise invalid_body(f"The JWKS at {address} could not be retrieved.")
    try:
        keys = strict_json(text)["keys"]
        found = [_read_key(key) for key in keys if key.get("kty") == "RSA"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise invalid_body(f"The JWKS at {address} is not a key set.") from error
    if not found:
        raise invalid_body(f"The JWKS at {address} holds no RSA key.")
    return found


def _read_key(key: Json) -> Json:
    public = {name: key[name] for name in ("e", "kty", "n")}
    if not all(isinstance(value, str) for value in (key["kid"], *public.values())):
        raise TypeError("kid, e and n are texts")
    return {"kid": key["kid"], "thumbprint_sha256": rsa_thumbprint(public), "_jwk": public}


def _attach_keys(tenant: Tenant, client: Json, keys: list[Json]) -> Json:
    """The client with these keys as its credentials; its other credentials are removed."""
    known = {one["kid"]: one for one in _stored_keys(tenant, client)}
    for key in keys:
        _check_unchanged(known.get(key["kid"]), key)
    wanted = {key["kid"] for key in keys}
    for kid, one in known.items():
        if kid not in wanted:
            tenant.store.remove(_CREDENTIAL, one["id"])
    ids = [
        known[k["kid"]]["id"] if k["kid"] in known else _add_key(tenant, client, k) for k in keys
    ]
    credentials = [{"id": one} for one in ids]
    return {
        **client,
        "client_authentication_methods": {"private_key_jwt": {"credentials": credentials}},
    }


def _check_unchanged(old: Json | None, new: Json) -> None:
    """CIMD-08: another key with a known `kid` is refused, and the stored key stays."""
    if old is not None and old["thumbprint_sha256"] != new["thumbprint_sha256"]:
        raise invalid_body(f"The key {new['kid']!r} was used before with other key material.")


def _stored_keys(tenant: Tenant, client: Json) -> list[Json]:
    return tenant.store.find(_CREDENTIAL, {"client_id": client["client_id"]})


def _add_key(tenant: Tenant, client: Json, key: Json) -> str:
    now = tenant.clock.stamp()
    credential = {
        "id": tenant.ids.prefixed("cred"),
        "credential_type": "public_key",
        "alg": "RS256",
        **key,
        "client_id": client["client_id"],
        "created_at": now,
        "updated_at": now,
    }
    return str(tenant.add(_CREDENTIAL, credential["id"], credential)["id"])


_BODY = Body(
    record({"external_client_id": text(1, 120, form="url")}, required=("external_client_id",))
)

_SCOPES = "create:clients update:clients"
OPERATIONS = (
    op("POST /clients/cimd/preview", preview, "read:clients", _BODY, _address),
    op("POST /clients/cimd/register", register, _SCOPES, _BODY, _registered_address),
)
