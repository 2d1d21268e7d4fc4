"""The scopes that an environment needs follow from its files, and are enough."""

import re
from pathlib import Path

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.tenant.reading import read_environment
from tpa.tenant.scopes import (
    ALWAYS,
    CLIENT_GRANTS,
    CREDENTIALS,
    KEYS,
    LIMITS,
    LOG,
    MEMBERS,
    ORGANIZATIONS,
    READING,
    SETTINGS,
    reading_scopes,
    update_scopes,
)


def test_a_plain_application_needs_the_least(files: Files) -> None:
    files.portal(app_type="spa")
    assert update_scopes(files.load()) == ALWAYS


def test_each_feature_needs_its_own(files: Files) -> None:
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    files.portal(
        grants=[*PORTAL["grants"], {**grant, "organizations": ["north"]}],
        rate_limit={"limit": 5},
    )
    organization = {"name": "northwind", "connections": ["people"]}
    files.dev(organizations={"north": organization})
    found = set(update_scopes(files.load())) - set(ALWAYS)
    assert {scope.partition(":")[2] for scope in found} == {
        "client_credentials",
        "rate_limit_policies",
        "organizations",
        "organization_connections",
        "organization_client_grants",
    }
    assert "update:tenant_settings" not in found


def test_reading_scopes_never_write(files: Files) -> None:
    files.portal(rate_limit={"limit": 5})
    assert {scope.partition(":")[0] for scope in reading_scopes(files.load())} == {"read"}


def test_reading_scopes_leave_nothing_unknown(files: Files, live_tenant: LiveTenant) -> None:
    files.dev(organizations={"north": {"name": "northwind"}})
    catalog = files.load()
    with ManagementClient(live_tenant.second_client(*reading_scopes(catalog))) as client:
        assert read_environment(client, catalog, STACK).unknown == ()


def test_every_reading_scope_is_needed(files: Files, live_tenant: LiveTenant) -> None:
    """Except templates, which only preflight reads, and keys, which only the report reads."""
    catalog = files.load()
    for scope in reading_scopes(catalog):
        if scope in ("read:email_templates", "read:client_credentials"):
            continue
        rest = [other for other in reading_scopes(catalog) if other != scope]
        with ManagementClient(live_tenant.second_client(*rest)) as client:
            lacking = [each.scope for each in read_environment(client, catalog, STACK).unknown]
            assert [scope in each.split(" or ") for each in lacking] == [True], scope


def test_the_guide_lists_them_all() -> None:
    """`read:` `update:clients` in a cell stands for read:clients and update:clients."""
    guide = Path(__file__).parents[3] / "docs/platform-guide.md"
    listed, verbs = set(), list[str]()
    for word in re.findall(r"`([a-z]+:[a-z_]*)`", guide.read_text(encoding="utf-8")):
        verb, _, noun = word.partition(":")
        verbs.append(verb)
        if noun:
            listed |= {f"{each}:{noun}" for each in verbs}
            verbs = []
    features = (*SETTINGS, *LIMITS, *CREDENTIALS, *KEYS, *ORGANIZATIONS, *MEMBERS, *CLIENT_GRANTS)
    assert listed == {*ALWAYS, *READING, LOG, *features}
