"""Who changed what differs: the files, someone outside, or both."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.scenario import ADDED_DEFAULT, Scenario, edited, more, scenario_of, write
from tpa.drift.states import LastApplied, last_applied
from tpa.tenant.objects import Grant


def edited_files(root: Path, changes: dict[str, str]) -> Scenario:
    """The files were changed since the last update."""
    before = write(root)
    return scenario_of(write(root, **changes), last_applied(before.record), before)


PENDING = edited("applications/portal", "leeway: 3", "leeway: 4")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (PENDING, "applications/portal/refresh_token.leeway"),
        (edited("dev", "dev.acme.test", "new.acme.test"), "applications/portal/callbacks"),
        (edited("dev", "  widget:\n", ""), "applications/widget"),
        (edited("dev", "agents: [helper]\n", "agents: []\n"), "agents/helper"),
        (edited("tenant", "limit: 100", "limit: 9"), "tenant/rate_limit"),
        (edited("tenant", "scope_descriptions_at_consent: true\n", ""), "tenant/scope_desc"),
        (edited("dev", ", connections: [people]}", "}"), "organizations/northwind/connections"),
    ],
)
def test_a_change_in_a_file_does_not_count(
    tmp_path: Path, changes: dict[str, str], path: str
) -> None:
    found = edited_files(tmp_path, changes).differences()
    assert {each.changed_by for each in found.values()} == {"files"}
    assert any(name.startswith(path) for name in found)
    assert not any(each.counts for each in found.values())


def test_a_change_in_the_file_and_in_the_tenant_is_a_conflict(tmp_path: Path) -> None:
    drifted = edited_files(tmp_path, PENDING).client("portal", **{"refresh_token.leeway": 5})
    (only,) = drifted.differences().values()
    assert (only.declared, only.applied, only.live) == (4, 3, 5)
    assert only.changed_by == "both"
    assert only.counts


@pytest.mark.parametrize(
    "stated",
    [
        {"tenant": "rate_limit: {limit: 5}\n"},
        {"tenant": "error_page: {url: https://new.test/}\n"},
        {"tenant": "dynamic_client_registration: {}\n"},
    ],
)
def test_a_setting_that_was_never_applied_was_changed_by_the_files(
    tmp_path: Path, stated: dict[str, str]
) -> None:
    """The tenant has a value of its own when a file begins to state one."""
    before = write(tmp_path, tenant="{}\n")
    scenario = scenario_of(write(tmp_path, **stated), last_applied(before.record), before)
    off = scenario.settings(flags={})
    assert off.changed_by()
    assert set(off.changed_by().values()) == {"files"}


def test_a_setting_that_is_no_longer_stated_is_compared_while_it_is_as_applied(
    tmp_path: Path,
) -> None:
    changes = edited("tenant", "scope_descriptions_at_consent: true\n", "")
    scenario = edited_files(tmp_path, changes)
    assert scenario.changed_by() == {"tenant/scope_descriptions_at_consent": "files"}
    assert scenario.settings(flags={"enable_dynamic_client_registration": True}).changed_by() == {}


def test_before_the_first_update_differences_come_from_the_files(tmp_path: Path) -> None:
    catalog = write(tmp_path)
    never = scenario_of(catalog, LastApplied(), catalog)
    old = Grant("cgr_0", "", "https://catalog.test", "user", ())
    drifted = never.tenant(clients=(), grants=(old, ADDED_DEFAULT)).settings(flags={})
    changed_by = drifted.changed_by()
    assert changed_by.pop("default_permissions/orders/user") == "outside"  # in no file
    assert set(changed_by.values()) == {"files"}


def test_an_application_that_no_update_applied_was_changed_by_the_files(tmp_path: Path) -> None:
    """It was adopted, or is an orphan; unless the state has it and only its record is damaged."""
    catalog = write(tmp_path)
    record = catalog.record
    known = {k: v for k, v in record.definitions.items() if k != "widget"}
    last = last_applied(record.model_copy(update={"definitions": known}))
    scenario = scenario_of(catalog, last, catalog).client("widget", description="live")
    assert scenario.changed_by() == {"applications/widget/description": "both"}
    not_in_state = Scenario(replace(scenario.view, held={}), scenario.last)
    assert not_in_state.changed_by() == {"applications/widget/description": "files"}


def test_a_security_mode_that_the_tenant_does_not_show_is_not_compared(tmp_path: Path) -> None:
    catalog = write(tmp_path, **more("dev", "permissive_eligible: true\n"))
    scenario = scenario_of(catalog, last_applied(catalog.record), catalog)
    assert scenario.changed_by() == {}
    drifted = scenario.settings(dynamic_client_registration_security_mode="permissive")
    assert drifted.changed_by() == {"tenant/dynamic_client_registration/security_mode": "outside"}
