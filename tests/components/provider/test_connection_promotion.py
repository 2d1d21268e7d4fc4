"""What promotion does to a tenant: one field of one connection, and back."""

from typing import Any

import pytest

from auth0_third_party.management import ManagementClient, NotFound
from auth0_third_party.provider.fence import Locks
from auth0_third_party.provider.field_scoped import OwnedFields
from auth0_third_party.provider.resource import UNKNOWN, InvalidInput, State
from auth0_third_party.provider.resources import CONNECTION_PROMOTION
from tests.conftest import LiveTenant

RESOURCE = OwnedFields(CONNECTION_PROMOTION, Locks())
NAMES = ["customers", "google-oauth2", "acme-workforce"]


def checked(connection: object) -> dict[str, Any]:
    inputs = RESOURCE.check({"connection": connection})
    assert isinstance(inputs, dict)
    return inputs


def create(client: ManagementClient, connection: str = "customers") -> State:
    return RESOURCE.create(client, checked(connection), preview=False)


@pytest.mark.parametrize("connection", [None, "", "  ", 5.0, ["customers"], {"name": "customers"}])
def test_a_connection_must_be_named(connection: object) -> None:
    (failure,) = RESOURCE.check({"connection": connection})
    assert isinstance(failure, InvalidInput)
    assert failure.property == "connection"


def test_the_wanted_state_is_an_input_so_that_drift_shows() -> None:
    assert checked("customers") == {"connection": "customers", "isDomainConnection": True}
    assert checked(UNKNOWN)["connection"] is UNKNOWN


@pytest.mark.parametrize("name", NAMES)
def test_create_writes_one_field_once(
    live_tenant: LiveTenant, client: ManagementClient, name: str
) -> None:
    before = live_tenant.connection(name)
    assert before["options"]
    live_tenant.forget_log()
    state = create(client, name)
    assert live_tenant.writes() == [("PATCH", f"/connections/{before['id']}")]
    # Options and their secrets are as they were, to the letter: the write named one field.
    assert live_tenant.connection(name) == {**before, "is_domain_connection": True}
    assert state.id == before["id"]
    assert state.outputs == {
        "connection": name,
        "isDomainConnection": True,
        "connectionId": before["id"],
        "name": name,
        "strategy": before["strategy"],
        "promotedByUs": True,
        "before": {"isDomainConnection": False},
        "remembered": False,
    }


def test_the_body_of_the_write(client: ManagementClient, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[object] = []
    patch = client.patch

    def noted(path: str, body: dict[str, object]) -> Any:
        sent.append(body)
        return patch(path, body)

    monkeypatch.setattr(client, "patch", noted)
    state = create(client)
    RESOURCE.delete(client, state)
    assert sent == [{"is_domain_connection": True}, {"is_domain_connection": False}]


def test_by_id_is_as_by_name(live_tenant: LiveTenant, client: ManagementClient) -> None:
    connection = live_tenant.connection("customers")
    state = create(client, connection["id"])
    assert (state.id, state.outputs["name"]) == (connection["id"], "customers")
    assert live_tenant.connection("customers")["is_domain_connection"]


def test_an_open_connection_is_left_alone(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    live_tenant.promote("customers", promoted=True)
    live_tenant.forget_log()
    state = create(client)
    assert state.outputs["promotedByUs"] is False
    (note,) = RESOURCE.delete(client, state)
    assert note == "connection 'customers' was like this before us and stays so"
    assert live_tenant.writes() == []


def test_a_preview_reads_and_does_not_write(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    live_tenant.forget_log()
    state = RESOURCE.create(client, checked("customers"), preview=True)
    assert state.outputs["isDomainConnection"] is True
    assert state.outputs["promotedByUs"] is True
    assert {method for method, _ in live_tenant.requests()} == {"GET"}


def test_a_preview_of_an_unknown_connection_asks_nobody(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    live_tenant.forget_log()
    state = RESOURCE.create(client, checked(UNKNOWN), preview=True)
    assert state.outputs["connectionId"] is UNKNOWN
    assert state.outputs["isDomainConnection"] is True
    assert live_tenant.requests() == []


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("name", ["custom", "con_0000000000000000", "con_1/../../clients"])
def test_an_unknown_connection_is_one_line(
    live_tenant: LiveTenant, client: ManagementClient, name: str, preview: bool
) -> None:
    with pytest.raises(NotFound) as caught:
        RESOURCE.create(client, checked(name), preview=preview)
    assert "\n" not in str(caught.value)
    assert live_tenant.writes() == []


def test_delete_restores_what_we_promoted(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    before = live_tenant.connection("customers")
    state = create(client)
    live_tenant.forget_log()
    assert RESOURCE.delete(client, state) == ()
    assert live_tenant.writes() == [("PATCH", f"/connections/{before['id']}")]
    assert live_tenant.connection("customers") == before


def test_what_somebody_closed_meanwhile_is_left_and_said(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    state = create(client)
    live_tenant.promote("customers", promoted=False)
    live_tenant.forget_log()
    (note,) = RESOURCE.delete(client, state)
    assert "is_domain_connection is as it was before us already" in note
    assert live_tenant.writes() == []


def test_a_connection_that_is_gone(live_tenant: LiveTenant, client: ManagementClient) -> None:
    state = create(client)
    live_tenant.api("DELETE", f"/connections/{state.id}")
    live_tenant.forget_log()
    assert RESOURCE.read(client, state.id, state) is None
    (note,) = RESOURCE.delete(client, state)
    assert note == "connection 'customers' is gone; nothing to restore"
    assert live_tenant.writes() == []


def test_refresh_sees_drift_and_keeps_what_we_know(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    state = create(client)
    live_tenant.promote("customers", promoted=False)
    seen = RESOURCE.read(client, state.id, state)
    assert seen is not None
    assert seen.inputs == {"connection": "customers", "isDomainConnection": False}
    assert seen.outputs == {**state.outputs, "isDomainConnection": False}


def test_refresh_keeps_an_id_that_the_program_gives(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    state = create(client, live_tenant.connection("customers")["id"])
    seen = RESOURCE.read(client, state.id, state)
    assert seen == state


@pytest.mark.parametrize("promoted", [True, False])
def test_an_import_was_there_before_us(
    live_tenant: LiveTenant, client: ManagementClient, promoted: bool
) -> None:
    live_tenant.promote("customers", promoted=promoted)
    identity = live_tenant.connection("customers")["id"]
    live_tenant.forget_log()
    by_id = RESOURCE.read(client, identity, None)
    assert by_id is not None
    assert by_id.inputs == {"connection": "customers", "isDomainConnection": promoted}
    assert by_id.outputs["promotedByUs"] is False
    assert RESOURCE.read(client, "customers", None) == by_id
    assert all("stays so" in note for note in RESOURCE.delete(client, by_id))
    assert live_tenant.writes() == []


def test_update_promotes_again(live_tenant: LiveTenant, client: ManagementClient) -> None:
    state = create(client)
    live_tenant.promote("customers", promoted=False)
    drifted = RESOURCE.read(client, state.id, state)
    assert drifted is not None
    live_tenant.forget_log()
    assert RESOURCE.update(client, drifted, checked("customers"), preview=True) == state
    assert live_tenant.writes() == []
    assert RESOURCE.update(client, drifted, checked("customers"), preview=False) == state
    assert live_tenant.writes() == [("PATCH", f"/connections/{state.id}")]


def test_what_we_open_again_we_close_again(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    """It was open before us, then somebody closed it: what stood before our write is closed."""
    live_tenant.promote("customers", promoted=True)
    state = create(client)
    live_tenant.promote("customers", promoted=False)
    again = RESOURCE.update(client, state, checked("customers"), preview=False)
    assert again.outputs["promotedByUs"] is True
    assert RESOURCE.delete(client, again) == ()
    assert not live_tenant.connection("customers")["is_domain_connection"]


def test_an_answer_that_got_lost_does_not_make_it_somebody_elses(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    cut = {"do": "cut-after", "method": "PATCH", "path": "/api/v2/connections/*", "count": 1}
    live_tenant.api.control("POST", "/faults", cut)
    assert create(client).outputs["promotedByUs"] is True
