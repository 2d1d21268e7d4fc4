"""The content of the report: nothing on the page is a guess."""

from typing import Any

from tests.tpa.matching_tenant import ORDERS, api, client, default, grant, live, offline, stranger
from tests.tpa.preflight.conftest import STACK, Files
from tpa.access.effective import rows
from tpa.files.problems import Problem
from tpa.report.content import ReportInput, report
from tpa.report.model import Card, Key, Report
from tpa.report.render import render
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView

MADE_AT = "2026-11-24T22:50:00Z"


def of(view: EnvironmentView, **changes: Any) -> Report:
    return report(ReportInput(view, rows(view), **changes), MADE_AT)


def card(found: Report, name: str = "Portal") -> Card:
    (one,) = (each for each in found.applications if each.name == name)
    return one


def test_the_files_alone(files: Files) -> None:
    found = of(offline(files.load()))
    assert (found.live, found.unknown) == (False, ())
    assert card(found).client_id == ""
    assert {row.status for row in found.rows} == {"unknown"}
    assert "Nothing on this page says what is live" in render(found, None)


def test_an_application_of_the_files_with_its_owner_and_its_rows(files: Files) -> None:
    found = of(live(files.load()))
    one = card(found)
    assert (one.owner, one.contact, one.client_id) == ("Acme", "a@acme.test", "tpc_1")
    assert one.organizations == ("northwind",)
    assert [row.blocked for row in found.rows] == ["", ""]


def test_one_in_no_file_is_all_that_the_tenant_says(files: Files) -> None:
    found = of(live(files.load(), clients=(client(), stranger())))
    one = card(found, "Stranger")
    assert (one.key, one.client_id, one.connections) == ("", "tpc_9", ("customers",))


def test_one_that_files_have_no_more_has_a_card_and_its_rows(files: Files) -> None:
    gone = stranger("tpc_7", tag=("old", STACK))
    found = of(live(files.load(), {"tpc_7": "old"}, clients=(gone,)))
    assert card(found, "Stranger").client_id == "tpc_7"
    assert "tpc_7" in {row.application for row in found.rows}


def test_a_closed_gate_blocks_and_names_what_decided(files: Files) -> None:
    found = of(live(files.load(), apis={ORDERS: api(user="deny_all")}))
    (row,) = (row for row in found.rows if row.api == "orders")
    assert "deny_all" in row.blocked
    assert row.decided_by == f"api policy: API {ORDERS} in the tenant"


def test_a_gate_that_nobody_could_look_at_is_named(files: Files) -> None:
    found = of(live(files.load(), unknown_parts=(Unknown("Rules", "read:rules"),)))
    assert found.rows[0].decided_by.endswith("(unknown: login)")
    assert found.rows[0].blocked == ""


def test_a_grant_that_is_gone(files: Files) -> None:
    found = of(live(files.load(), grants=(default(),)))
    (row,) = (row for row in found.rows if row.status == "missing")
    assert row.blocked == "not in the tenant"


def test_without_applications_the_page_calls_none_absent(files: Files) -> None:
    found = of(live(files.load(), missing_scopes=("read:clients",), clients=()))
    page = render(found, None)
    assert "unknown, the token lacks read:clients" in page
    assert "not in the tenant" not in page


def test_without_grants_the_page_counts_no_difference(files: Files) -> None:
    page = render(of(live(files.load(), missing_scopes=("read:client_grants",))), None)
    assert "differ from the files" not in page
    assert "not compared" in page
    assert "differ from the files" in render(of(live(files.load())), None)


def test_what_was_applied_last_can_be_unknown(files: Files) -> None:
    view = live(files.load())
    page = render(of(view, unread=(Unknown("what was applied last", ""),)), None)
    assert "nobody could read what was applied last" in page
    assert "None: the files are what was applied last." not in page


def test_grants_in_organizations_are_no_grants_of_the_table(files: Files) -> None:
    unseen = (("grants in organizations", "read:organization_client_grants"),)
    page = render(of(live(files.load(), unseen=unseen)), None)
    assert "A right that is missing here may exist." not in page


def test_live_keys_are_told_with_their_age_and_others_without(files: Files) -> None:
    found = of(live(files.load()), keys={"tpc_1": (Key("main", "2026-11-12T22:50:00Z"),)})
    assert card(found).keys == (Key("main", "2026-11-12T22:50:00Z"),)
    assert "12 days old" in render(found, None)


def test_findings_stand_with_their_application_or_with_the_environment(files: Files) -> None:
    own = Problem("stacks/applications/portal.yaml", 3, "name", "is odd")
    lines = Problem("stacks/dev.yaml", 4, "applications.portal", "is late")
    other = Problem("stacks/dev.yaml", 1, "tenant", "is far")
    found = of(live(files.load()), findings=(own, lines, other))
    assert card(found).findings == (own, lines)
    assert found.findings == (other,)


def test_a_permissive_application_signs_in_by_legacy_flows_too(files: Files) -> None:
    old = stranger(mode="permissive", facets={"grant_types": ("implicit",)})
    found = of(live(files.load(), clients=(client(), old), grants=(grant(), default())))
    one = card(found, "Stranger")
    assert (one.connections, one.organizations) == (("customers",), ())
