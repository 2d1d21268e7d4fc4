"""`/email-templates` and `/emails/provider`."""

from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.fields import merge, select
from auth0_emulator.tenant import Tenant

TEMPLATE, PROVIDER = "email_template", "email_provider"
# What of a provider's credentials is shown again (recorded for `region`).
_SHOWN = ("region", "smtp_host", "smtp_port", "smtp_user", "domain", "tenantId", "clientId")


def create_template(tenant: Tenant, call: Call) -> Answer:
    """200, 409 when the template was written before."""
    name = call.body["template"]
    if tenant.store.get(TEMPLATE, name) is not None:
        raise ApiError(409, "An email template of this type already exists", "template_conflict")
    return Answer(200, tenant.add(TEMPLATE, name, merge({}, call.body)))


def read_template(tenant: Tenant, call: Call) -> Answer:
    """One template, 404 until it is written."""
    return Answer(200, _template(tenant, call))


def update_template(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    template = {**merge(_template(tenant, call), call.body), "template": call.path["id"]}
    tenant.store.replace(TEMPLATE, call.path["id"], template)
    return Answer(200, template)


def set_template(tenant: Tenant, call: Call) -> Answer:
    """Writes the whole template, whether it was there or not."""
    name = call.path["id"]
    template = {**merge({}, call.body), "template": name}
    if tenant.store.get(TEMPLATE, name) is None:
        return Answer(200, tenant.add(TEMPLATE, name, template))
    tenant.store.replace(TEMPLATE, name, template)
    return Answer(200, template)


def _template(tenant: Tenant, call: Call) -> Json:
    template = tenant.store.get(TEMPLATE, call.path["id"])
    if template is None:
        raise ApiError(404, "The template does not exist", "inexistent_email_template")
    return template


def create_provider(tenant: Tenant, call: Call) -> Answer:
    """201; secrets are not shown again."""
    if tenant.store.get(PROVIDER, PROVIDER) is not None:
        raise ApiError(409, "The email provider is already configured", "provider_conflict")
    provider = {"enabled": True, **merge({}, call.body)}
    return Answer(201, _shown(tenant.add(PROVIDER, PROVIDER, _ordered(provider))))


def read_provider(tenant: Tenant, call: Call) -> Answer:
    """The tenant's provider, or 404 `inexistent_email_provider`."""
    return Answer(200, select(_shown(_provider(tenant)), call))


def update_provider(tenant: Tenant, call: Call) -> Answer:
    """What is not sent stays."""
    provider = _ordered(merge(_provider(tenant), call.body))
    tenant.store.replace(PROVIDER, PROVIDER, provider)
    return Answer(200, _shown(provider))


def delete_provider(tenant: Tenant, _: Call) -> Answer:
    """204; 404 when there is none."""
    _provider(tenant)
    tenant.store.remove(PROVIDER, PROVIDER)
    return Answer(204)


def _provider(tenant: Tenant) -> Json:
    provider = tenant.store.get(PROVIDER, PROVIDER)
    if provider is None:
        message = "There is not a configured email provider"
        raise ApiError(404, message, "inexistent_email_provider")
    return provider


def _ordered(provider: Json) -> Json:
    first = ("name", "enabled", "default_from_address", "credentials")
    return {key: provider[key] for key in (*first, *provider) if key in provider}


def _shown(provider: Json) -> Json:
    credentials = provider.get("credentials", {})
    return {**provider, "credentials": {k: v for k, v in credentials.items() if k in _SHOWN}}
