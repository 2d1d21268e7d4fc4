"""A fingerprint of a running tenant: what moves it, what does not, and what it never holds."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from tests.conftest import LiveTenant
from tests.tpa.files.conftest import Project
from tpa.plan.fingerprint import Fingerprint, changes, take_fingerprint

Take = Callable[[], Fingerprint]
THIRD_PARTY = {
    "app_type": "regular_web",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "token_endpoint_auth_method": "client_secret_post",
}
SCOPES = ["read:orders"]


@pytest.fixture
def portal(live_tenant: LiveTenant) -> dict[str, Any]:
    """A third-party client with a grant, as the stack would record it."""
    client: dict[str, Any] = live_tenant.api.create("/clients", {"name": "Portal", **THIRD_PARTY})
    grant = {"client_id": client["client_id"], "audience": "https://orders.example.com"}
    live_tenant.api.create("/client-grants", {**grant, "scope": SCOPES, "subject_type": "user"})
    return client


@pytest.fixture
def take(live_tenant: LiveTenant, portal: dict[str, Any], tmp_path: Path) -> Take:
    project = Project(tmp_path)
    project.dev(connections={"customers": "customers"})
    catalog = project.load()
    outputs = {"applications": {"portal": {"client_id": portal["client_id"]}}}

    def now() -> Fingerprint:
        with ManagementClient(live_tenant.credentials) as client:
            return take_fingerprint(client, catalog, outputs)

    return now


def moved(before: Fingerprint, after: Fingerprint) -> list[str]:
    return list(changes(before, after))


def test_nothing_changes_by_itself(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    assert {"application portal", "connection customers"} <= before.keys()
    live_tenant.forget_log()
    assert moved(before, take()) == []
    assert live_tenant.writes() == []
    assert len(live_tenant.requests()) == 4


def test_another_client_does_not_count(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    live_tenant.api.create("/clients", {"name": "Registered", **THIRD_PARTY})
    assert moved(before, take()) == []


def test_what_carries_our_mark_does(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    tagged = {"name": "Twin", **THIRD_PARTY, "client_metadata": {"tpa_application": "portal"}}
    twin = live_tenant.api.create("/clients", tagged)["client_id"]
    assert moved(before, take()) == [f"application portal, unrecorded {twin} is new"]


def test_a_changed_field_is_named(
    take: Take, live_tenant: LiveTenant, portal: dict[str, Any]
) -> None:
    before = take()
    path = f"/clients/{portal['client_id']}"
    assert live_tenant.api("PATCH", path, {"description": "x"}).status_code == 200
    assert moved(before, take()) == ["application portal changed: description"]


def test_a_promotion_moves_it_and_options_do_not(take: Take, live_tenant: LiveTenant) -> None:
    before = take()
    live_tenant.promote("customers", promoted=True)
    assert moved(before, take()) == ["connection customers changed: is_domain_connection"]


def test_settings_that_the_files_state(take: Take, live_tenant: LiveTenant, tmp_path: Path) -> None:
    (tmp_path / "stacks/tenant.yaml").write_text("dynamic_client_registration: {}\n", "utf-8")
    project = Project(tmp_path)
    project.dev(connections={"customers": "customers"})
    catalog = project.load()
    with ManagementClient(live_tenant.credentials) as client:
        before = take_fingerprint(client, catalog, {})
        flags = {"flags": {"enable_dynamic_client_registration": True}}
        assert live_tenant.api("PATCH", "/tenants/settings", flags).status_code == 200
        after = take_fingerprint(client, catalog, {})
    assert moved(before, after) == ["tenant settings changed: flags"]
    assert "tenant settings" not in take()


def test_a_deleted_client_is_gone(
    take: Take, live_tenant: LiveTenant, portal: dict[str, Any]
) -> None:
    before = take()
    live_tenant.api("DELETE", f"/clients/{portal['client_id']}")
    assert "application portal is gone" in moved(before, take())


def test_it_holds_no_value_and_no_secret(take: Take, portal: dict[str, Any]) -> None:
    found = take()
    text = json.dumps(found)
    assert portal["client_secret"] not in text
    assert "Portal" not in text
    fields = {field for hashes in found.values() for field in hashes}
    assert not {"client_secret", "signing_keys", "signing_secret", "options"} & fields
