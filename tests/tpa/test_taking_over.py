"""A take-over is imports, and what completes them; any other step stops it."""

from typing import Any

import pytest

from catalog.holdings import CLIENT, CREDENTIALS, GRANT, ORGANIZATION_ACCESS, PROMOTION
from preflight.objects import Connection, Organization
from survey.view import View
from tests.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tpa.taking_over import Step, unwanted


def step(op: str, kind: str, name: str, *changed: str, **inputs: Any) -> Step:
    return Step(op, kind, name, inputs, kind == "auth0apps:index:ThirdPartyApplication", changed)


@pytest.fixture
def view(tmp_path: Any) -> View:
    seen = snapshot(
        connections={"customers": Connection("con_1", promoted=True), "staff": Connection("con_2")},
        organizations={"north": Organization("org_1", admits=True), "south": Organization("org_2")},
        settings={"client_id_metadata_document_supported": True},
    )
    return View(Files(tmp_path).load(), STACK, DOMAIN, seen)


PURE = (
    step("create", "pulumi:providers:auth0", "auth0"),
    step("create", "auth0apps:index:ThirdPartyApplication", "shop"),
    step("import", CLIENT, "shop-client"),
    step("update", CLIENT, "shop-client", "clientMetadata"),
    step("import", CREDENTIALS, "shop-credentials"),
    step("import", GRANT, "shop-grant-orders-client"),
    step("update", GRANT, "shop-grant-orders-client", "organizationUsage"),
    step("create", PROMOTION, "connections-customers-promotion", connection="customers"),
    step("create", ORGANIZATION_ACCESS, "organization-north-access", organization="north"),
    step("create", "auth0apps:index:MetadataDocuments", "metadata-documents-switch"),
    step("same", CLIENT, "other-client"),
)


def test_a_pure_take_over_passes(view: View) -> None:
    assert list(unwanted(PURE, view, ("shop",))) == []


def test_what_a_run_that_was_cut_off_imported_may_be_completed(view: View) -> None:
    rest = (step("update", CLIENT, "shop-client", "clientMetadata"),)
    assert list(unwanted(rest, view, ("shop",))) == []
    assert list(unwanted(rest, view, ())) == ["update shop-client (clientMetadata)"]


@pytest.mark.parametrize(
    "other",
    [
        step("create", CLIENT, "new-client"),
        step("delete", GRANT, "shop-grant-orders-client"),
        step("replace", CLIENT, "shop-client"),
        step("update", CLIENT, "shop-client", "clientMetadata", "callbacks"),
        step("update", GRANT, "shop-grant-orders-client", "scopes"),
        step("update", CREDENTIALS, "shop-credentials", "authenticationMethod"),
        step("create", PROMOTION, "connections-staff-promotion", connection="staff"),
        step("create", ORGANIZATION_ACCESS, "organization-south-access", organization="south"),
        step("create", "auth0apps:index:ErrorPage", "error-page-page"),
        step("update", CLIENT, "other-client", "clientMetadata"),
    ],
    ids=lambda other: f"{other.op} {other.name} {' '.join(other.changed)}",
)
def test_any_other_step_is_named(view: View, other: Step) -> None:
    (said,) = unwanted((*PURE, other), view, ("shop",))
    assert said.startswith(f"{other.op} {other.name}")
