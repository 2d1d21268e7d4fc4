"""The content of new files: what differs from a default, grants, rate limits, organizations."""

from dataclasses import replace
from typing import Any

from tests.tpa.adopt.adopting import item
from tests.tpa.matching_tenant import ORDERS, OWN, PRODUCTS, api, default, grant
from tpa.adopt.definitions import unmanaged
from tpa.tenant.objects import RateLimitPolicy


def test_only_what_differs_from_a_default_is_stated(adopted: Any) -> None:
    done = adopted(item())
    assert done.adoption.left_out == {}
    assert done.file("applications/web-shop") == {
        "name": "Web shop",
        "owner": {"organization": "unknown", "contact": "unknown"},
        "app_type": "regular_web",
        "grant_types": ["authorization_code"],
        "refresh_token": {"token_lifetime": "unlimited", "idle_token_lifetime": 2592000},
        "grants": [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}],
        "connections": ["people"],
        "environments": {"dev": {"callbacks": ["https://shop.test/cb"]}},
    }
    assert done.file("dev")["adopt"] == {"web-shop": "tpc_9"}


def test_an_api_that_is_in_no_file_is_added(adopted: Any) -> None:
    other = grant("cgr_8", client_id="tpc_9", audience="https://api.stock.test/v2")
    known = {place: api() for place in (ORDERS, other.audience)}
    done = adopted(item(), OWN, other, apis=known)
    assert done.file("apis")["apis"]["stock-v2"] == {
        "audience": "https://api.stock.test/v2",
        "scopes": ["read:orders"],
    }
    assert done.file("applications/web-shop")["grants"][1]["api"] == "stock-v2"


def test_a_scope_that_no_file_had_is_added_to_its_api(adopted: Any) -> None:
    done = adopted(item(), grant("cgr_9", client_id="tpc_9", scopes=("write:orders",)))
    assert done.file("apis")["apis"]["orders"]["scopes"] == ["read:orders", "write:orders"]


def test_grants_added_to_an_application_of_the_files(adopted: Any) -> None:
    extra = grant("cgr_5", audience=PRODUCTS, scopes=("read:products",))
    bad = grant("cgr_6", subject_type="client", scopes=("openid",))
    apart = grant("cgr_7", audience=PRODUCTS, subject_type="client", organization_usage="require")
    done = adopted(item(), OWN, extra, bad, apart)
    assert done.adoption.grants == [("portal", extra)]
    assert "in organizations only" in done.adoption.left_out[f"grant cgr_7 for {PRODUCTS}"]
    assert [g["api"] for g in done.file("applications/portal")["grants"]] == ["orders", "catalog"]


def test_only_one_application(adopted: Any) -> None:
    extra = default("cgr_7", audience=ORDERS)
    done = adopted(item(), OWN, extra, only=("tpc_9",))
    assert [each.key for each in done.adoption.candidates] == ["web-shop"]
    assert done.adoption.default_permissions == []


def test_a_rate_limit_of_an_application_is_in_its_file(adopted: Any) -> None:
    done = adopted(item(), rate_limits={"client_id:tpc_9": RateLimitPolicy("rlp_1", "block", 7)})
    assert done.file("applications/web-shop")["rate_limit"] == {"action": "block", "limit": 7}


def test_what_no_file_can_express_is_listed(adopted: Any) -> None:
    redirect = {"client_id:tpc_9": RateLimitPolicy("rlp_1", "redirect", 7)}
    done = adopted(item(), rate_limits=redirect)
    assert "rate_limit" not in done.file("applications/web-shop")
    found = dict(unmanaged(done.view, done.adoption, {"tpc_9": ("addons",), "tpc_1": ("mobile",)}))
    assert found == {"Web shop (tpc_9)": "addons, a rate limit that no file can express"}


def test_the_organizations_of_a_grant_are_added(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    linked = [("cgr_9", "northwind"), ("cgr_9", "south")]
    done = adopted(item(**machine, callbacks=[]), own, linked=linked)
    assert done.file("applications/web-shop")["grants"][0]["organizations"] == [
        "northwind",
        "south",
    ]
    assert done.file("dev")["organizations"] == {
        "northwind": {"name": "northwind"},
        "south": {"name": "south", "admits_third_parties": False},
    }
