"""The way back outside of an application's properties: one request for each thing, doors last."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.paths import MACHINE, MINE, ORDERS
from tests.tpa.drift.restorations import PORTAL, plan
from tests.tpa.drift.values import Bend, settled
from tpa.tenant.objects import Connection, Grant, Organization, RateLimitPolicy

SETTINGS = "/tenants/settings"


@pytest.mark.parametrize(
    ("bend", "method", "path", "body"),
    [
        (
            lambda s: s.grant(MACHINE, scopes=("read:orders",)),
            "PATCH",
            f"/client-grants/{MACHINE}",
            {"scope": ["write:orders", "read:orders"]},  # in the order of the file
        ),
        (
            lambda s: s.grant(MINE, all_scopes=True, scopes=()),
            "PATCH",
            f"/client-grants/{MINE}",
            {"allow_all_scopes": False, "scope": ["read:orders"]},
        ),
        (
            lambda s: s.grant(MINE, details=("payment",)),
            "PATCH",
            f"/client-grants/{MINE}",
            {"authorization_details_types": []},
        ),
        (
            lambda s: s.grant(MINE, any_organization=True),
            "PATCH",
            f"/client-grants/{MINE}",
            {"allow_any_organization": False},
        ),
        (
            lambda s: s.grant(MACHINE, organization_usage="require"),
            "PATCH",
            f"/client-grants/{MACHINE}",
            {"organization_usage": "allow"},
        ),
        (
            lambda s: s.links(grants=frozenset()),
            "POST",
            "/organizations/org_1/client-grants",
            {"grant_id": MACHINE},
        ),
        (
            lambda s: s.links(grants=frozenset({MACHINE, MINE})),
            "DELETE",
            f"/organizations/org_1/client-grants/{MINE}",
            {},
        ),
        (
            lambda s: s.look(
                grants=(*s.seen.grants, Grant("cgr_x", "tpc_widget", ORDERS, "user", ()))
            ),
            "DELETE",
            "/client-grants/cgr_x",
            {},
        ),
        (
            lambda s: s.look(grants=(*s.seen.grants, Grant("cgr_y", "", ORDERS, "user", ()))),
            "DELETE",
            "/client-grants/cgr_y",
            {},
        ),
        (
            lambda s: s.look(connections={"customers": Connection("con_1")}),
            "PATCH",
            "/connections/con_1",
            {"is_domain_connection": True},
        ),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "PATCH",
            "/organizations/org_1",
            {"third_party_client_access": "allow"},
        ),
        (
            lambda s: s.links(connections=frozenset()),
            "POST",
            "/organizations/org_1/enabled_connections",
            {"connection_id": "con_1", "assign_membership_on_login": False, "show_as_button": True},
        ),
        (
            lambda s: s.settings(flags={"use_scope_descriptions_for_consent": True}),
            "PATCH",
            SETTINGS,
            {"flags": {"enable_dynamic_client_registration": True}},
        ),
        (
            lambda s: s.settings(error_page={"url": "https://acme.test/failed", "html": "<p>"}),
            "PATCH",
            SETTINGS,
            {"error_page": {"html": ""}},
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "PATCH",
            SETTINGS,
            {"client_id_metadata_document_supported": True},
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_portal": RateLimitPolicy("rlp_2", "block", 1),
                }
            ),
            "PATCH",
            "/rate-limit-policies/rlp_2",
            {"configuration": {"action": "log", "limit": 10}},
        ),
        (
            lambda s: s.look(
                rate_limits={
                    **s.seen.rate_limits,
                    "client_id:tpc_widget": RateLimitPolicy("rlp_3", "log", 1),
                }
            ),
            "DELETE",
            "/rate-limit-policies/rlp_3",
            {},
        ),
    ],
)
def test_each_thing_is_set_back_by_one_request(
    tmp_path: Path, bend: Bend, method: str, path: str, body: Mapping[str, Any]
) -> None:
    found = plan(bend(settled(tmp_path)))
    (write,) = found.writes
    assert (write.method, write.path, write.body) == (method, path, body)
    assert (found.left, found.refreshed, found.replaced) == ({}, [], [])


def test_settings_go_in_one_request_and_doors_open_last(tmp_path: Path) -> None:
    bent = settled(tmp_path).settings(flags={}, client_id_metadata_document_supported=False)
    bent = bent.look(connections={"customers": Connection("con_1")}).grant(MINE, scopes=())
    found = plan(bent.client("portal", name="x"))
    assert [write.path for write in found.writes] == [
        PORTAL,
        f"/client-grants/{MINE}",
        "/connections/con_1",
        SETTINGS,
    ]
    assert found.writes[-1].body == {
        "flags": {
            "enable_dynamic_client_registration": True,
            "use_scope_descriptions_for_consent": True,
        },
        "client_id_metadata_document_supported": True,
    }
