"""The scopes that an environment takes follow from its files, and are enough."""

import re
from pathlib import Path

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.tenant.scopes import (
    ALWAYS,
    KEYS,
    LIMITS,
    LOOKING,
    MACHINES,
    MEMBERS,
    ORGANIZATIONS,
    PROOF,
    SETTINGS,
    looking_scopes,
    update_scopes,
)
from tpa.tenant.view import look


def test_a_plain_application_takes_the_least(files: Files) -> None:
    files.portal(app_type="spa")
    assert update_scopes(files.load()) == ALWAYS


def test_each_feature_takes_its_own(files: Files) -> None:
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


def test_looking_never_writes(files: Files) -> None:
    files.portal(rate_limit={"limit": 5})
    assert {scope.partition(":")[0] for scope in looking_scopes(files.load())} == {"read"}


def test_looking_is_enough_to_see_all(files: Files, live_tenant: LiveTenant) -> None:
    files.dev(organizations={"north": {"name": "northwind"}})
    catalog = files.load()
    with ManagementClient(live_tenant.second_client(*looking_scopes(catalog))) as client:
        assert look(client, catalog, STACK).unknown == ()


def test_every_scope_of_looking_is_needed(files: Files, live_tenant: LiveTenant) -> None:
    """Apart from templates, which the look before an update asks for, and keys, for the report."""
    catalog = files.load()
    for scope in looking_scopes(catalog):
        if scope in ("read:email_templates", "read:client_credentials"):
            continue
        rest = [other for other in looking_scopes(catalog) if other != scope]
        with ManagementClient(live_tenant.second_client(*rest)) as client:
            lacking = [each.scope for each in look(client, catalog, STACK).unknown]
            assert [scope in each.split(" or ") for each in lacking] == [True], scope


def test_the_guide_lists_them_all() -> None:
    """`read:` `update:clients` in a cell stands for read:clients and update:clients."""
    guide = Path(__file__).parents[3] / "docs/platform-guide.md"
    told, verbs = set(), list[str]()
    for word in re.findall(r"`([a-z]+:[a-z_]*)`", guide.read_text(encoding="utf-8")):
        verb, _, noun = word.partition(":")
        verbs.append(verb)
        if noun:
            told |= {f"{each}:{noun}" for each in verbs}
            verbs = []
    features = (*SETTINGS, *LIMITS, *PROOF, *KEYS, *ORGANIZATIONS, *MEMBERS, *MACHINES)
    assert told == {*ALWAYS, *LOOKING, *features}
