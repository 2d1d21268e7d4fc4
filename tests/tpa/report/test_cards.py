"""A card shows what the tenant has; where that is unknown, what the files declare."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.public_keys import rsa_key
from tests.tpa.drift.scenario import Scenario, edited, in_sync, scenario_of, write
from tpa.files.declaration import Declaration, declaration_in
from tpa.files.problems import Problem
from tpa.report.content import cards
from tpa.report.input import Credentials, Keys
from tpa.report.model import Card, Credential
from tpa.tenant.objects import Connection
from tpa.tenant.snapshot import ORGANIZATION_GRANTS, Unknown

EVIL = "https://evil.example/cb"
PUBLIC = rsa_key()
STATED = ("https://dev.acme.test/cb",)
MACHINE = "cgr_portal_orders_client"


def card(sides: Scenario, keys: Keys | None = None) -> Card:
    (found,) = (
        each for each in cards(sides.view, Credentials(keys or {}), {}) if each.key == "portal"
    )
    return found


def keyed(sides: Scenario, *keys: str) -> Scenario:
    """With keys in the tenant."""
    portal = sides.view.managed["portal"]
    return sides.replaced(portal, replace(portal, keys=keys))


def test_a_tenant_as_declared(tmp_path: Path) -> None:
    found = card(in_sync(tmp_path))
    assert (found.callbacks, found.kind, found.connections) == (
        STATED,
        "regular web app",
        ("customers",),
    )
    assert (found.organizations, found.sign_in_notes) == (("northwind",), ())


def test_what_was_changed_is_shown(tmp_path: Path) -> None:
    changed = in_sync(tmp_path).client(
        "portal",
        callbacks=(*STATED, EVIL),
        allowed_origins=("https://evil.example",),
        web_origins=("https://evil.example", "https://more.example"),
        app_type="spa",
        token_endpoint_auth_method="none",
    )
    found = card(changed)
    assert found.callbacks == (*STATED, EVIL)
    assert found.origins == ("https://evil.example", "https://more.example")
    assert found.kind == "single-page app"
    assert found.authentication == "PKCE only (a public application)"
    assert card(in_sync(tmp_path).client("portal", callbacks=())).callbacks == ()


def test_the_mode_is_the_tenants_and_decides_about_organizations(tmp_path: Path) -> None:
    sides = in_sync(tmp_path)
    portal = sides.view.managed["portal"]
    changed = sides.replaced(portal, replace(portal, mode="permissive")).grant(MACHINE)
    assert (card(changed).security_mode, card(changed).organizations) == ("permissive", ())


def test_what_is_not_live_is_shown_as_declared(tmp_path: Path) -> None:
    for missing in ((), ("read:clients",)):
        found = card(in_sync(tmp_path).tenant(clients=(), missing_scopes=missing))
        assert (found.client_id, found.callbacks, found.kind) == ("", STATED, "regular web app")
        assert (found.security_mode, found.organizations) == ("strict", ("northwind",))


def test_keys_are_the_tenants(tmp_path: Path) -> None:
    sides = keyed(in_sync(tmp_path), "cred_1")
    read = {"tpc_portal": (Credential("main", "2026-11-12T22:50:00Z"),)}
    assert card(sides, keys=read).keys == read["tpc_portal"]
    assert card(sides).keys == (Credential("cred_1", ""),)


def test_a_key_that_only_the_files_have_is_not_shown(tmp_path: Path) -> None:
    keys = f"keys: [{{name: main, pem: {json.dumps(PUBLIC)}}}]\nrefresh_token:\n"
    changes = edited("applications/portal", "refresh_token:\n", keys)
    catalog = write(tmp_path, **changes)
    sides = scenario_of(catalog, Declaration(), catalog)
    assert card(sides).keys == ()
    assert card(sides.tenant(clients=())).keys == (Credential("main", ""),)


def test_a_connection_that_is_not_promoted_is_noted(tmp_path: Path) -> None:
    for connections in ({}, {"customers": Connection("con_1")}):
        found = card(in_sync(tmp_path).tenant(connections=connections))
        assert found.connections == ()
        assert found.sign_in_notes == ("in the files, not promoted in the tenant: customers",)


def test_a_promoted_connection_that_is_in_no_file_is_noted(tmp_path: Path) -> None:
    both = {name: Connection(name, promoted=True) for name in ("customers", "evil")}
    found = card(in_sync(tmp_path).tenant(connections=both))
    assert found.connections == ("customers",)
    assert found.sign_in_notes == ("in no file, promoted for all third parties: evil",)


def test_unknown_connections_are_shown_as_declared(tmp_path: Path) -> None:
    unread = in_sync(tmp_path).tenant(connections={}, missing_scopes=("read:connections",))
    assert (card(unread).connections, card(unread).sign_in_notes) == (("customers",), ())


@pytest.mark.parametrize("linked", [True, False])
def test_the_organizations_of_grants_are_the_tenants(tmp_path: Path, linked: bool) -> None:
    """The application has no user access, so only the links of its grants name organizations."""
    sides = in_sync(tmp_path).client("portal", grant_types=("client_credentials",))
    grants = frozenset({MACHINE}) if linked else frozenset[str]()
    assert card(sides.links(grants=grants)).organizations == (("northwind",) if linked else ())


def test_unknown_links_are_shown_as_declared(tmp_path: Path) -> None:
    unread = in_sync(tmp_path).client("portal", grant_types=("client_credentials",))
    lacking = unread.links(grants=None).tenant(
        unknown_parts=(Unknown(ORGANIZATION_GRANTS, "read:organization_client_grants"),)
    )
    assert card(lacking).organizations == ("northwind",)


def test_findings_of_an_application_that_is_no_longer_in_the_files(tmp_path: Path) -> None:
    before = write(tmp_path)
    after = write(tmp_path, **edited("applications/widget", "  dev: {}\n", "  {}\n"))
    sides = scenario_of(after, declaration_in(before.record), before)
    problem = Problem("stacks/dev.yaml", 1, (), "changed", rule="LIVE-08")
    (widget,) = (
        c for c in cards(sides.view, Credentials(), {"widget": (problem,)}) if c.name == "Widget"
    )
    assert (widget.key, widget.findings) == ("", (problem,))
