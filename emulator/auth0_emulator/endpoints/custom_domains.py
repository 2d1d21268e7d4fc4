"""`/custom-domains`, as far as page templates need them."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json, select
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import Body, choice, null_or, record, table, text
from auth0_emulator.tenant import Tenant

KIND = "custom_domain"


def list_domains(tenant: Tenant, call: Call) -> Answer:
    """A bare array; with `take` a checkpoint list."""

    def show(domain: Json) -> Json:
        return select(domain, call)

    return paging.answer(tenant, call, paging.Listing(KIND, "custom_domains", {}, None, show))


def create(tenant: Tenant, call: Call) -> Answer:
    """201; it stays unverified, as there is no DNS here."""
    if tenant.has(KIND, domain=call.body["domain"]):
        raise ApiError(409, "You already have a custom domain for this domain.")
    record = f"auth0-domain-verification={tenant.ids.resource_server()}"
    domain = {
        "custom_domain_id": tenant.ids.prefixed("cd"),
        "primary": not tenant.store.find(KIND),
        "status": "pending_verification",
        "tls_policy": "recommended",
        **{k: v for k, v in call.body.items() if v is not None and k != "verification_method"},
        "verification": {
            "methods": [{"name": "txt", "record": record, "domain": call.body["domain"]}]
        },
    }
    return Answer(201, tenant.add(KIND, domain["custom_domain_id"], domain))


def read(tenant: Tenant, call: Call) -> Answer:
    """One custom domain."""
    return Answer(200, _find(tenant, call))


def delete(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist."""
    tenant.store.remove(KIND, call.path["id"])
    return Answer(204)


def _find(tenant: Tenant, call: Call) -> Json:
    domain = tenant.store.get(KIND, call.path["id"])
    if domain is None:
        message = "The custom domain does not exist (emulator wording)"
        raise ApiError(404, message, "inexistent_custom_domain")
    return domain


_CREATE = Body(
    record(
        {
            "domain": text(3, 255, form="hostname"),
            "type": choice("auth0_managed_certs", "self_managed_certs"),
            "verification_method": choice("txt"),
            "tls_policy": choice("recommended"),
            "custom_client_ip_header": null_or(
                choice(
                    "true-client-ip", "cf-connecting-ip", "x-forwarded-for", "x-azure-clientip", ""
                )
            ),
            "domain_metadata": table(null_or(text(high=255)), 10),
            "relying_party_identifier": text(high=255, form="hostname"),
        },
        required=("domain", "type"),
    )
)

OPERATIONS = (
    op("GET /custom-domains", list_domains, "read:custom_domains"),
    op("POST /custom-domains", create, "create:custom_domains", _CREATE),
    op("GET /custom-domains/{id}", read, "read:custom_domains"),
    op("DELETE /custom-domains/{id}", delete, "delete:custom_domains"),
)
