"""What is not accepted into the files, and the reason that is shown."""

from pathlib import Path

import pytest

from tests.tpa.drift.accepting import accepted
from tests.tpa.drift.scenario import CLIENT_GRANT, USER_GRANT, Change, in_sync, scenario_of
from tpa.drift.accept import write_live_values
from tpa.files.editing import staged
from tpa.tenant.objects import Connection


@pytest.mark.parametrize(
    ("change", "path", "why"),
    [
        (lambda s: s.client("portal", keys=2), "applications/portal/keys", "ask the partner"),
        (
            lambda s: s.client("portal", security_mode="permissive"),
            "applications/portal/security_mode",
            "Auth0 fixes it",
        ),
        (
            lambda s: s.client("portal", token_endpoint_auth_method="private_key_jwt"),
            "applications/portal/token_endpoint_auth_method",
            "ask the partner",
        ),
        (
            lambda s: s.grant(USER_GRANT, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
            "restore it",
        ),
        (
            lambda s: s.grant(CLIENT_GRANT, organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
            "restore it",
        ),
        (
            lambda s: s.tenant(connections={"customers": Connection("con_1")}),
            "connections/customers",
            "take it out of the connections of helper, portal, widget",
        ),
        (
            lambda s: s.tenant(
                connections={**s.snapshot.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "name it in the connections",
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "tenant/client_id_metadata_documents",
            "agents",
        ),
        (lambda s: s.tenant(organizations={}), "organizations/northwind/third_parties", "by hand"),
    ],
)
def test_what_no_file_can_express_is_refused_with_its_reason(
    tmp_path: Path, change: Change, path: str, why: str
) -> None:
    found, refused, _ = accepted(tmp_path, change(in_sync(tmp_path)))
    assert found == []
    assert why in refused[path]


def test_a_file_with_anchors_has_to_be_edited_by_hand(tmp_path: Path) -> None:
    catalog = in_sync(tmp_path).view.catalog
    file = tmp_path / "stacks/applications/portal.yaml"
    text = file.read_text("utf-8").replace("description: Orders", "description: &text Orders")
    file.write_text(text, encoding="utf-8")
    drifted = scenario_of(catalog, in_sync(tmp_path).last, catalog).client(
        "portal", description="x"
    )
    file.write_text(text + "logo_uri: *text\n", encoding="utf-8")
    with staged(tmp_path) as stage:
        refused = write_live_values(stage, drifted.view, drifted.differences().values())
        assert stage.changed == ()
    assert "edit it by hand" in refused["applications/portal/description"]


def test_a_value_that_looks_like_a_secret_gets_into_no_file(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", **{"client_metadata/api_key": "k-1234567890"})
    changed, refused, _ = accepted(tmp_path, drifted)
    assert changed == []
    assert "looks like a secret" in refused["applications/portal/client_metadata/api_key"]
