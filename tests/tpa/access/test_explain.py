"""The story of one application and one API: true in every case, and unknown where it is."""

from typing import Any

import pytest

from tests.tpa.matching_tenant import (
    ORDERS,
    PRODUCTS,
    api,
    client,
    default,
    grant,
    live,
    offline,
    stranger,
)
from tests.tpa.preflight.conftest import PORTAL, STACK, Files
from tpa.access.effective import rows
from tpa.access.explain import story
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView


def told(view: EnvironmentView, application: str = "portal", audience: str = "orders") -> str:
    return "\n".join(story(view, rows(view), application, audience))


def of(text: str, title: str) -> str:
    """The head of one paragraph."""
    (head,) = (line for line in text.splitlines() if line.startswith(title))
    return head


def test_a_grant_of_its_own_and_nothing_for_itself(files: Files) -> None:
    text = told(live(files.load()))
    assert of(text, "For its users") == "For its users: it may call it with read:orders."
    assert "A grant of its own says so (stacks/applications/portal.yaml:" in text
    assert "As itself: it may not call orders; nothing grants it" in text


def test_an_api_is_found_by_its_audience_and_an_application_by_its_client_id(files: Files) -> None:
    view = live(files.load())
    by_key = told(view)
    assert told(view, "portal", ORDERS).splitlines()[0] == by_key.splitlines()[0]
    assert told(view, "tpc_1").splitlines()[0] == by_key.splitlines()[0]


def test_cg_06_the_grant_replaces_the_default(files: Files) -> None:
    own = {"api": "catalog", "subject_type": "user", "scopes": []}
    files.portal(grants=[*PORTAL["grants"], own])
    text = told(offline(files.load()), audience="catalog")
    assert "It replaces the default permission (stacks/apis.yaml:" in text
    assert "which gives read:products; the two never add up" in text


def test_a_closed_gate_is_named_with_the_line_of_the_grant_beside_it(files: Files) -> None:
    text = told(live(files.load(), apis={ORDERS: api(user="deny_all")}))
    assert of(text, "For its users").startswith("For its users: it can't call it, though granted")
    assert "A grant of its own says so (stacks/applications/portal.yaml:" in text
    assert "CLOSED: The API's policy for users is deny_all" in text


def test_an_unknown_gate_is_no_open_one(files: Files) -> None:
    text = told(live(files.load(), unknown_parts=(Unknown("Rules", "read:rules"),)))
    assert "granted, not everything on the way is known" in of(text, "For its users")
    assert "UNKNOWN: The token lacks read:rules (Rules of the tenant)." in text


@pytest.mark.parametrize("audience", ["orders", "catalog"])
@pytest.mark.parametrize("scope", ["read:clients", "read:client_grants"])
def test_nothing_is_claimed_of_a_tenant_that_could_not_be_read(
    files: Files, scope: str, audience: str
) -> None:
    text = told(live(files.load(), missing_scopes=(scope,), grants=()), audience=audience)
    assert "what the tenant has is unknown" in of(text, "For its users")
    assert "what the tenant has is unknown" in of(text, "As itself")
    assert scope in text
    assert "may not call" not in text
    assert "it may call" not in text


def test_a_deleted_grant(files: Files) -> None:
    text = told(live(files.load(), grants=(default(),)))
    assert "the files grant it, the tenant does not have it: read:orders" in text


@pytest.mark.parametrize(
    ("bent", "words"),
    [
        (grant(scopes=("write:orders",)), "it gains write:orders, it lacks read:orders"),
        (grant(details=("pay",)), "its authorization details are others"),
        (default(audience=ORDERS, scopes=("read:orders",)), "it is granted in another way"),
    ],
)
def test_what_differs(files: Files, bent: Any, words: str) -> None:
    text = told(live(files.load(), grants=(bent, default())))
    assert f"The tenant differs from the files: {words}." in text


def test_an_application_in_no_file(files: Files) -> None:
    own = grant("cgr_9", client_id="tpc_9")
    view = live(files.load(), clients=(stranger(),), grants=(own,))
    text = told(view, "tpc_9")
    assert "No file says so: somebody made it outside." in text
    assert "(grant cgr_9 in the tenant)" in text
    assert "it may not call catalog; nothing grants it" in told(view, "tpc_9", "catalog")


def test_an_application_that_files_have_no_more(files: Files) -> None:
    held = {"tpc_7": "old"}
    gone = stranger("tpc_7", tag=("old", STACK))
    view = live(files.load(), held, clients=(gone,), grants=(grant(client_id="tpc_7"),))
    assert "the next update takes the application away" in told(view, "tpc_7")


def test_a_grant_type_that_is_lacking_is_the_reason(files: Files) -> None:
    said = of(told(offline(files.load())), "As itself")
    assert "does not have the grant type client_credentials" in said
    elsewhere = {"api": "catalog", "subject_type": "client", "scopes": ["read:products"]}
    files.portal(grants=[*PORTAL["grants"], elsewhere])
    assert "nothing grants it" in of(told(offline(files.load())), "As itself")


def test_the_live_grant_types_count_where_they_were_seen(files: Files) -> None:
    quiet = client(facets={"grant_types": ("client_credentials",)})
    text = told(live(files.load(), clients=(quiet,), grants=(grant(),)), audience="catalog")
    assert "the files grant it, the tenant does not have it" in of(text, "For its users")
    text = told(live(files.load(), clients=(stranger(facets=quiet.facets),)), "tpc_9", PRODUCTS)
    assert "does not have the grant type authorization_code" in of(text, "For its users")


def test_section_8_without_the_tenant_nobody_knows_of_a_permissive_application(
    files: Files,
) -> None:
    files.portal(security_mode="permissive")
    files.apis(default_permissions=[])
    files.dev(permissive_eligible=True)
    text = told(offline(files.load()), audience="catalog")
    assert of(text, "For its users").startswith("For its users: unknown whether it may call")
    legacy: dict[str, Any] = {"clients": (client(mode="permissive"),), "grants": (grant(),)}
    text = told(live(files.load(), **legacy), audience="catalog")
    assert "its policy does not admit all" in of(text, "For its users")
    blind = live(files.load(), **legacy, missing_scopes=("read:resource_servers",), apis={})
    assert "the token lacks read:resource_servers" in told(blind, audience="catalog")


def test_section_8_an_open_api(files: Files) -> None:
    legacy = (stranger(mode="permissive"),)
    text = told(live(files.load(), clients=legacy, apis={ORDERS: api(user="allow_all")}), "tpc_9")
    assert "it may call it with every scope, future ones too" in text
    assert "No file says so: the policy of an API is set in the tenant alone." in text
