"""A preview may have imports and what completes them; any other step stops an adoption."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.preflight.conftest import DOMAIN, STACK, Files, snapshot
from tpa.adopt.imports import Step, unexpected_steps
from tpa.environments.stack_state import (
    CLIENT,
    CREDENTIALS,
    GRANT,
    ORGANIZATION_ACCESS,
    ORGANIZATION_CONNECTION,
    ORGANIZATION_GRANT,
    PROMOTION,
)
from tpa.tenant.objects import Client, Connection, Grant, Organization
from tpa.tenant.snapshot import OrganizationLinks
from tpa.tenant.view import EnvironmentView


def step(op: str, kind: str, name: str, *changed: str, **inputs: Any) -> Step:
    return Step(
        op, kind, name, inputs, kind == "auth0-third-party:index:ThirdPartyApplication", changed
    )


@pytest.fixture
def view(tmp_path: Any) -> EnvironmentView:
    seen = snapshot(
        connections={"customers": Connection("con_1", promoted=True), "staff": Connection("con_2")},
        organizations={"north": Organization("org_1", admits=True), "south": Organization("org_2")},
        settings={"client_id_metadata_document_supported": True},
        clients=(Client("tpc_9", third_party=True, values={("client_metadata", "tier"): "gold"}),),
        grants=(
            MACHINE,
            replace(MACHINE, id="cgr_8", client_id="tpc_8", organization_usage="allow"),
        ),
    )
    links = {"north": OrganizationLinks(frozenset({"customers"}), frozenset({"cgr_8"}))}
    return EnvironmentView(Files(tmp_path).load(), STACK, DOMAIN, seen, links=links)


MACHINE = Grant("cgr_9", "tpc_9", "https://orders.example.com", "client", ("read:orders",))
ADOPT = {"shop": "tpc_9"}
TAGGED = {"tier": "gold", "tpa_application": "shop", "tpa_stack": STACK, "tpa_owner": "Acme"}


def usage_of(client_id: str, usage: str) -> dict[str, Any]:
    return {
        "clientId": client_id,
        "audience": MACHINE.audience,
        "subjectType": "client",
        "organizationUsage": usage,
    }


IMPORT = (
    step("create", "pulumi:providers:auth0", "auth0"),
    step("create", "auth0-third-party:index:ThirdPartyApplication", "shop"),
    step("import", CLIENT, "shop-client"),
    step("update", CLIENT, "shop-client", "clientMetadata", clientMetadata=TAGGED),
    step("import", CREDENTIALS, "shop-credentials"),
    step("import", GRANT, "shop-grant-orders-client"),
    step("update", GRANT, "shop-grant-orders", "organizationUsage", **usage_of("tpc_9", "deny")),
    step(
        "create", ORGANIZATION_GRANT, "shop-grant-orders-north", grant="cgr_8", organization="north"
    ),
    step(
        "create",
        ORGANIZATION_CONNECTION,
        "organization-north-x",
        connection="customers",
        organization="north",
    ),
    step("create", PROMOTION, "connections-promotion-customers", connection="customers"),
    step("create", ORGANIZATION_ACCESS, "organization-north-access", organization="north"),
    step("create", "auth0-third-party:index:MetadataDocumentSetting", "metadata-documents"),
    step("same", CLIENT, "other-client"),
)


def test_an_import_passes(view: EnvironmentView) -> None:
    assert list(unexpected_steps(IMPORT, view, ADOPT)) == []


def test_the_import_of_an_interrupted_run_may_be_completed(view: EnvironmentView) -> None:
    rest = (step("update", CLIENT, "shop-client", "clientMetadata", clientMetadata=TAGGED),)
    assert list(unexpected_steps(rest, view, ADOPT)) == []
    assert list(unexpected_steps(rest, view, {})) == ["update shop-client (clientMetadata)"]


@pytest.mark.parametrize(
    "other",
    [
        step("create", CLIENT, "new-client"),
        step("delete", GRANT, "shop-grant-orders-client"),
        step("replace", CLIENT, "shop-client"),
        step("update", CLIENT, "shop-client", "clientMetadata", "callbacks"),
        step("update", GRANT, "shop-grant-orders-client", "scopes"),
        step("update", CREDENTIALS, "shop-credentials", "authenticationMethod"),
        step("create", PROMOTION, "connections-promotion-staff", connection="staff"),
        step("create", ORGANIZATION_ACCESS, "organization-south-access", organization="south"),
        step("create", "auth0-third-party:index:ErrorPageSetting", "error-page-setting"),
        step("update", CLIENT, "other-client", "clientMetadata"),
        step("update", CLIENT, "shop-two-client", "clientMetadata", clientMetadata=TAGGED),
        step("update", CLIENT, "shop-client", "clientMetadata", clientMetadata={"tier": "none"}),
        step("update", GRANT, "shop-two-grant", "organizationUsage", **usage_of("tpc_8", "deny")),
        step(
            "update", GRANT, "shop-grant-orders", "organizationUsage", **usage_of("tpc_9", "allow")
        ),
        step("create", ORGANIZATION_GRANT, "shop-grant-x", grant="cgr_9", organization="north"),
        step("create", ORGANIZATION_GRANT, "shop-grant-x", grant="cgr_8", organization="south"),
        step(
            "create",
            ORGANIZATION_CONNECTION,
            "organization-north-x",
            connection="staff",
            organization="north",
        ),
    ],
    ids=lambda other: f"{other.op} {other.name} {' '.join(other.changed)}",
)
def test_any_other_step_is_listed(view: EnvironmentView, other: Step) -> None:
    (line,) = unexpected_steps((*IMPORT, other), view, ADOPT)
    assert line.startswith(f"{other.op} {other.name}")
