"""`/clients/cimd`: clients that describe themselves by a metadata document."""

from auth0_emulator import cimd_keys, metadata_document, strict
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.client_defaults import completed
from auth0_emulator.errors import ApiError, invalid_body, refused
from auth0_emulator.tenant import Tenant
from auth0_emulator.tenant_settings import settings

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
        # an echo of what cannot change is no change
        " is_first_party third_party_security_mode"
    ).split()
)


def register(tenant: Tenant, call: Call) -> Answer:
    """CIMD-01, CIMD-02: creates the client or brings it up to date with its document.

    The description says 201 for a new one; every recorded answer is 200.
    """
    _supported(tenant)
    url = call.body["external_client_id"]
    _address(url)
    text = tenant.documents.take(url)
    if text is None:
        raise invalid_body(f"The Client Metadata document at {url} could not be retrieved.")
    reading = metadata_document.read(url, text)
    if reading.violations:
        raise invalid_body(f"The Client Metadata document at {url} cannot be applied.")
    keys = reading.mapped.get("jwks_uri")
    client = _applied(tenant, url, reading.mapped, cimd_keys.read(tenant, keys) if keys else [])
    strict.check(client)
    return Answer(
        200,
        {
            "client_id": client["client_id"],
            "mapped_fields": reading.mapped,
            "validation": reading.validation(),
        },
    )


def preview(tenant: Tenant, call: Call) -> Answer:
    """CIMD-02: 200 even when the document cannot be had; names the client if there is one."""
    url = call.body["external_client_id"]
    _address(url)
    known = _known(tenant, url)
    identity = {"client_id": known["client_id"]} if known else {}
    text = tenant.documents.take(url)
    if text is None:
        problem = f"The Client Metadata document at {url} could not be retrieved."
        return Answer(200, {"errors": [problem], **identity})
    reading = metadata_document.read(url, text)
    body = {"mapped_fields": reading.mapped, "validation": reading.validation()}
    return Answer(200, {**body, **identity})


def patchable(old: Json, change: Json) -> None:
    """CIMD-07: name, callbacks and logo come from the document."""
    if old.get("external_metadata_type") != "cimd":
        return
    for name, value in change.items():
        if name not in _PATCHABLE and value != old.get(name):
            raise refused(f"{name} of this client comes from its metadata document")


def _supported(tenant: Tenant) -> None:
    """CIMD-01: off unless the tenant setting is on."""
    if not settings(tenant).get("client_id_metadata_document_supported"):
        raise ApiError(
            403,
            "Client ID metadata documents are not enabled for this tenant. (emulator wording)",
            "operation_not_supported",
        )


def _address(url: str) -> None:
    problem = metadata_document.address_problem(url)
    if problem:
        raise refused(f"external_client_id {problem}")


def _known(tenant: Tenant, url: str) -> Json | None:
    """CIMD-09: found by its URL."""
    found = tenant.store.find("client", {"external_client_id": url})
    return found[0] if found else None


def _applied(tenant: Tenant, url: str, mapped: Json, keys: list[Json]) -> Json:
    """CIMD-04: always strict; a refresh also resets `app_type` and `grant_types` (CIMD-07)."""
    old = _known(tenant, url)
    applied = {name: mapped[name] for name in _APPLIED if name in mapped}
    if "token_endpoint_auth_method" in mapped:
        applied["token_endpoint_auth_method"] = mapped["token_endpoint_auth_method"]
    client = {**old, **applied} if old is not None else _new(tenant, url, applied)
    client.pop("token_endpoint_auth_method" if keys else "client_authentication_methods", None)
    if keys:
        client = cimd_keys.attach(tenant, client, keys)
    if old is None:
        return tenant.add("client", client["client_id"], client)
    tenant.store.replace("client", client["client_id"], client)
    return client


def _new(tenant: Tenant, url: str, applied: Json) -> Json:
    body = {
        **applied,
        "is_first_party": False,
        "third_party_security_mode": "strict",
        "external_client_id": url,
        "external_metadata_type": "cimd",
        "external_metadata_created_by": "admin",
    }
    identity = {
        "client_id": tenant.ids.client(strict=True),
        "client_secret": tenant.ids.secret(),
    }
    client = {**identity, **completed(body)}
    return {key: value for key, value in client.items() if key not in _ABSENT}
