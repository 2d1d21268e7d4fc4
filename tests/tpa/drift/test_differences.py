"""Who moved: the files, somebody outside, or both."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.paths import DEFAULT
from tests.tpa.drift.values import Sides, beside, edited, more, write
from tpa.drift.states import Applied, applied
from tpa.tenant.objects import Grant


def moved(root: Path, changes: dict[str, str]) -> Sides:
    """The files were changed since the last update."""
    before = write(root)
    return beside(write(root, **changes), applied(before.record), before)


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
def test_a_file_that_moved_is_no_drift(tmp_path: Path, changes: dict[str, str], path: str) -> None:
    found = moved(tmp_path, changes).differences()
    assert {each.owner for each in found.values()} == {"file"}
    assert any(name.startswith(path) for name in found)
    assert not any(each.counts for each in found.values())


def test_a_file_and_the_tenant_that_both_moved_are_told_so(tmp_path: Path) -> None:
    bent = moved(tmp_path, PENDING).client("portal", **{"refresh_token.leeway": 5})
    (only,) = bent.differences().values()
    assert (only.declared, only.applied, only.live) == (4, 3, 5)
    assert only.owner == "both"
    assert only.counts


@pytest.mark.parametrize(
    "stated",
    [
        {"tenant": "rate_limit: {limit: 5}\n"},
        {"tenant": "error_page: {url: https://new.test/}\n"},
        {"tenant": "dynamic_client_registration: {}\n"},
    ],
)
def test_a_setting_that_was_never_ours_was_not_taken_from_us(
    tmp_path: Path, stated: dict[str, str]
) -> None:
    """The tenant has a value of its own, and a file begins to state one: only the file moved."""
    before = write(tmp_path, tenant="{}\n")
    sides = beside(write(tmp_path, **stated), applied(before.record), before)
    off = sides.settings(flags={})
    assert off.owners()
    assert set(off.owners().values()) == {"file"}


def test_a_setting_that_is_not_stated_any_more_is_the_tenants_once_it_moved(tmp_path: Path) -> None:
    changes = edited("tenant", "scope_descriptions_at_consent: true\n", "")
    sides = moved(tmp_path, changes)
    assert sides.owners() == {"tenant/scope_descriptions_at_consent": "file"}
    assert sides.settings(flags={"enable_dynamic_client_registration": True}).owners() == {}


def test_where_nothing_was_ever_applied_nothing_was_taken_from_us(tmp_path: Path) -> None:
    catalog = write(tmp_path)
    never = beside(catalog, Applied(), catalog)
    old = Grant("cgr_0", "", "https://catalog.test", "user", ())
    bent = never.look(clients=(), grants=(old, DEFAULT)).settings(flags={})
    owners = bent.owners()
    assert owners.pop("default_permissions/orders/user") == "outside"  # in no file, of nobody's
    assert set(owners.values()) == {"file"}


def test_an_application_that_no_update_knows_is_the_files_affair(tmp_path: Path) -> None:
    """It is live and adopted, or an orphan; unless the state holds it and its record is torn."""
    catalog = write(tmp_path)
    record = catalog.record
    known = {k: v for k, v in record.definitions.items() if k != "widget"}
    last = applied(record.model_copy(update={"definitions": known}))
    sides = beside(catalog, last, catalog).client("widget", description="live")
    assert sides.owners() == {"applications/widget/description": "both"}
    unheld = Sides(replace(sides.view, held={}), sides.last)
    assert unheld.owners() == {"applications/widget/description": "file"}


def test_a_mode_that_the_tenant_does_not_say_has_not_moved(tmp_path: Path) -> None:
    catalog = write(tmp_path, **more("dev", "permissive_eligible: true\n"))
    sides = beside(catalog, applied(catalog.record), catalog)
    assert sides.owners() == {}
    bent = sides.settings(dynamic_client_registration_security_mode="permissive")
    assert bent.owners() == {"tenant/dynamic_client_registration/security_mode": "outside"}
