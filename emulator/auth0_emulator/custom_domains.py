"""`/custom-domains`, as far as other objects ask for one."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import select
from auth0_emulator.tenant import Tenant

KIND = "custom_domain"


def list_domains(tenant: Tenant, call: Call) -> Answer:
    """A bare array; with `take` a checkpoint list."""

    def show(domain: Json) -> Json:
        return select(domain, call)

    return paging.answer(tenant, call, paging.Listing(KIND, "custom_domains", {}, None, show))


def create(tenant: Tenant, call: Call) -> Answer:
    """201, waiting for a DNS record that nobody will ever set."""
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
