"""The content of the report: what is unknown is shown as unknown."""

from typing import Any

from tests.tpa.matching_tenant import ORDERS, api, client, default, grant, live, offline, stranger
from tests.tpa.preflight.conftest import STACK, Files
from tpa.access.effective import access_rows
from tpa.files.problems import Problem
from tpa.report.content import build_report
from tpa.report.input import Credentials, ReportInput
from tpa.report.model import Card, Credential, Report
from tpa.report.render import render
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView

MADE_AT = "2026-11-24T22:50:00Z"
KEYS = {"tpc_1": (Credential("main", "2026-11-12T22:50:00Z"),)}


def built(view: EnvironmentView, **changes: Any) -> Report:
    return build_report(ReportInput(view, access_rows(view), **changes), MADE_AT)


def card(found: Report, name: str = "Portal") -> Card:
    (one,) = (each for each in found.applications if each.name == name)
    return one


def test_files_only(files: Files) -> None:
    found = built(offline(files.load()))
    assert (found.live, found.unknown) == (False, ())
    assert card(found).client_id == ""
    assert {row.status for row in found.rows} == {"unknown"}
    assert "This page shows what the files declare, not what is live" in render(found, None)


def test_a_declared_application_with_its_owner_and_its_rows(files: Files) -> None:
    found = built(live(files.load()))
    one = card(found)
    assert (one.owner, one.contact, one.client_id) == ("Acme", "a@acme.test", "tpc_1")
    assert one.organizations == ("northwind",)
    assert [row.blocked for row in found.rows] == ["", ""]


def test_an_unmanaged_application_is_shown_as_the_tenant_has_it(files: Files) -> None:
    found = built(live(files.load(), clients=(client(), stranger())))
    one = card(found, "Stranger")
    assert (one.key, one.client_id, one.connections) == ("", "tpc_9", ("customers",))


def test_an_application_that_is_no_longer_in_the_files_has_a_card_and_its_rows(
    files: Files,
) -> None:
    gone = stranger("tpc_7", tag=("old", STACK))
    found = built(live(files.load(), {"tpc_7": "old"}, clients=(gone,)))
    assert card(found, "Stranger").client_id == "tpc_7"
    assert "tpc_7" in {row.application for row in found.rows}


def test_a_denial_blocks_and_names_the_check(files: Files) -> None:
    found = built(live(files.load(), apis={ORDERS: api(user="deny_all")}))
    (row,) = (row for row in found.rows if row.api == "orders")
    assert "deny_all" in row.blocked
    assert f"api policy: API {ORDERS} in the tenant" in render(found, None)


def test_an_unknown_check_is_named(files: Files) -> None:
    found = built(live(files.load(), unknown_parts=(Unknown("Rules", "read:rules"),)))
    assert "(unknown: sign in)" in render(found, None)
    assert found.rows[0].blocked == ""


def test_a_deleted_grant(files: Files) -> None:
    found = built(live(files.load(), grants=(default(),)))
    (row,) = (row for row in found.rows if row.status == "missing")
    assert row.blocked == "not in the tenant"


def test_without_applications_the_page_reports_none_missing(files: Files) -> None:
    found = built(live(files.load(), missing_scopes=("read:clients",), clients=()))
    page = render(found, None)
    assert "unknown, the token lacks read:clients" in page
    assert "not in the tenant" not in page


def test_without_grants_the_page_counts_no_difference(files: Files) -> None:
    page = render(built(live(files.load(), missing_scopes=("read:client_grants",))), None)
    assert "differ from the files" not in page
    assert "not compared" in page
    assert "differ from the files" in render(built(live(files.load())), None)


def test_what_was_applied_last_can_be_unknown(files: Files) -> None:
    view = live(files.load())
    page = render(built(view, more_unknown=(Unknown("what was applied last", ""),)), None)
    assert "what was applied last could not be read" in page
    assert "None: the files are what was applied last." not in page


def test_unknown_links_of_organizations_leave_the_table_known(files: Files) -> None:
    links = Unknown("grants in organizations", "read:organization_client_grants")
    page = render(built(live(files.load(), unknown_parts=(links,))), None)
    assert "Access that is missing here may exist." not in page


def test_live_keys_are_shown_with_their_age(files: Files) -> None:
    found = built(live(files.load()), credentials=Credentials(KEYS))
    assert card(found).keys == (Credential("main", "2026-11-12T22:50:00Z"),)
    assert "12 days old" in render(found, None)


def test_findings_belong_to_their_application_or_to_the_environment(files: Files) -> None:
    own = Problem("stacks/applications/portal.yaml", 3, ("name",), "is odd", rule="FILE-06")
    lines = Problem("stacks/dev.yaml", 4, ("adopt", "portal"), "is late", rule="FILE-07")
    other = Problem("stacks/dev.yaml", 1, ("tenant",), "is far", rule="PRE-03")
    found = built(live(files.load()), findings=(own, lines, other))
    assert card(found).findings == (own, lines)
    assert found.findings == (other,)


def test_a_permissive_application_has_user_access_by_legacy_grant_types_too(files: Files) -> None:
    old = stranger(mode="permissive", values={("grant_types",): ("implicit",)})
    found = built(live(files.load(), clients=(client(), old), grants=(grant(), default())))
    one = card(found, "Stranger")
    assert (one.connections, one.organizations) == (("customers",), ())
