"""Who made a difference, by the tenant's log: the latest write of that object and that field."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.management import MissingScope, Refused
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Lacking, Run
from tests.tpa.drift.running import report
from tests.tpa.drift.scenario import (
    ADDED_DEFAULT,
    CLIENT_GRANT,
    ORDERS,
    USER_GRANT,
    Scenario,
    in_sync,
)
from tests.tpa.drift.test_output import BY_HAND, HAND, with_hand
from tests.tpa.drift.test_restore_plan import state_of
from tpa.comparison.differences import Difference
from tpa.drift.authors import Authors, made
from tpa.environments.stack_state import StackState
from tpa.tenant.log import MOST, TenantLog, Write, read_writes
from tpa.tenant.snapshot import Unknown

ADA = {"email": "ada@acme.test", "name": "Ada", "user_id": "google-oauth2|1"}


def entry(method: str, path: str, body: Any = None, answer: Any = None, **more: Any) -> Any:
    """As Auth0 logs a write of somebody in the Dashboard."""
    request = {
        "method": method.lower(),
        "path": f"/api/v2{path}",
        "body": body,
        "channel": "https://manage.auth0.com/",
        "auth": {"user": ADA, "strategy": "jwt"},
    }
    return {
        "type": "sapi",
        "date": "2026-11-24T22:50:00.000Z",
        "client_id": "dashboard",
        "client_name": "",
        "details": {"request": request, "response": {"statusCode": 200, "body": answer}},
        **more,
    }


class Log:
    """A Management API whose log has these entries, or that refuses to show it."""

    class credentials:  # noqa: N801 - stands for an attribute
        client_id = "own"

    def __init__(self, *entries: Any, refusal: Exception | None = None) -> None:
        self.entries, self.refusal, self.asked = entries, refusal, 0

    def pages(self, path: str, key: str, query: Any) -> Any:
        assert (path, key, query["q"]) == ("/logs", "logs", "type:sapi")
        if self.refusal:
            raise self.refusal
        for each in self.entries:
            self.asked += 1
            yield each


def read(*entries: Any, refusal: Exception | None = None) -> TenantLog:
    return read_writes(Log(*entries, refusal=refusal), "who")  # type: ignore[arg-type]


def write(method: str, path: str, body: Any = None, answer: Any = None) -> Write:
    (found,) = read(entry(method, path, body, answer)).writes
    return found


def test_a_person_is_named_else_the_client() -> None:
    by_token = {"request": {"auth": {"user": {}}, "channel": "api"}}
    known = [
        entry("PATCH", "/clients/tpc_1"),
        entry("PATCH", "/x", details=by_token, client_id="own"),
        entry("PATCH", "/x", details=by_token, client_id="c1", client_name="deploy-cli"),
        entry("PATCH", "/x", details=None, client_id=None, date={"$date": "2026-11-24T20:00:00Z"}),
    ]
    assert [str(each) for each in read(*known, {"type": "s"}).writes] == [
        "by ada@acme.test in the Dashboard, 2026-11-24 22:50 UTC",
        "by the client of this stack (own), 2026-11-24 22:50 UTC",
        "by client deploy-cli (c1), 2026-11-24 22:50 UTC",
        "by client unknown, 2026-11-24 20:00 UTC",
    ]


def test_a_log_that_can_not_be_read_is_unknown() -> None:
    lacking = read(refusal=MissingScope("GET /logs", ("read:logs",)))
    assert lacking.unknown == Unknown("who", "read:logs")
    assert read(refusal=Refused("GET /logs", 400, "no", "x")).unknown == Unknown("who", "")
    (note,) = Authors(log=lacking).notes
    assert note == "unknown: who (the token lacks read:logs)"


def test_no_more_is_asked_than_a_search_gives() -> None:
    log = Log(*[entry("PATCH", "/x")] * (MOST + 5))
    found = read_writes(log, "who")  # type: ignore[arg-type]
    assert (log.asked, len(found.writes)) == (MOST, MOST)
    assert "since 2026-11-24 22:50 UTC" in next(Authors(log=found).notes)


CLIENT = "/clients/tpc_portal"
MATCHING: list[tuple[str, Write]] = [
    ("applications/portal/name", write("PATCH", CLIENT, {"name": "Other"})),
    ("applications/portal/refresh_token/leeway", write("PATCH", CLIENT, {"refresh_token": {}})),
    ("applications/portal/name", write("PATCH", CLIENT)),
    (
        "applications/portal/rate_limit",
        write("POST", "/rate-limit-policies", {"consumer_selector": "client_id:tpc_portal"}),
    ),
    ("grants/portal/orders/user", write("PATCH", f"/client-grants/{USER_GRANT}", {"scope": []})),
    (
        "default_permissions/orders/user",
        write(
            "POST",
            "/client-grants",
            {"audience": ORDERS, "subject_type": "user", "default_for": "third_party_clients"},
        ),
    ),
    ("tenant/error_page/url", write("PATCH", "/tenants/settings", {"error_page": {"url": "x"}})),
    (
        "unmanaged/tpc_hand",
        write("POST", "/clients", {"name": "Hand"}, {"client_id": HAND.id}),
    ),
]


def changed(root: Path) -> Scenario:
    """Everything that `MATCHING` is about."""
    scenario = with_hand(root).client("portal", name="Other")
    portal = scenario.view.managed["portal"]
    values = {**portal.values, ("refresh_token", "leeway"): 9}
    scenario = scenario.replaced(portal, replace(portal, values=values))
    scenario = scenario.grant(USER_GRANT, scopes=("read:orders", "write:orders"))
    settings = {**(scenario.snapshot.settings or {}), "error_page": {"url": "https://x.test"}}
    limits = {k: v for k, v in scenario.snapshot.rate_limits.items() if "portal" not in k}
    grants = (*scenario.snapshot.grants, ADDED_DEFAULT)
    return scenario.tenant(settings=settings, rate_limits=limits, grants=grants)


def of(scenario: Scenario, name: str) -> Difference:
    return scenario.differences()[name]


@pytest.mark.parametrize(("name", "by"), MATCHING)
def test_each_kind_is_found_by_its_own_write_alone(tmp_path: Path, name: str, by: Write) -> None:
    scenario = changed(tmp_path)
    matching = {
        other for other, each in scenario.differences().items() if made(scenario.seen, each, by)
    }
    expected = {name}
    if not by.body and by.path == CLIENT:  # a log without bodies does not tell the field
        expected |= {
            other
            for other in scenario.differences()
            if other.startswith("applications/portal/") and "rate" not in other
        }
    if name.startswith("tenant/error_page"):
        expected |= {other for other in scenario.differences() if "error_page" in other}
    assert matching == expected


@pytest.mark.parametrize(
    "other",
    [
        write("PATCH", "/clients/tpc_widget", {"name": "Other"}),
        write("PATCH", CLIENT, {"callbacks": []}),
        write("POST", f"{CLIENT}/rotate-secret"),
        write("PATCH", f"/client-grants/{CLIENT_GRANT}", {"scope": []}),
        write("PATCH", "/tenants/settings", {"friendly_name": "x"}),
        write("POST", "/clients", {"name": "Hand"}, {"client_id": "tpc_other"}),
    ],
)
def test_other_writes_made_none_of_them(tmp_path: Path, other: Write) -> None:
    scenario = changed(tmp_path)
    assert not any(made(scenario.seen, each, other) for each in scenario.differences().values())


def test_a_grant_that_is_gone_is_known_from_the_state(tmp_path: Path) -> None:
    scenario = in_sync(tmp_path)
    seen = replace(scenario.seen, state=StackState(resources=state_of(scenario)))
    left = [grant for grant in scenario.snapshot.grants if grant.id != USER_GRANT]
    gone = scenario.tenant(grants=tuple(left))
    held = seen.state.resources.named(
        "auth0:index/clientGrant:ClientGrant", "portal-grant-orders-user"
    )
    assert held is not None
    each = of(gone, "grants/portal/orders/user")
    seen = replace(seen, view=gone.view)
    assert made(seen, each, write("DELETE", f"/client-grants/{held.id}"))
    assert not made(seen, each, write("DELETE", "/client-grants/cgr_other"))


def test_drift_says_who_and_when(run: Run, stack: AppliedStack) -> None:
    hand = stack.tenant.api.create("/clients", BY_HAND)["client_id"]
    stack.change(name="Other")
    own = stack.tenant.credentials.client_id
    ended = run(stack.root, "drift")
    text = " ".join(ended.output.split())
    assert f"applications/portal/name: by the client of this stack ({own}), 20" in text
    assert f"in no file: By hand ({hand}, strict), owner unknown, made by the client of" in text
    assert "may call catalog (user access): read:products" in text
    found = report(run, stack)
    by_path = {each["path"]: each for each in found["differences"]}
    assert by_path["applications/portal/name"]["who"] == f"the client of this stack ({own})"
    assert by_path["applications/portal/name"]["at"].startswith("20")
    (unmanaged,) = found["unmanaged"]
    assert (unmanaged["client_id"], unmanaged["name"]) == (hand, "By hand")
    assert [row["api"] for row in unmanaged["rows"]] == ["catalog"]


def test_without_the_scope_drift_is_the_same_and_the_author_unknown(
    run: Run, stack: AppliedStack, lacking: Lacking
) -> None:
    assert run(stack.root, "drift").status == 0
    lacking("read:logs")
    assert run(stack.root, "drift").status == 0  # nothing was changed, so the log is not asked for
    stack.change(name="Other")
    ended = run(stack.root, "drift")
    assert ended.status == 1
    assert "unknown: who changed it, and when (the token lacks read:logs)" in ended.error
    unknown = report(run, stack)["unknown"]
    assert {"what": "who changed it, and when", "scope": "read:logs"} in unknown


def test_the_body_of_an_issue(run: Run, stack: AppliedStack) -> None:
    hostile = {**BY_HAND, "name": "@all | ``` [y](https://evil.test)"}
    hand = stack.tenant.api.create("/clients", hostile)["client_id"]
    stack.change(
        name="Other", client_metadata={**stack.client()["client_metadata"], "api_key": "s3"}
    )
    assert run(stack.root, "drift", "--markdown", "issue.md").status == 1
    text = (stack.root / "issue.md").read_text("utf-8")
    assert text.startswith("### dev on localhost:")
    assert "3 differences made outside" in text
    rows = [line for line in text.splitlines() if line.startswith("| outside |")]
    assert ["portal/name" in row for row in rows] == [False, True]
    assert "by the client of this stack" in rows[1]
    assert "looks like a secret" in rows[0]
    assert "s3" not in text
    (row,) = [line for line in text.splitlines() if "may call" in line]
    assert "may call catalog (user access): read" in row
    assert row.count(" | ") == 3
    assert [mark for mark in ("@all", "y](", "| ```") if mark in text] == []
    assert f"tpa adopt -e dev {hand}\n```" in text


def test_without_drift_the_body_says_so(run: Run, stack: AppliedStack) -> None:
    assert run(stack.root, "drift", "--markdown", "issue.md").status == 0
    assert "no drift" in (stack.root / "issue.md").read_text("utf-8")
