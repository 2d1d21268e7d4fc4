"""A run that is cut off between a write and its record: what was there before is not lost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import ManagementClient
from auth0_third_party.provider.journal import VARIABLE
from auth0_third_party.provider.remembered import Remembered
from auth0_third_party.provider.resource import InvalidInput, Resource, State
from auth0_third_party.provider.resources import resources
from tests.conftest import LiveTenant

STATED: dict[str, dict[str, Any]] = {
    "ConnectionPromotion": {"connection": "customers"},
    "OrganizationAccess": {"organization": "northwind"},
    "OrganizationConnection": {"organization": "northwind", "connection": "customers"},
    "RegistrationSetting": {"enabled": True},
    "MetadataDocumentSetting": {},
    "ScopeDescriptionSetting": {},
    "ErrorPageSetting": {"page": {"html": "", "url": "https://e.test", "show_log_link": False}},
    "LoginPageSetting": {"html": "<p>ours</p>"},
}
DCR = "enable_dynamic_client_registration"


class Run:
    """One resource and its memory, in one process of the provider."""

    def __init__(self, client: ManagementClient, of: str) -> None:
        by_type = {each.resource_type.rpartition(":")[2]: each for each in resources()}
        self.client = client
        self.writer: Resource = by_type[of]
        self.memory = by_type["Remembered"]
        assert isinstance(self.memory, Remembered)
        self.of = of

    def remember(self, stated: Mapping[str, Any], old: State | None = None) -> State:
        inputs = self.memory.check({**stated, "of": self.of})
        assert isinstance(inputs, Mapping)
        if old is None:
            return self.memory.create(self.client, inputs, preview=False)
        return self.memory.update(self.client, old, inputs, preview=False)

    def write(self, stated: Mapping[str, Any], memory: State, old: State | None = None) -> State:
        inputs = self.writer.check({**stated, "before": memory.outputs["before"]})
        assert isinstance(inputs, Mapping)
        if old is None:
            return self.writer.create(self.client, inputs, preview=False, urn=f"urn::{self.of}")
        return self.writer.update(self.client, old, inputs, preview=False)

    def forget(self, memory: State, written: State | None = None) -> tuple[str, ...]:
        """Deletes, the writer first, as the engine does."""
        if written is not None:
            assert self.writer.delete(self.client, written, f"urn::{self.of}") == ()
        return self.memory.delete(self.client, memory)


def shared(tenant: LiveTenant) -> dict[str, Any]:
    """All that is shared, times aside."""
    organization = tenant.api("GET", "/organizations/name/northwind").json()
    enabled = f"/organizations/{organization['id']}/enabled_connections"
    (everyone,) = tenant.api("GET", "/clients", is_global="true").json()
    found = {
        "connection": tenant.connection("customers"),
        "organization": organization,
        "enabled": tenant.api("GET", enabled).json(),
        "settings": tenant.api("GET", "/tenants/settings").json(),
        "page": everyone.get("custom_login_page") or "",
        "page on": everyone.get("custom_login_page_on"),
    }
    times = ("updated_at", "created_at")
    for each in found.values():
        if isinstance(each, dict):
            for name in times:
                each.pop(name, None)
    return found


@pytest.mark.parametrize("of", STATED)
def test_a_write_that_was_never_recorded_is_restored(
    live_tenant: LiveTenant, client: ManagementClient, of: str
) -> None:
    before = shared(live_tenant)
    run = Run(client, of)
    live_tenant.forget_log()
    memory = run.remember(STATED[of])
    assert live_tenant.writes() == []
    run.write(STATED[of], memory)
    assert shared(live_tenant) != before

    assert Run(client, of).forget(memory) == ()  # `destroy` at once; the writer has no record
    assert shared(live_tenant) == before


@pytest.mark.parametrize("of", STATED)
def test_the_run_after_takes_what_is_recorded_for_what_was_there(
    live_tenant: LiveTenant, client: ManagementClient, of: str
) -> None:
    before = shared(live_tenant)
    first = Run(client, of)
    memory = first.remember(STATED[of])
    first.write(STATED[of], memory)
    again = Run(client, of)
    written = again.write(STATED[of], memory)
    seen = again.memory.read(client, memory.id, memory)
    assert seen is not None
    assert seen.outputs["before"] == memory.outputs["before"] == written.outputs["before"]
    assert again.forget(seen, written) == ()
    assert shared(live_tenant) == before


def test_an_update_that_was_never_recorded(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    before = shared(live_tenant)
    run = Run(client, "LoginPageSetting")
    memory = run.remember({"html": "<p>one</p>"})
    written = run.write({"html": "<p>one</p>"}, memory)
    memory = run.remember({"html": "<p>two</p>"}, memory)
    run.write({"html": "<p>two</p>"}, memory, written)
    assert Run(client, "LoginPageSetting").forget(memory, written) == ()
    assert shared(live_tenant) == before


def test_the_memory_of_a_resource_that_lives_on_goes_alone(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    """The resource has another name now: what it wrote is wanted."""
    run = Run(client, "ConnectionPromotion")
    memory = run.remember(STATED["ConnectionPromotion"])
    run.write(STATED["ConnectionPromotion"], memory)
    assert run.forget(memory) == ()
    assert live_tenant.connection("customers")["is_domain_connection"]


def test_a_state_from_before_there_were_memories(
    live_tenant: LiveTenant, client: ManagementClient
) -> None:
    """The promotion itself has what was there; its new memory finds the connection open."""
    run = Run(client, "ConnectionPromotion")
    old = run.writer.create(
        client, {"connection": "customers", "isDomainConnection": True}, preview=False
    )
    old = State(old.id, old.inputs, {k: v for k, v in old.outputs.items() if k != "remembered"})
    live_tenant.forget_log()
    memory = run.remember(STATED["ConnectionPromotion"])
    assert run.writer.same("before", memory.outputs["before"], old.outputs)
    assert live_tenant.writes() == []
    assert run.forget(memory, old) == ()
    assert not live_tenant.connection("customers")["is_domain_connection"]


def test_what_it_may_be_of() -> None:
    memory = resources()[-1]
    (problem,) = memory.check({"of": "Client"})
    assert isinstance(problem, InvalidInput)
    assert "ConnectionPromotion" in problem.reason


@pytest.mark.parametrize("of", STATED)
def test_a_run_whose_state_was_never_written(
    live_tenant: LiveTenant,
    client: ManagementClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    of: str,
) -> None:
    """Without checkpoints nothing of it is in the state: the next run finds the journal."""
    journal = tmp_path / "journal.jsonl"
    journal.touch()
    monkeypatch.setenv(VARIABLE, str(journal))
    before = shared(live_tenant)
    first = Run(client, of)
    first.write(STATED[of], first.remember(STATED[of]))
    assert shared(live_tenant) != before

    again = Run(client, of)
    memory = again.remember(STATED[of])
    written = again.write(STATED[of], memory)
    assert again.forget(memory, written) == ()
    assert shared(live_tenant) == before


def test_an_update_whose_state_was_never_written(
    live_tenant: LiveTenant,
    client: ManagementClient,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A field that the killed update began to own; and what a refresh afterwards finds."""
    journal = tmp_path / "journal.jsonl"
    journal.touch()
    monkeypatch.setenv(VARIABLE, str(journal))
    first = Run(client, "RegistrationSetting")
    old = first.remember({"enabled": True})
    first.write({"enabled": True}, old)
    live_tenant.api("PATCH", "/tenants/settings", {"flags": {DCR: False}})
    seen = first.remember({"enabled": True}, old)  # somebody closed it: that is restored later
    first.write({"enabled": True}, seen)

    again = Run(client, "RegistrationSetting")
    refreshed = again.memory.read(client, old.id, old)
    assert refreshed is not None
    assert refreshed.outputs["before"] == seen.outputs["before"] == {"enabled": False}
