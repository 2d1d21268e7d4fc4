"""What `--accept` leaves as it is in the files: comments, other environments, what it refuses."""

import errno
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.running import TODAY, accepted
from tests.tpa.drift.scenario import (
    CLIENT_GRANT,
    FILES,
    ORDERS,
    USER_GRANT,
    Change,
    Scenario,
    edited,
    in_sync,
    more,
    scenario_of,
    write,
)
from tests.tpa.files.conftest import APIS, DEV, Project
from tpa.drift.accept import check_other_environments, write_live_values
from tpa.errors import TpaError
from tpa.files.declaration import declaration_in
from tpa.files.editing import staged
from tpa.files.layout import APIS_FILE
from tpa.files.problems import CatalogError
from tpa.files.regular import write_text
from tpa.tenant.objects import Connection, Grant
from tpa.tenant.snapshot import OrganizationLinks

SCOPES = """\
    scopes:
      # reading, OPS-1
      - read:orders # needed by the cart
"""
PORTAL = FILES["applications/portal"].replace("    scopes: [read:orders]\n", SCOPES)
HELPER = FILES["agents/helper"].replace(
    "  - {api: orders, subject_type: user, scopes: [read:orders]}\n",
    "  [\n    {api: orders, subject_type: user, scopes: [read:orders]}, # nightly\n  ]\n",
)


@pytest.mark.parametrize(
    ("file", "change", "old", "new"),
    [
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, scopes=("read:orders", "write:orders")),
            SCOPES,
            f"{SCOPES}      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, scopes=("write:orders",)),
            SCOPES,
            "    scopes:\n      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, all_scopes=True, scopes=()),
            SCOPES,
            f"    allow_all_scopes: true\n    allow_all_scopes_reason: {TODAY}\n",
        ),
        (
            "agents/helper",
            lambda s: s.tenant(
                grants=(
                    *(g for g in s.snapshot.grants if g.client_id != "tpc_helper"),
                    Grant("c", "tpc_helper", ORDERS, "client", ("read:orders",)),
                )
            ),
            "    {api: orders, subject_type: user, scopes: [read:orders]}, # nightly\n",
            "    {api: orders, subject_type: client, scopes: [read:orders]},\n",
        ),
    ],
)
def test_comments_stay_with_their_lines(
    tmp_path: Path, file: str, change: Change, old: str, new: str
) -> None:
    before = {"applications/portal": PORTAL, "agents/helper": HELPER}
    catalog = write(tmp_path, applications__portal=PORTAL, agents__helper=HELPER)
    scenario = change(scenario_of(catalog, declaration_in(catalog.record), catalog))
    with staged(tmp_path) as stage:
        assert write_live_values(stage, scenario.view, scenario.differences().values()) == {}
        after = stage.read(f"stacks/{file}.yaml")
    assert after == before[file].replace(old, new)


def test_organizations_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    """The tenant does not keep an order."""
    listed = edited("applications/portal", "organizations: [north]", "organizations: [west, north]")
    others = "  west: {name: westwind}\n  south: {name: breeze}\n"
    catalog = write(tmp_path, **listed, **more("dev", others))
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    names = ("northwind", "westwind", "breeze")
    links = {name: OrganizationLinks(frozenset(), frozenset({CLIENT_GRANT})) for name in names}
    drifted = Scenario(replace(scenario.view, links=links), scenario.last)
    path = "grants/portal/orders/client/organizations"
    with staged(tmp_path) as stage:
        assert write_live_values(stage, drifted.view, [drifted.differences()[path]]) == {}
        after = stage.data("stacks/applications/portal.yaml")["grants"][1]
    assert after["organizations"] == ["west", "north", "south"]


@pytest.fixture
def two(project: Project) -> Project:
    """A second environment, where one API has another audience."""
    staging = {**DEV, "embedded_port": 8442, "audiences": {"orders": "https://orders.staging"}}
    project.write("stacks/staging.yaml", staging)
    project.load("staging")
    return project


def test_a_change_that_breaks_another_environment_is_refused(two: Project) -> None:
    with staged(two.root) as stage:
        stage.set(APIS_FILE, ("apis",), {"catalog": APIS["apis"]["catalog"]})
        with pytest.raises(CatalogError, match=r"stacks/staging.yaml"):
            check_other_environments(stage, "dev")


def test_a_change_that_breaks_no_environment_passes(two: Project) -> None:
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        check_other_environments(stage, "dev")


def test_an_environment_that_was_broken_before_is_skipped(two: Project) -> None:
    two.write("stacks/staging.yaml", {**DEV, "tenant": 5})
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        check_other_environments(stage, "dev")


@pytest.mark.parametrize("trouble", ["edited", "full"])
def test_no_file_is_written_if_one_can_not_be(
    two: Project, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    portal = two.root / "stacks/applications/portal.yaml"
    before = portal.read_text("utf-8")
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        stage.set("stacks/dev.yaml", ("embedded_port",), 9000)
        if trouble == "edited":
            two.dev(embedded_port=9001)
        else:
            full = OSError(errno.ENOSPC, "No space left on device", "stacks/dev.yaml")
            real = two.root / "stacks/dev.yaml"
            _fail_at(monkeypatch, str(real), full)
        with pytest.raises(TpaError, match=r"edited meanwhile; nothing was|can't be written: No"):
            stage.save()
    assert portal.read_text("utf-8") == before


def _fail_at(monkeypatch: pytest.MonkeyPatch, place: str, error: OSError) -> None:
    def write(file: Path, text: str, **options: bool) -> None:
        if str(file) == place:
            raise error
        write_text(file, text, **options)

    monkeypatch.setattr("tpa.files.editing.staging.write_text", write)


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
            "turn it off there",
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
