"""Clients that registered themselves, and registration that no file states."""

import json
from typing import Any

import pytest

from auth0_emulator.testing import ManagementApi
from tests.conftest import LiveTenant
from tests.tpa.conftest import Run
from tests.tpa.files.conftest import Project
from tests.tpa.matching_tenant import PRODUCTS, client, default, grant, live, row, stranger
from tests.tpa.preflight.conftest import Files
from tpa.access.explain import explain
from tpa.tenant.objects import read_client

OPEN = {"flags": {"enable_dynamic_client_registration": True}}
REGISTERED = {
    "client_id": "tpc_9",
    "name": "Bot",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "grant_types": ["authorization_code"],
    "callbacks": ["https://bot.test/cb"],
}


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        ({}, True),
        ({"app_type": "spa"}, False),
        ({"client_metadata": {"tpa_stack": "project/dev"}}, False),
        ({"is_first_party": True}, False),
        (
            {"external_client_id": "https://a.test/c", "external_metadata_created_by": "client"},
            True,
        ),
        (
            {"external_client_id": "https://a.test/c", "external_metadata_created_by": "admin"},
            False,
        ),
    ],
)
def test_what_registered_itself(further: dict[str, Any], expected: bool) -> None:
    assert read_client({**REGISTERED, **further}).self_registered is expected


def test_a_registered_client_is_expected_with_the_default_permissions(files: Files) -> None:
    files.write("stacks/tenant.yaml", {"dynamic_client_registration": {}})
    bot = read_client(REGISTERED)
    view = live(files.load(), clients=(client(), bot), grants=(grant(), default()))
    found = row(view, bot.id, PRODUCTS)
    assert (found.status, found.source) == ("registered", "default")
    assert "It registered itself" in " ".join(explain(view, (found,), bot.id, PRODUCTS))
    assert view.unexplained == ()
    own = grant("cgr_9", client_id=bot.id)
    more = live(files.load(), clients=(client(), bot), grants=(grant(), default(), own))
    assert row(more, bot.id).status == "unmanaged"
    assert [each.id for each in more.unexplained] == [bot.id]


def test_without_a_file_that_says_so_it_is_in_no_file(files: Files) -> None:
    bot = read_client(REGISTERED)
    view = live(files.load(), clients=(client(), bot), open_registration=True)
    assert row(view, bot.id, PRODUCTS).status == "unmanaged"
    assert view.unexplained == ()  # registration itself is the finding
    shut = live(files.load(), clients=(client(), bot))
    assert [each.id for each in shut.unexplained] == [bot.id]


def test_who_is_unexplained(files: Files) -> None:
    """Neither ours, nor another stack's, nor a document."""
    others = (
        stranger("tpc_hand"),
        stranger("tpc_other", tag=("portal", "elsewhere/prod")),
        stranger("tpc_agent", document="https://agent.test/c"),
    )
    view = live(files.load(), clients=(client(), *others))
    assert [each.id for each in view.unexplained] == ["tpc_hand"]


def register(live_tenant: LiveTenant) -> None:
    body = {"client_name": "Bot", "redirect_uris": ["https://bot.test/cb"]}
    answer = live_tenant.api.client.post("/oidc/register", json=body)
    assert answer.status_code == 201, answer.text


def aligned(live: Project, api: ManagementApi, run: Run) -> tuple[object, dict[str, Any]]:
    """Exit status and JSON of `access --live`, by applications that have what the files say."""
    ended = run(live.root, "access", "--live", "--json")
    return ended.status, json.loads(ended.output)


def test_in_a_running_tenant(live: Project, live_tenant: LiveTenant, run: Run) -> None:
    assert live_tenant.api("PATCH", "/tenants/settings", OPEN).status_code == 200
    register(live_tenant)
    _, answer = aligned(live, live_tenant.api, run)
    assert len(answer["unstated_registration"]) == 1
    assert [each["name"] for each in answer["unmanaged"]] == ["Bot"]
    live.write("stacks/tenant.yaml", {"dynamic_client_registration": {}})
    _, answer = aligned(live, live_tenant.api, run)
    assert answer["unstated_registration"] == []
    assert answer["unmanaged"] == []
    assert [each["name"] for each in answer["registered"]] == ["Bot"]
    assert "unmanaged" not in {each["status"] for each in answer["rows"]}
