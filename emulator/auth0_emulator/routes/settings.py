"""What the tenant has once: settings, pages, e-mail; and its rate-limit policies."""

from auth0_emulator import (
    branding_themes,
    custom_domains,
    emails,
    rate_limit_policies,
    tenant_settings,
)
from auth0_emulator.bodies import branding, people
from auth0_emulator.bodies import tenant_settings as body
from auth0_emulator.routing import op

_TEMPLATE = "/branding/templates/universal-login"
_POLICIES = "/rate-limit-policies"

_SETTINGS = (
    op("GET /tenants/settings", tenant_settings.read, "read:tenant_settings"),
    op("PATCH /tenants/settings", tenant_settings.update, "update:tenant_settings", body.UPDATE),
    op("GET /prompts", tenant_settings.read_prompts, "read:prompts"),
    op("PATCH /prompts", tenant_settings.update_prompts, "update:prompts", branding.PROMPTS),
    op("GET /custom-domains", custom_domains.list_domains, "read:custom_domains"),
    op(
        "POST /custom-domains",
        custom_domains.create,
        "create:custom_domains",
        branding.CUSTOM_DOMAIN,
    ),
)
_BRANDING = (
    op("GET /branding", tenant_settings.read_branding, "read:branding"),
    op("PATCH /branding", tenant_settings.update_branding, "update:branding", branding.BRANDING),
    op("POST /branding/themes", branding_themes.create, "update:branding", branding.THEME),
    op("GET /branding/themes/default", branding_themes.read_default, "read:branding"),
    op("GET /branding/themes/{id}", branding_themes.read, "read:branding"),
    op("PATCH /branding/themes/{id}", branding_themes.update, "update:branding", branding.THEME),
    op("DELETE /branding/themes/{id}", branding_themes.delete, "delete:branding"),
    op(f"GET {_TEMPLATE}", tenant_settings.read_template, "read:branding"),
    op(f"PUT {_TEMPLATE}", tenant_settings.write_template, "update:branding", branding.TEMPLATE),
    op(f"DELETE {_TEMPLATE}", tenant_settings.delete_template, "delete:branding"),
)
_EMAILS = (
    op(
        "POST /email-templates",
        emails.create_template,
        "create:email_templates",
        people.WHOLE_TEMPLATE,
    ),
    op("GET /email-templates/{id}", emails.read_template, "read:email_templates"),
    op(
        "PATCH /email-templates/{id}",
        emails.update_template,
        "update:email_templates",
        people.UPDATE_TEMPLATE,
    ),
    op(
        "PUT /email-templates/{id}",
        emails.set_template,
        "update:email_templates",
        people.WHOLE_TEMPLATE,
    ),
    op("GET /emails/provider", emails.read_provider, "read:email_provider"),
    op(
        "POST /emails/provider",
        emails.create_provider,
        "create:email_provider",
        people.CREATE_PROVIDER,
    ),
    op(
        "PATCH /emails/provider",
        emails.update_provider,
        "update:email_provider",
        people.UPDATE_PROVIDER,
    ),
    op("DELETE /emails/provider", emails.delete_provider, "delete:email_provider"),
)
_RATES = (
    op(f"GET {_POLICIES}", rate_limit_policies.list_policies, "read:rate_limit_policies"),
    op(
        f"POST {_POLICIES}",
        rate_limit_policies.create,
        "create:rate_limit_policies",
        branding.CREATE_POLICY,
    ),
    op(f"GET {_POLICIES}/{{id}}", rate_limit_policies.read, "read:rate_limit_policies"),
    op(
        f"PATCH {_POLICIES}/{{id}}",
        rate_limit_policies.update,
        "update:rate_limit_policies",
        branding.UPDATE_POLICY,
    ),
    op(f"DELETE {_POLICIES}/{{id}}", rate_limit_policies.delete, "delete:rate_limit_policies"),
)
OPERATIONS = (*_SETTINGS, *_BRANDING, *_EMAILS, *_RATES)
