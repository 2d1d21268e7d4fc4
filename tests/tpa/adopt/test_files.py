"""Which files an adoption writes, and which existing ones it uses."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.tpa.adopt.adopting import AGENT, item
from tests.tpa.matching_tenant import ORDERS, OWN, PRODUCTS, api, client, default, grant, live
from tests.tpa.preflight.conftest import Files
from tpa.adopt.candidates import AdoptionInput, find_candidates
from tpa.adopt.definitions import unmanaged
from tpa.adopt.files import stage_files
from tpa.files.editing import staged
from tpa.tenant.objects import RateLimitPolicy, read_client


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


def test_an_existing_file_with_other_organizations_is_not_used(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed = item(**machine, callbacks=[])
    adopted(listed, own, linked=[("cgr_9", "northwind")])  # written, and used by no environment
    adopted.stage.set("stacks/applications/web-shop.yaml", ("environments",), {})
    adopted.stage.remove("stacks/dev.yaml", ("adopt",))
    done = adopted(listed, replace(own, organization_usage="deny"))
    assert "differs: its grant orders client organization_usage is not set" in done.reason


def test_an_existing_file_that_is_invalid_in_this_environment(adopted: Any) -> None:
    """It is left out and the others are adopted; that is no problem of the files."""
    other = {**yaml.safe_load(adopted.stage.read("stacks/applications/portal.yaml")), "name": "X"}
    del other["environments"]
    adopted.stage.write_new("stacks/applications/x.yaml", {**other, "connections": ["elsewhere"]})
    done = adopted(item(name="X"))
    assert "there is no connection 'elsewhere' in the environment dev" in done.reason
    assert "add it under 'connections'" in done.reason
    assert done.adoption.candidates == []


def test_organizations_that_an_existing_file_names_are_added(adopted: Any) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    own = replace(OWN, subject_type="client", organization_usage="allow")
    listed, linked = item(**machine, callbacks=[]), [("cgr_9", "south")]
    adopted(listed, own, linked=linked)
    adopted.stage.set("stacks/applications/web-shop.yaml", ("environments",), {})
    for field in ("adopt", "organizations"):
        adopted.stage.remove("stacks/dev.yaml", (field,))
    done = adopted(listed, own, linked=linked)
    assert [(each.key, each.file_exists) for each in done.adoption.candidates] == [
        ("web-shop", True)
    ]
    assert done.file("dev")["organizations"]["south"]["name"] == "south"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Web shop", "web-shop"),
        ("\U0001f600", "application"),
        ("\u0645\u0631\u062d\u0628\u0627", "application"),
        ("Agent", "agent-2"),
        ("Portal", "portal-2"),
    ],
)
def test_names_become_keys(adopted: Any, name: str, key: str) -> None:
    """Also a name without any character of a key, and one that an agent's file has."""
    adopted.stage.write_new("stacks/agents/agent.yaml", AGENT)
    done = adopted(item(name=name))
    assert done.adoption.left_out == {}
    assert [each.key for each in done.adoption.candidates] == [key]


def test_an_existing_file_with_another_key_is_found_by_its_name(adopted: Any) -> None:
    adopted.stage.write_new("stacks/applications/application.yaml", {"name": "?"})
    adopted.stage.write_new("stacks/applications/shop.yaml", {"name": "\U0001f600"})
    view = live(adopted.catalog, clients=(client(), read_client(item(name="\U0001f600"))))
    (found,) = find_candidates(adopted.stage, AdoptionInput(view)).candidates
    assert (found.key, found.file_exists) == ("shop", True)


def test_a_problem_of_the_files_themselves_is_no_reason_to_leave_something_out(
    files: Files, adopted: Any
) -> None:
    view_before = files.load()
    assert view_before.applications.keys() == {"portal"}
    with staged(files.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("app_type",), "webapp")
        view = live(view_before, clients=(client(), read_client(item())), grants=(grant(), OWN))
        with pytest.raises(Exception, match="'webapp' is not a value"):
            stage_files(stage, AdoptionInput(view))
