"""RT-09: scopes that consent would show by their bare names."""

from dataclasses import replace

from tests.tpa.preflight.conftest import APIS_SEEN, DOMAIN, STACK, Files, snapshot
from tpa.preflight.context import PreflightContext
from tpa.preflight.sign_in import check_consent

ORDERS = "https://orders.example.com"


def problems(files: Files, *described: str, shown: bool = True) -> list[str]:
    catalog = files.load()
    tenant = catalog.tenant.model_copy(update={"scope_descriptions_at_consent": shown})
    orders = replace(APIS_SEEN[ORDERS], described=frozenset(described))
    live = snapshot(apis={**APIS_SEEN, ORDERS: orders})
    context = PreflightContext(replace(catalog, tenant=tenant), DOMAIN, live, STACK)
    return [found.what for found in check_consent(context) if ORDERS in found.what]


def test_rt_09_a_scope_without_a_description(files: Files) -> None:
    assert problems(files) == [f"the scope 'read:orders' of '{ORDERS}' has no description"]


def test_rt_09_a_described_scope(files: Files) -> None:
    assert problems(files, "read:orders") == []


def test_rt_09_where_names_are_shown_descriptions_don_t_matter(files: Files) -> None:
    assert problems(files, shown=False) == []


def test_rt_09_all_scopes_include_every_scope_of_the_api(files: Files) -> None:
    reason = {"allow_all_scopes": True, "allow_all_scopes_reason": "ours"}
    files.portal(grants=[{"api": "orders", "subject_type": "user", **reason}])
    assert len(problems(files, "read:orders")) == 1


def test_rt_09_client_access_needs_no_consent(files: Files) -> None:
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    files.portal(grants=[grant])
    assert problems(files) == []
