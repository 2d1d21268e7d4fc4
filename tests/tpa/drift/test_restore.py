"""How grants, connections, organizations and settings are restored: one request each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.restoring import PORTAL, plan
from tests.tpa.drift.scenario import CLIENT_GRANT, ORDERS, USER_GRANT, Change, in_sync
from tpa.tenant.objects import Connection, Grant, Organization, RateLimitPolicy

SETTINGS = "/tenants/settings"


@pytest.mark.parametrize(
    ("change", "method", "path", "body"),
    [
        (
            lambda s: s.grant(CLIENT_GRANT, scopes=("read:orders",)),
            "PATCH",
            f"/client-grants/{CLIENT_GRANT}",
            {"scope": ["write:orders", "read:orders"]},  # in the order of the file
        ),
        (
            lambda s: s.grant(USER_GRANT, all_scopes=True, scopes=()),
            "PATCH",
            f"/client-grants/{USER_GRANT}",
            {"allow_all_scopes": False, "scope": ["read:orders"]},
        ),
        (
            lambda s: s.grant(USER_GRANT, details=("payment",)),
            "PATCH",
            f"/client-grants/{USER_GRANT}",
            {"authorization_details_types": []},
        ),
        (
            lambda s: s.grant(USER_GRANT, any_organization=True),
            "PATCH",
            f"/client-grants/{USER_GRANT}",
            {"allow_any_organization": False},
        ),
        (
            lambda s: s.grant(CLIENT_GRANT, organization_usage="require"),
            "PATCH",
            f"/client-grants/{CLIENT_GRANT}",
            {"organization_usage": "allow"},
        ),
        (
            lambda s: s.links(grants=frozenset()),
            "POST",
            "/organizations/org_1/client-grants",
            {"grant_id": CLIENT_GRANT},
        ),
        (
            lambda s: s.links(grants=frozenset({CLIENT_GRANT, USER_GRANT})),
            "DELETE",
            f"/organizations/org_1/client-grants/{USER_GRANT}",
            {},
        ),
        (
            lambda s: s.tenant(
                grants=(*s.snapshot.grants, Grant("cgr_x", "tpc_widget", ORDERS, "user", ()))
            ),
            "DELETE",
            "/client-grants/cgr_x",
            {},
        ),
        (
            lambda s: s.tenant(grants=(*s.snapshot.grants, Grant("cgr_y", "", ORDERS, "user", ()))),
            "DELETE",
            "/client-grants/cgr_y",
            {},
        ),
        (
            lambda s: s.tenant(connections={"customers": Connection("con_1")}),
            "PATCH",
            "/connections/con_1",
            {"is_domain_connection": True},
        ),
        (
            lambda s: s.tenant(organizations={"northwind": Organization("org_1", admits=False)}),
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
            lambda s: s.tenant(
                rate_limits={
                    **s.snapshot.rate_limits,
                    "client_id:tpc_portal": RateLimitPolicy("rlp_2", "block", 1),
                }
            ),
            "PATCH",
            "/rate-limit-policies/rlp_2",
            {"configuration": {"action": "log", "limit": 10}},
        ),
        (
            lambda s: s.tenant(
                rate_limits={
                    **s.snapshot.rate_limits,
                    "client_id:tpc_widget": RateLimitPolicy("rlp_3", "log", 1),
                }
            ),
            "DELETE",
            "/rate-limit-policies/rlp_3",
            {},
        ),
    ],
)
def test_each_object_is_restored_by_one_request(
    tmp_path: Path, change: Change, method: str, path: str, body: Mapping[str, Any]
) -> None:
    found = plan(change(in_sync(tmp_path)))
    (request,) = found.requests
    assert (request.method, request.path, request.body) == (method, path, body)
    assert (found.not_restored, found.refreshed, found.replaced) == ({}, [], [])


def test_settings_are_merged_into_one_request_and_come_last(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).settings(flags={}, client_id_metadata_document_supported=False)
    drifted = drifted.tenant(connections={"customers": Connection("con_1")}).grant(
        USER_GRANT, scopes=()
    )
    found = plan(drifted.client("portal", name="x"))
    assert [request.path for request in found.requests] == [
        PORTAL,
        f"/client-grants/{USER_GRANT}",
        "/connections/con_1",
        SETTINGS,
    ]
    assert found.requests[-1].body == {
        "flags": {
            "enable_dynamic_client_registration": True,
            "use_scope_descriptions_for_consent": True,
        },
        "client_id_metadata_document_supported": True,
    }
