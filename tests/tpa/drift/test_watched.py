"""What is watched: every property and every thing that somebody may change outside, once."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.paths import DEFAULT, MINE
from tests.tpa.drift.values import STACK, Bend, Sides, settled
from tpa.tenant.objects import Client, Connection, Grant, Organization, RateLimitPolicy

FOREIGN = Grant("cgr_x", "tpc_portal", "https://new.test/v1", "user", ("do:it",))


def test_a_tenant_that_has_what_the_files_say_differs_in_nothing(tmp_path: Path) -> None:
    assert settled(tmp_path).differences() == {}


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("name", "Other"),
        ("description", ""),
        ("logo_uri", "https://x.test/l.png"),
        ("app_type", "spa"),
        ("grant_types", ("authorization_code",)),
        ("token_endpoint_auth_method", "none"),
        ("keys", 1),
        ("require_proof_of_possession", True),
        ("access_token_lifetime", 60),
        ("signing_algorithm", "HS256"),
        ("callbacks", ("https://evil.test/cb",)),
        ("allowed_origins", ("https://evil.test",)),
        ("web_origins", ("https://evil.test",)),
        ("redirection_policy", "allow_always"),
        ("refresh_token.leeway", 9),
        ("refresh_token.rotation_type", "rotating"),
        ("refresh_token.token_lifetime", "unlimited"),
        ("client_metadata.plan", "silver"),
        ("client_metadata.plan", None),
        ("client_metadata.a.b:c", "new"),
    ],
)
def test_each_property_of_an_application_is_watched(
    tmp_path: Path, name: str, live: object
) -> None:
    found = settled(tmp_path).client("portal", **{name: live}).differences()
    (only,) = found.values()
    assert (only.path, only.owner, only.live) == (f"applications/portal/{name}", "outside", live)
    assert only.counts


def test_a_slash_in_the_name_of_a_text_is_no_step_of_a_path(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.a/b": "x"})
    assert bent.owners() == {"applications/portal/client_metadata.a%2Fb": "outside"}


@pytest.mark.parametrize(
    ("bend", "path"),
    [
        (lambda s: s.grant(MINE), "grants/portal/orders/user"),
        (lambda s: s.grant(MINE, scopes=()), "grants/portal/orders/user"),
        (lambda s: s.grant(MINE, all_scopes=True), "grants/portal/orders/user"),
        (
            lambda s: s.grant(MINE, details=("payment",)),
            "grants/portal/orders/user/authorization_details_types",
        ),
        (
            lambda s: s.grant(MINE, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
        ),
        (
            lambda s: s.grant("cgr_portal_orders_client", organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, FOREIGN)),
            "grants/portal/https%3A%2F%2Fnew.test%2Fv1/user",
        ),
        (lambda s: s.grant("cgr_helper_orders_user", scopes=()), "grants/helper/orders/user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default_permissions/catalog/user"),
        (lambda s: s.look(grants=(*s.seen.grants, DEFAULT)), "default_permissions/orders/user"),
        (lambda s: s.look(connections={"customers": Connection("con_1")}), "connections/customers"),
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
        ),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "organizations/northwind/third_parties",
        ),
        (
            lambda s: s.links(connections=frozenset()),
            "organizations/northwind/connections/customers",
        ),
        (lambda s: s.links(grants=frozenset()), "grants/portal/orders/client/organizations"),
        (
            lambda s: s.settings(flags={"use_scope_descriptions_for_consent": True}),
            "tenant/dynamic_client_registration",
        ),
        (
            lambda s: s.settings(flags={"enable_dynamic_client_registration": True}),
            "tenant/scope_descriptions_at_consent",
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "tenant/client_id_metadata_documents",
        ),
        (
            lambda s: s.settings(error_page={"url": "https://evil.test/"}),
            "tenant/error_page/url",
        ),
        (
            lambda s: s.settings(
                error_page={"url": "https://acme.test/failed", "show_log_link": True}
            ),
            "tenant/error_page/show_log_link",
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "third_party_clients": RateLimitPolicy("rlp_1", "log", 100),
                }
            ),
            "tenant/rate_limit",
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_widget": RateLimitPolicy("rlp_3", "log", 1),
                }
            ),
            "applications/widget/rate_limit",
        ),
        (
            lambda s: s.replaced(s.view.managed["portal"], _tagged(s, tag=("", ""))),
            "applications/portal/tag",
        ),
        (
            lambda s: s.replaced(s.view.managed["portal"], _tagged(s, owner="Somebody")),
            "applications/portal/tag",
        ),
    ],
)
def test_each_thing_outside_an_application_is_watched(
    tmp_path: Path, bend: Bend, path: str
) -> None:
    assert bend(settled(tmp_path)).owners() == {path: "outside"}


def _tagged(sides: Sides, **changes: Any) -> Client:
    return replace(sides.view.managed["portal"], **changes)


@pytest.mark.parametrize(("kind", "key"), [("applications", "portal"), ("agents", "helper")])
def test_what_hangs_on_a_client_that_is_gone_is_not_told_again(
    tmp_path: Path, kind: str, key: str
) -> None:
    sides = settled(tmp_path)
    gone = sides.replaced(sides.view.managed[key])
    lost = gone.look(grants=tuple(g for g in gone.seen.grants if g.client_id != f"tpc_{key}"))
    assert lost.owners() == {f"{kind}/{key}": "outside"}


def test_our_own_client_counts_where_somebody_copied_its_mark(tmp_path: Path) -> None:
    sides = settled(tmp_path)
    copy = Client("tpc_copy", "Fake", True, "strict", tag=("portal", STACK), facets={"name": "F"})
    assert sides.look(clients=(copy, *sides.seen.clients)).owners() == {}
