"""The preflight of a program against a running tenant: read-only, and one message."""

import socket
from typing import Any

import pytest

from auth0_third_party.management import Credentials
from tests.conftest import LiveTenant
from tests.tpa.preflight.conftest import Files
from tpa.files.problems import CatalogError
from tpa.preflight.run import run_preflight_or_fail
from tpa.tenant.scopes import reading_scopes, update_scopes


def refused(files: Files, credentials: Credentials, previous: dict[str, Any] | None = None) -> str:
    with pytest.raises(CatalogError) as caught:
        run_preflight_or_fail(files.load(), credentials, previous or {})
    return str(caught.value)


def test_a_matching_tenant_is_only_read(files: Files, live_tenant: LiveTenant) -> None:
    live_tenant.forget_log()
    assert run_preflight_or_fail(files.load(), live_tenant.credentials, {}).problems == ()
    asked = live_tenant.requests()
    assert len(asked) == 12
    assert {method for method, _ in asked} == {"GET"}


def test_everything_that_the_tenant_lacks(files: Files, live_tenant: LiveTenant) -> None:
    files.dev(audiences={"orders": "https://order.example.com"}, connections={"people": "staff"})
    live_tenant.forget_log()
    said = refused(files, live_tenant.credentials)
    assert "2 problems found, nothing was changed" in said
    assert "has no API 'https://order.example.com'" in said
    assert "has no connection 'staff'" in said
    assert {method for method, _ in live_tenant.requests()} == {"GET"}


def test_a_scope_that_the_tenants_api_lacks(files: Files, live_tenant: LiveTenant) -> None:
    scopes = {"audience": "https://orders.example.com", "scopes": ["refund:orders"]}
    catalog = {"audience": "https://catalog.example.com", "scopes": ["read:products"]}
    files.apis(apis={"orders": scopes, "catalog": catalog})
    files.portal(grants=[{"api": "orders", "subject_type": "user", "scopes": ["refund:orders"]}])
    said = refused(files, live_tenant.credentials)
    assert "stacks/applications/portal.yaml: grants[0].scopes" in said
    assert f"at {live_tenant.domain} has no scope 'refund:orders'" in said


def test_a_token_without_update_connections(files: Files, live_tenant: LiveTenant) -> None:
    narrow = live_tenant.second_client(
        *(s for s in update_scopes(files.load()) if s != "update:connections")
    )
    live_tenant.forget_log()
    said = refused(files, narrow)
    assert "1 problem found" in said
    assert (
        f"the management token for {live_tenant.domain} lacks the scope update:connections" in said
    )
    assert "fix: grant update:connections on the Management API" in said
    assert live_tenant.writes() == []


def test_a_token_that_only_reads(files: Files, live_tenant: LiveTenant) -> None:
    """Enough for a preview, with a warning; an update names each missing scope before it writes."""
    catalog = files.load()
    reading = live_tenant.second_client(*reading_scopes(catalog))
    live_tenant.forget_log()
    (warned,) = run_preflight_or_fail(catalog, reading, {}).warnings
    assert warned.what == f"the management token for {live_tenant.domain} only reads"
    with pytest.raises(CatalogError) as caught:
        run_preflight_or_fail(catalog, reading, {}, updating=True)
    (problem,) = caught.value.problems
    lacking = problem.what.partition("lacks the scopes ")[2].split(", ")
    assert set(lacking) == set(update_scopes(catalog)) - set(reading_scopes(catalog))
    assert live_tenant.writes() == []


def test_wrong_credentials(files: Files, live_tenant: LiveTenant) -> None:
    wrong = Credentials(live_tenant.domain, live_tenant.credentials.client_id, "guessed-secret")
    said = refused(files, wrong)
    assert f"{live_tenant.domain} does not accept the client" in said
    assert "AUTH0_CLIENT_SECRET" in said
    assert "guessed-secret" not in said


def test_a_tenant_that_does_not_exist(files: Files, no_credentials: None) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        domain = f"localhost:{closed.getsockname()[1]}"
    said = refused(files, Credentials(domain, "id", "secret"))
    assert f"stacks/dev.yaml: tenant: {domain} can't be reached" in said
    assert "why: nothing is written before the tenant was checked" in said


def test_an_invalid_domain(files: Files) -> None:
    said = refused(files, Credentials("ac\nme", "id", "secret"))
    assert "is not a tenant domain" in said


def test_a_recorded_client_that_is_gone_is_a_warning(files: Files, live_tenant: LiveTenant) -> None:
    previous = {"applications": {"portal": {"client_id": "tpc_gone"}}}
    (warning,) = run_preflight_or_fail(files.load(), live_tenant.credentials, previous).warnings
    assert "tpc_gone" in warning.what
