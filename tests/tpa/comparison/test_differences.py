"""Who changed what differs, where the files state it, what is ignored, and what is unknown."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.scenario import (
    ADDED_DEFAULT,
    Change,
    Scenario,
    edited,
    in_sync,
    more,
    scenario_of,
    write,
)
from tests.tpa.matching_tenant import live
from tests.tpa.preflight.conftest import Files
from tpa.comparison.differences import differences, not_compared, unused_rules
from tpa.files.declaration import Declaration, declaration_in
from tpa.tenant.objects import Grant, Organization
from tpa.tenant.snapshot import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS, Unknown


def edited_files(root: Path, changes: dict[str, str]) -> Scenario:
    """The files were changed since the last update."""
    before = write(root)
    return scenario_of(write(root, **changes), declaration_in(before.record), before)


PENDING = edited("applications/portal", "leeway: 3", "leeway: 4")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        (PENDING, "applications/portal/refresh_token/leeway"),
        (
            edited("applications/portal", "dev.acme.test", "new.acme.test"),
            "applications/portal/callbacks",
        ),
        (edited("applications/widget", "  dev: {}\n", "  {}\n"), "applications/widget"),
        (edited("agents/helper", "{dev: {}}", "{}"), "agents/helper"),
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
    drifted = edited_files(tmp_path, PENDING).client("portal", **{"refresh_token/leeway": 5})
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
    scenario = scenario_of(write(tmp_path, **stated), declaration_in(before.record), before)
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
    never = scenario_of(catalog, Declaration(), catalog)
    old = Grant("cgr_0", "", "https://catalog.test", "user", ())
    drifted = never.tenant(clients=(), grants=(old, ADDED_DEFAULT)).settings(flags={})
    changed_by = drifted.changed_by()
    assert changed_by.pop("default_permissions/orders/user") == "outside"  # in no file
    assert set(changed_by.values()) == {"files"}


def test_an_application_that_no_update_applied_was_changed_by_the_files(tmp_path: Path) -> None:
    """It was adopted, or is an orphan; unless the state has it and only its record is damaged."""
    catalog = write(tmp_path)
    record = catalog.record
    known = {k: v for k, v in record.definitions.items() if k.key != "widget"}
    last = declaration_in(record.model_copy(update={"definitions": known}))
    scenario = scenario_of(catalog, last, catalog).client("widget", description="live")
    assert scenario.changed_by() == {"applications/widget/description": "both"}
    not_in_state = Scenario(replace(scenario.view, held={}), scenario.last)
    assert not_in_state.changed_by() == {"applications/widget/description": "files"}


def test_a_security_mode_that_the_tenant_does_not_show_is_not_compared(tmp_path: Path) -> None:
    catalog = write(tmp_path, **more("dev", "permissive_eligible: true\n"))
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    assert scenario.changed_by() == {}
    drifted = scenario.settings(dynamic_client_registration_security_mode="permissive")
    assert drifted.changed_by() == {"tenant/dynamic_client_registration/security_mode": "outside"}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda s: s.client("portal", callbacks=()), "stacks/applications/portal.yaml:23"),
        (lambda s: s.client("portal", description=""), "stacks/applications/portal.yaml:5"),
        (
            lambda s: s.client("portal", **{"client_metadata/plan": "x"}),
            "stacks/applications/portal.yaml:8",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token/leeway": 1}),
            "stacks/applications/portal.yaml:10",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token/rotation_type": "rotating"}),
            "stacks/applications/portal.yaml:9",
        ),
        (lambda s: s.grant("cgr_portal_orders_client"), "stacks/applications/portal.yaml:16"),
        (lambda s: s.grant("cgr_helper_orders_user"), "stacks/agents/helper.yaml:5"),
        (lambda s: s.grant("cgr_default_catalog_user"), "stacks/apis.yaml:5"),
        (lambda s: s.tenant(connections={}), "stacks/dev.yaml:4"),
        (
            lambda s: s.tenant(organizations={"northwind": Organization("org_1", admits=False)}),
            "stacks/dev.yaml:6",
        ),
        (lambda s: s.settings(error_page={"url": "https://evil.test"}), "stacks/tenant.yaml:4"),
        (lambda s: s.replaced(s.view.managed["widget"]), "stacks/applications/widget.yaml:7"),
        (lambda s: s.replaced(s.view.managed["helper"]), "stacks/agents/helper.yaml:6"),
    ],
)
def test_each_difference_names_the_line_that_states_it(
    tmp_path: Path, change: Change, line: str
) -> None:
    found = change(in_sync(tmp_path)).differences().values()
    assert line in {each.file for each in found}


def test_an_ignored_difference_is_listed_and_does_not_count(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/description: partners word it, connections/x: never}\n"
    catalog = write(tmp_path, **more("dev", rule))
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    drifted = scenario.client("portal", description="x", name="y")
    found = drifted.differences()
    assert found["applications/portal/description"].ignored == "partners word it"
    assert [path for path, each in found.items() if each.counts] == ["applications/portal/name"]
    assert unused_rules(drifted.view, differences(drifted.view, drifted.last)) == ("connections/x",)


@pytest.mark.parametrize(
    ("lack", "changes", "silent"),
    [
        ({"missing_scopes": ("read:clients",)}, {"clients": ()}, "applications/ agents/ grants/"),
        ({"missing_scopes": ("read:client_grants",)}, {"grants": ()}, "grants/ default_"),
        ({"missing_scopes": ("read:connections",)}, {"connections": {}}, "connections/"),
        (
            {"unknown_parts": (Unknown("organizations", "read:organizations"),)},
            {"organizations": {}},
            "organiz",
        ),
        (
            {"unknown_parts": (Unknown("open registration", "read:tenant_settings"),)},
            {"settings": None},
            "tenant/dynamic tenant/scope tenant/error tenant/client_id",
        ),
        (
            {"unknown_parts": (Unknown("rate limits", "read:rate_limit_policies"),)},
            {"rate_limits": {}},
            "tenant/rate_limit applications/portal/rate_limit",
        ),
    ],
)
def test_what_could_not_be_read_gives_no_difference(
    tmp_path: Path, lack: dict[str, Any], changes: dict[str, Any], silent: str
) -> None:
    drifted = in_sync(tmp_path).tenant(**changes)
    assert any(path.startswith(tuple(silent.split())) for path in drifted.changed_by())
    unread = drifted.tenant(**lack)
    assert [path for path in unread.changed_by() if path.startswith(tuple(silent.split()))] == []
    assert unread.view.unknown


@pytest.mark.parametrize(
    ("what", "changes"),
    [(ORGANIZATION_CONNECTIONS, {"connections": None}), (ORGANIZATION_GRANTS, {"grants": None})],
)
def test_links_that_could_not_be_read_give_no_difference(
    tmp_path: Path, what: str, changes: dict[str, Any]
) -> None:
    drifted = in_sync(tmp_path).links(**changes)
    assert len(drifted.changed_by()) == 1
    assert drifted.tenant(unknown_parts=(Unknown(what, "read:x"),)).changed_by() == {}


def test_what_is_not_compared_is_listed_if_it_exists(files: Files) -> None:
    assert not_compared(live(files.load())) == ()
    files.dev(organizations={"north": {"name": "northwind"}})
    assert not_compared(live(files.load())) == ("links of organizations that no file names",)
