"""`/email-templates` and `/emails/provider`."""

from auth0_emulator.call import Answer, Call, Json, merge, select
from auth0_emulator.errors import ApiError
from auth0_emulator.routing import op
from auth0_emulator.schema import (
    FLAG,
    TEXT,
    Body,
    Schema,
    choice,
    either,
    loose,
    null_or,
    number,
    record,
    text,
    whole,
)
from auth0_emulator.tenant import Tenant

TEMPLATE, PROVIDER = "email_template", "email_provider"
# The credentials of a provider that are not secret and are shown (recorded for `region`).
_SHOWN = ("region", "smtp_host", "smtp_port", "smtp_user", "domain", "tenantId", "clientId")


def create_template(tenant: Tenant, call: Call) -> Answer:
    """200; 409 if the template exists."""
    name = call.body["template"]
    if tenant.store.get(TEMPLATE, name) is not None:
        raise ApiError(409, "An email template of this type already exists", "template_conflict")
    return Answer(200, tenant.add(TEMPLATE, name, merge({}, call.body)))


def read_template(tenant: Tenant, call: Call) -> Answer:
    """One template; 404 until it is created."""
    return Answer(200, _template(tenant, call))


def update_template(tenant: Tenant, call: Call) -> Answer:
    """A merge: what is not sent stays as it is."""
    template = {**merge(_template(tenant, call), call.body), "template": call.path["id"]}
    tenant.store.replace(TEMPLATE, call.path["id"], template)
    return Answer(200, template)


def set_template(tenant: Tenant, call: Call) -> Answer:
    """Creates or replaces the template."""
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
    """A merge: what is not sent stays as it is."""
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


_TEMPLATES = choice(
    *("verify_email verify_email_by_code reset_email reset_email_by_code welcome_email".split()),
    *("blocked_account stolen_credentials enrollment_email mfa_oob_code user_invitation".split()),
    *("change_password password_reset async_approval".split()),
)
_OR_NOTHING = null_or(TEXT)
_TEMPLATE_FIELDS: dict[str, Schema] = {
    "template": _TEMPLATES,
    "body": _OR_NOTHING,
    "from": _OR_NOTHING,
    "resultUrl": _OR_NOTHING,
    "subject": _OR_NOTHING,
    "syntax": _OR_NOTHING,
    "urlLifetimeInSeconds": null_or(number(0)),
    "includeEmailInRedirect": FLAG,
    "enabled": null_or(FLAG),
}
_WHOLE_TEMPLATE = Body(
    record(_TEMPLATE_FIELDS, required=("template", "body", "from", "subject", "syntax", "enabled"))
)
_UPDATE_TEMPLATE = Body(record(_TEMPLATE_FIELDS))

_CREDENTIALS = either(
    record({"api_key": text(1)}, required=("api_key",)),
    record(dict.fromkeys(("accessKeyId", "secretAccessKey", "region"), text(1)), least=1),
    record(
        {"smtp_host": text(1), "smtp_port": whole(), "smtp_user": text(1), "smtp_pass": text(1)},
        least=1,
    ),
    record({"api_key": text(1), "domain": text(4), "region": null_or(choice("eu"))}, least=1),
    record({"connectionString": text(1)}, least=1),
    record(dict.fromkeys(("clientId", "clientSecret", "tenantId"), text(1)), least=1),
    record({}),
)
_PROVIDER_FIELDS: dict[str, Schema] = {
    "name": choice(
        *("mailgun mandrill sendgrid resend ses sparkpost smtp azure_cs ms365 custom".split())
    ),
    "enabled": FLAG,
    "default_from_address": TEXT,
    "credentials": _CREDENTIALS,
    "settings": null_or(loose({})),
}
_CREATE_PROVIDER = Body(record(_PROVIDER_FIELDS, required=("name", "credentials")))
_UPDATE_PROVIDER = Body(record(_PROVIDER_FIELDS, least=1))

_ONE = "/email-templates/{id}"
_OF_TENANT = "/emails/provider"
OPERATIONS = (
    op("POST /email-templates", create_template, "create:email_templates", _WHOLE_TEMPLATE),
    op(f"GET {_ONE}", read_template, "read:email_templates"),
    op(f"PATCH {_ONE}", update_template, "update:email_templates", _UPDATE_TEMPLATE),
    op(f"PUT {_ONE}", set_template, "update:email_templates", _WHOLE_TEMPLATE),
    op(f"GET {_OF_TENANT}", read_provider, "read:email_provider"),
    op(f"POST {_OF_TENANT}", create_provider, "create:email_provider", _CREATE_PROVIDER),
    op(f"PATCH {_OF_TENANT}", update_provider, "update:email_provider", _UPDATE_PROVIDER),
    op(f"DELETE {_OF_TENANT}", delete_provider, "delete:email_provider"),
)
