"""Email templates that need the callback's domain, where it is empty."""

from collections.abc import Iterator
from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tpa.preflight.sign_in import AFFECTED, check_templates, needs_fallback

FILE = "stacks/dev.yaml"
DOMAIN = "{{ application.callback_domain }}"
TEMPLATE: dict[str, Any] = {
    "from": "",
    "subject": "Your address",
    "syntax": "liquid",
    "enabled": True,
    "body": f"<a href='{DOMAIN}/thanks'>on</a>",
}


@pytest.fixture
def client(live_tenant: LiveTenant) -> Iterator[ManagementClient]:
    with ManagementClient(live_tenant.credentials) as made:
        yield made


def write(live_tenant: LiveTenant, name: str, **changes: Any) -> None:
    body = {**TEMPLATE, "template": name, **changes}
    assert live_tenant.api("POST", "/email-templates", body).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        DOMAIN,
        "{{client.callback_domain}}/result",
        "{{- application['callback_domain'] | append: '/x' -}}",
        "{% if application.callback_domain %}" + DOMAIN + "{% endif %}",
        "{% if user.name == '' %}" + DOMAIN + "{% endif %}",
        "{% if application.callback_domain == '' %}home{% endif %}" + DOMAIN,
        "{% assign base = application.callback_domain %}{{ base }}",
        "{% if application.name == '' %}a{% elsif user.x %}" + DOMAIN + "{% endif %}",
        "{% endif %}" + DOMAIN,
    ],
)
def test_orp_03_a_use_without_a_fallback(text: str) -> None:
    assert needs_fallback(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello {{ user.name }}, see {{ url }}",
        "write to callback_domain",
        "{% if application.callback_domain == '' %}home{% else %}" + DOMAIN + "{% endif %}",
        "{%- if application.callback_domain != blank -%}" + DOMAIN + "{%- endif -%}",
        '{% unless client.callback_domain == "" %}{{ client.callback_domain }}{% endunless %}',
        "{% if application.callback_domain != '' %}{% if user.x %}"
        + DOMAIN
        + "{% endif %}{% endif %}",
        "{% case application.callback_domain %}{% when '' %}a{% else %}" + DOMAIN + "{% endcase %}",
        "{{ application.callback_domain | default: 'https://www.example.com' }}/x",
        "{% assign b = application.callback_domain | default: 'https://x.test' %}{{ b }}",
        "{% comment %}" + DOMAIN + "{% endcomment %}",
        f"<!-- {DOMAIN} -->",
        "{% if user.x %}a{% elsif application.callback_domain == '' %}b{% else %}"
        + DOMAIN
        + "{% endif %}",
    ],
)
def test_orp_03_a_fallback_or_no_use(text: str) -> None:
    assert not needs_fallback(text)


def test_orp_04_every_affected_template_is_requested_once(
    client: ManagementClient, live_tenant: LiveTenant
) -> None:
    live_tenant.forget_log()
    assert list(check_templates(client, FILE)) == []
    asked = [("GET", f"/email-templates/{name}") for name in AFFECTED]
    assert live_tenant.requests() == asked


@pytest.mark.parametrize("name", AFFECTED)
def test_orp_04_a_template_without_a_fallback_is_named(
    client: ManagementClient, live_tenant: LiveTenant, name: str
) -> None:
    write(live_tenant, name)
    (problem,) = check_templates(client, FILE)
    assert (problem.file, problem.path) == (FILE, ("tenant",))
    assert f"the email template {name} of {live_tenant.domain} (" in problem.what
    assert "in its text, without a fallback" in problem.what
    assert "default:" in problem.fix
    assert str(problem).count("\n") == 2


def test_orp_04_the_address_after_the_link_counts_too(
    client: ManagementClient, live_tenant: LiveTenant
) -> None:
    write(live_tenant, "verify_email", body="{{ url }}", resultUrl=f"{DOMAIN}/done")
    (problem,) = check_templates(client, FILE)
    assert "in its redirect address" in problem.what


def test_orp_04_a_template_that_is_off_or_not_affected(
    client: ManagementClient, live_tenant: LiveTenant
) -> None:
    write(live_tenant, "reset_email", enabled=False)
    write(live_tenant, "welcome_email")
    assert list(check_templates(client, FILE)) == []


def test_a_token_that_may_not_read_templates_gives_one_warning(live_tenant: LiveTenant) -> None:
    with ManagementClient(live_tenant.second_client("read:clients")) as poor:
        (problem,) = check_templates(poor, FILE)
    assert "lacks the scope read:email_templates" in problem.what
    assert "grant read:email_templates" in problem.fix
