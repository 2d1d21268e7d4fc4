"""RT-09: scopes that users would read by their bare names."""

from dataclasses import replace

from tests.tpa.preflight.conftest import APIS_SEEN, DOMAIN, STACK, Files, snapshot
from tpa.preflight.inspection import Inspection
from tpa.preflight.sign_in import check_consent

ORDERS = "https://orders.example.com"


def told(files: Files, *described: str, shown: bool = True) -> list[str]:
    catalog = files.load()
    tenant = catalog.tenant.model_copy(update={"scope_descriptions_at_consent": shown})
    orders = replace(APIS_SEEN[ORDERS], described=frozenset(described))
    seen = snapshot(apis={**APIS_SEEN, ORDERS: orders})
    looked = Inspection(replace(catalog, tenant=tenant), DOMAIN, seen, STACK)
    return [found.what for found in check_consent(looked) if ORDERS in found.what]


def test_rt_09_a_scope_without_a_description(files: Files) -> None:
    assert told(files) == [f"the scope 'read:orders' of '{ORDERS}' has no description"]


def test_rt_09_a_described_scope(files: Files) -> None:
    assert told(files, "read:orders") == []


def test_rt_09_where_names_are_shown_descriptions_don_t_matter(files: Files) -> None:
    assert told(files, shown=False) == []


def test_rt_09_all_scopes_are_all_that_the_api_has(files: Files) -> None:
    reason = {"allow_all_scopes": True, "allow_all_scopes_reason": "ours"}
    files.portal(grants=[{"api": "orders", "subject_type": "user", **reason}])
    assert len(told(files, "read:orders")) == 1


def test_rt_09_a_machine_asks_nobody(files: Files) -> None:
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    files.portal(grants=[grant])
    assert told(files) == []
