"""What gets into no file when differences are accepted, and the reason that is told."""

from pathlib import Path

import pytest

from tests.tpa.drift.accepted import accepted
from tests.tpa.drift.paths import MACHINE, MINE
from tests.tpa.drift.values import Bend, beside, settled
from tpa.drift.accept import accept
from tpa.files.editing import staged
from tpa.tenant.objects import Connection


@pytest.mark.parametrize(
    ("bend", "path", "why"),
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
            lambda s: s.grant(MINE, any_organization=True),
            "grants/portal/orders/user/allow_any_organization",
            "restore it",
        ),
        (
            lambda s: s.grant(MACHINE, organization_usage="require"),
            "grants/portal/orders/client/organization_usage",
            "restore it",
        ),
        (
            lambda s: s.look(connections={"customers": Connection("con_1")}),
            "connections/customers",
            "take it out of the connections of helper, portal, widget",
        ),
        (
            lambda s: s.look(
                connections={**s.seen.connections, "others": Connection("con_2", promoted=True)}
            ),
            "connections/others",
            "name it in the connections",
        ),
        (
            lambda s: s.settings(client_id_metadata_document_supported=False),
            "tenant/client_id_metadata_documents",
            "agents",
        ),
        (lambda s: s.look(organizations={}), "organizations/northwind/third_parties", "by hand"),
    ],
)
def test_what_has_no_words_is_left_with_its_reason(
    tmp_path: Path, bend: Bend, path: str, why: str
) -> None:
    found, left, _ = accepted(tmp_path, bend(settled(tmp_path)))
    assert found == []
    assert why in left[path]


def test_a_file_that_only_a_person_can_edit_is_left_to_one(tmp_path: Path) -> None:
    catalog = settled(tmp_path).view.catalog
    file = tmp_path / "stacks/applications/portal.yaml"
    text = file.read_text("utf-8").replace("description: Orders", "description: &words Orders")
    file.write_text(text, encoding="utf-8")
    bent = beside(catalog, settled(tmp_path).last, catalog).client("portal", description="x")
    file.write_text(text + "logo_uri: *words\n", encoding="utf-8")
    with staged(tmp_path) as stage:
        left = accept(stage, bent.view, bent.differences().values())
        assert stage.changed == ()
    assert "edit it by hand" in left["applications/portal/description"]


def test_a_text_that_looks_like_a_secret_gets_into_no_file(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.api_key": "k-1234567890"})
    changed, left, _ = accepted(tmp_path, bent)
    assert changed == []
    assert "looks like a secret" in left["applications/portal/client_metadata.api_key"]
