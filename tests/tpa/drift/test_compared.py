"""Every property and every object that may be changed outside gives one difference."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.scenario import ADDED_DEFAULT, STACK, USER_GRANT, Change, Scenario, in_sync
from tpa.tenant.objects import Client, Connection, Grant, Organization, RateLimitPolicy

FOREIGN = Grant("cgr_x", "tpc_portal", "https://new.test/v1", "user", ("do:it",))


def test_a_tenant_that_has_what_the_files_say_has_no_difference(tmp_path: Path) -> None:
    assert in_sync(tmp_path).differences() == {}


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
        ("refresh_token/leeway", 9),
        ("refresh_token/rotation_type", "rotating"),
        ("refresh_token/token_lifetime", "unlimited"),
        ("client_metadata/plan", "silver"),
        ("client_metadata/plan", None),
        ("client_metadata/a.b:c", "new"),
    ],
)
def test_each_property_of_an_application_is_compared(
    tmp_path: Path, name: str, live: object
) -> None:
    found = in_sync(tmp_path).client("portal", **{name: live}).differences()
    (only,) = found.values()
    assert (only.name, only.changed_by, only.live) == (
        f"applications/portal/{name}",
        "outside",
        live,
    )
    assert only.counts


def test_a_slash_in_the_name_of_a_metadata_entry_is_escaped(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", **{"client_metadata/a%2Fb": "x"})
    assert drifted.changed_by() == {"applications/portal/client_metadata/a%2Fb": "outside"}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda s: s.grant(USER_GRANT), "grants/portal/orders/user"),
        (lambda s: s.grant(USER_GRANT, scopes=()), "grants/portal/orders/user"),
        (lambda s: s.grant(USER_GRANT, all_scopes=True), "grants/portal/orders/user"),
        (
            lambda s: s.grant(USER_GRANT, details=("payment",)),
            "grants/portal/orders/user/authorization_details_types",
        ),
        (
            lambda s: s.grant(USER_GRANT, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
        ),
        (
            lambda s: s.grant("cgr_portal_orders_client", organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
        ),
        (
            lambda s: s.tenant(grants=(*s.snapshot.grants, FOREIGN)),
            "grants/portal/https:%2F%2Fnew.test%2Fv1/user",
        ),
        (lambda s: s.grant("cgr_helper_orders_user", scopes=()), "grants/helper/orders/user"),
        (lambda s: s.grant("cgr_default_catalog_user"), "default_permissions/catalog/user"),
        (
            lambda s: s.tenant(grants=(*s.snapshot.grants, ADDED_DEFAULT)),
            "default_permissions/orders/user",
        ),
        (
            lambda s: s.tenant(connections={"customers": Connection("con_1")}),
            "connections/customers",
        ),
        (
            lambda s: s.tenant(
                connections={**s.snapshot.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
        ),
        (
            lambda s: s.tenant(organizations={"northwind": Organization("org_1", admits=False)}),
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
            lambda s: s.tenant(
                rate_limits={
                    **s.snapshot.rate_limits,
                    "third_party_clients": RateLimitPolicy("rlp_1", "log", 100),
                }
            ),
            "tenant/rate_limit",
        ),
        (
            lambda s: s.tenant(
                rate_limits={
                    **s.snapshot.rate_limits,
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
            lambda s: s.replaced(s.view.managed["portal"], _tagged(s, owner="Other")),
            "applications/portal/tag",
        ),
    ],
)
def test_each_other_object_is_compared(tmp_path: Path, change: Change, path: str) -> None:
    assert change(in_sync(tmp_path)).changed_by() == {path: "outside"}


def _tagged(scenario: Scenario, **changes: Any) -> Client:
    return replace(scenario.view.managed["portal"], **changes)


@pytest.mark.parametrize(("kind", "key"), [("applications", "portal"), ("agents", "helper")])
def test_what_belongs_to_a_deleted_client_is_not_listed_as_well(
    tmp_path: Path, kind: str, key: str
) -> None:
    scenario = in_sync(tmp_path)
    deleted = scenario.replaced(scenario.view.managed[key])
    rest = deleted.tenant(
        grants=tuple(g for g in deleted.snapshot.grants if g.client_id != f"tpc_{key}")
    )
    assert rest.changed_by() == {f"{kind}/{key}": "outside"}


def test_the_client_in_the_state_counts_if_its_tag_was_copied(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    copy = Client(
        "tpc_copy", "Fake", True, "strict", tag=("portal", STACK), values={("name",): "F"}
    )
    assert scenario.tenant(clients=(copy, *scenario.snapshot.clients)).changed_by() == {}
