"""Explanations of one application and one API, and what they say is unknown."""

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
from tpa.access.effective import access_rows
from tpa.access.explain import explain
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView


def explained(view: EnvironmentView, application: str = "portal", audience: str = "orders") -> str:
    return "\n".join(explain(view, access_rows(view), application, audience))


def head(text: str, title: str) -> str:
    """The first line about a kind of access."""
    (line,) = (each for each in text.splitlines() if each.startswith(title))
    return line


def test_user_access_by_a_grant_and_no_client_access(files: Files) -> None:
    text = explained(live(files.load()))
    assert head(text, "User access") == "User access: it may call it with read:orders."
    assert "Granted by a grant of its own (stacks/applications/portal.yaml:" in text
    assert "Client access: it may not call orders; there is no grant" in text


def test_an_api_is_found_by_its_audience_and_an_application_by_its_client_id(files: Files) -> None:
    view = live(files.load())
    by_key = explained(view)
    assert explained(view, "portal", ORDERS).splitlines()[0] == by_key.splitlines()[0]
    assert explained(view, "tpc_1").splitlines()[0] == by_key.splitlines()[0]


def test_cg_06_the_grant_replaces_the_default(files: Files) -> None:
    own = {"api": "catalog", "subject_type": "user", "scopes": []}
    files.portal(grants=[*PORTAL["grants"], own])
    text = explained(offline(files.load()), audience="catalog")
    assert "It replaces the default permission (stacks/apis.yaml:" in text
    assert "which gives read:products; the two never add up" in text


def test_a_denial_is_shown_with_the_line_of_the_grant(files: Files) -> None:
    text = explained(live(files.load(), apis={ORDERS: api(user="deny_all")}))
    assert head(text, "User access").startswith("User access: granted, but not usable: ")
    assert "Granted by a grant of its own (stacks/applications/portal.yaml:" in text
    assert "DENIED: The API's policy for user access is deny_all" in text


def test_an_unknown_check_is_shown_as_unknown(files: Files) -> None:
    text = explained(live(files.load(), unknown_parts=(Unknown("Rules", "read:rules"),)))
    assert "granted, but whether it is usable is unknown" in head(text, "User access")
    assert "UNKNOWN: The token lacks read:rules (Rules of the tenant)." in text


@pytest.mark.parametrize("audience", ["orders", "catalog"])
@pytest.mark.parametrize("scope", ["read:clients", "read:client_grants"])
def test_nothing_is_claimed_of_a_tenant_that_could_not_be_read(
    files: Files, scope: str, audience: str
) -> None:
    text = explained(live(files.load(), missing_scopes=(scope,), grants=()), audience=audience)
    assert "what the tenant has is unknown" in head(text, "User access")
    assert "what the tenant has is unknown" in head(text, "Client access")
    assert scope in text
    assert "may not call" not in text
    assert "it may call" not in text


def test_a_deleted_grant(files: Files) -> None:
    text = explained(live(files.load(), grants=(default(),)))
    assert "the files grant it, the tenant does not have it: read:orders" in text


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (grant(scopes=("write:orders",)), "it gains write:orders, it lacks read:orders"),
        (grant(details=("pay",)), "its authorization details differ"),
        (default(audience=ORDERS, scopes=("read:orders",)), "it is granted in another way"),
    ],
)
def test_what_differs(files: Files, changed: Any, expected: str) -> None:
    text = explained(live(files.load(), grants=(changed, default())))
    assert f"The tenant differs from the files: {expected}." in text


def test_an_application_in_no_file(files: Files) -> None:
    own = grant("cgr_9", client_id="tpc_9")
    view = live(files.load(), clients=(stranger(),), grants=(own,))
    text = explained(view, "tpc_9")
    assert "It is in no file: it was created outside Pulumi." in text
    assert "(grant cgr_9 in the tenant)" in text
    assert "it may not call catalog; there is no grant" in explained(view, "tpc_9", "catalog")


def test_an_application_that_is_no_longer_in_the_files(files: Files) -> None:
    held = {"tpc_7": "old"}
    gone = stranger("tpc_7", tag=("old", STACK))
    view = live(files.load(), held, clients=(gone,), grants=(grant(client_id="tpc_7"),))
    assert "the next update deletes the application" in explained(view, "tpc_7")


def test_a_missing_grant_type_is_the_reason(files: Files) -> None:
    said = head(explained(offline(files.load())), "Client access")
    assert "does not have the grant type client_credentials" in said
    elsewhere = {"api": "catalog", "subject_type": "client", "scopes": ["read:products"]}
    files.portal(grants=[*PORTAL["grants"], elsewhere])
    assert "there is no grant" in head(explained(offline(files.load())), "Client access")


def test_the_live_grant_types_count_where_they_were_read(files: Files) -> None:
    quiet = client(values={("grant_types",): ("client_credentials",)})
    text = explained(live(files.load(), clients=(quiet,), grants=(grant(),)), audience="catalog")
    assert "the files grant it, the tenant does not have it" in head(text, "User access")
    text = explained(
        live(files.load(), clients=(stranger(values=quiet.values),)), "tpc_9", PRODUCTS
    )
    assert "does not have the grant type authorization_code" in head(text, "User access")


def test_section_8_without_the_tenant_a_permissive_application_is_unknown(
    files: Files,
) -> None:
    files.portal(security_mode="permissive")
    files.apis(default_permissions=[])
    files.dev(permissive_eligible=True)
    text = explained(offline(files.load()), audience="catalog")
    assert head(text, "User access").startswith("User access: unknown whether it may call")
    legacy: dict[str, Any] = {"clients": (client(mode="permissive"),), "grants": (grant(),)}
    text = explained(live(files.load(), **legacy), audience="catalog")
    assert "the API's policy does not admit all" in head(text, "User access")
    unread = live(files.load(), **legacy, missing_scopes=("read:resource_servers",), apis={})
    assert "the token lacks read:resource_servers" in explained(unread, audience="catalog")


def test_section_8_an_open_api(files: Files) -> None:
    legacy = (stranger(mode="permissive"),)
    text = explained(
        live(files.load(), clients=legacy, apis={ORDERS: api(user="allow_all")}), "tpc_9"
    )
    assert "it may call it with every scope, future ones too" in text
    assert "It is in no file: the policy of an API is set in the tenant." in text


def test_an_unknown_subject_type_and_mode_are_unknown(files: Files) -> None:
    unknown = grant("cgr_5", subject_type="anonymous_user")
    view = live(files.load(), clients=(client(), stranger(mode="balanced")), grants=(unknown,))
    known, later = explained(view), explained(view, "tpc_9")
    assert "anonymous_user access: granted, but whether it is usable is unknown" in known
    assert "User access: unknown whether it may call orders" in later
