"""What was changed outside is told at every preview and update, from the lists that are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.model.names import client_name
from tests.tpa.drift.scenario import ADDED_DEFAULT, USER_GRANT, Scenario, in_sync
from tests.tpa.preflight.conftest import DOMAIN, FITTING, Files
from tpa.environments.stack_state import AGENT, CLIENT, StateResource, StateResources
from tpa.files.problems import Problem
from tpa.files.record import OUTPUT
from tpa.preflight.changed_outside import check_outside, check_recorded_clients, lost_everything
from tpa.preflight.context import PreflightContext
from tpa.tenant.objects import Grant, RateLimitPolicy

ORDERS = "https://orders.test"
CALLBACK = "https://dev.acme.test/cb"
EXTRA = Grant("cgr_extra", "tpc_widget", ORDERS, "client", ("write:orders",))


def told(sides: Scenario, **outputs: Any) -> list[str]:
    """The warnings of a stack that applied what the files say."""
    view, record = sides.view, sides.view.catalog.record
    held = StateResources(
        tuple(
            StateResource(f"urn::{client_name(key)}", CLIENT if key != "helper" else AGENT, each)
            for each, key in view.held.items()
        )
    )
    previous = outputs or {OUTPUT: record.as_output()}
    context = PreflightContext(view.catalog, view.domain, sides.snapshot, view.stack, held)
    found = list(check_outside(context, previous))
    assert all(each.severity == "warning" and "drift -e dev" in each.fix for each in found)
    return [f"{each.file} {each.field}: {each.what}" for each in found]


def test_nothing_was_changed(tmp_path: Path) -> None:
    """Links of organizations, which these lists do not have, are nothing either."""
    assert told(in_sync(tmp_path)) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            lambda tenant: tenant.grant(USER_GRANT, scopes=("read:orders", "write:orders")),
            "stacks/applications/portal.yaml grants/portal/orders/user: changed outside Pulumi:"
            " grants/orders/user: the tenant has write:orders, which the files do not have",
        ),
        (
            lambda tenant: tenant.client("portal", callbacks=(CALLBACK, "https://evil.test/cb")),
            "stacks/applications/portal.yaml applications/portal/callbacks: changed outside Pulumi:"
            " callbacks: the tenant has https://evil.test/cb, which the files do not have",
        ),
        (
            lambda tenant: tenant.tenant(grants=(*tenant.snapshot.grants, EXTRA)),
            "stacks/applications/widget.yaml grants/widget/orders/client: changed outside Pulumi:"
            " grants/orders/client: the tenant has write:orders, not in the files",
        ),
        (
            lambda tenant: tenant.tenant(
                rate_limits={
                    **tenant.snapshot.rate_limits,
                    "third_party_clients": RateLimitPolicy("rlp_1", "block", 9000),
                }
            ),
            "stacks/tenant.yaml tenant/rate_limit: changed outside Pulumi: tenant/rate_limit: the"
            " tenant has action block, limit 9000, the files have action block, limit 100",
        ),
    ],
)
def test_a_change_of_what_is_ours(
    tmp_path: Path, change: Callable[[Scenario], Scenario], expected: str
) -> None:
    assert told(change(in_sync(tmp_path))) == [expected]


def test_what_others_have_is_theirs(tmp_path: Path) -> None:
    """A default permission of another stack, for example; and a client that is gone has a warning
    of its own.
    """
    tenant = in_sync(tmp_path)
    theirs = tenant.tenant(grants=(*tenant.snapshot.grants, ADDED_DEFAULT))
    gone = theirs.replaced(theirs.view.managed["widget"])
    assert told(gone) == []


@pytest.mark.parametrize("outputs", [{"tenant": "acme.test"}, {OUTPUT: {"format": 99}}])
def test_a_stack_without_a_record(tmp_path: Path, outputs: dict[str, Any]) -> None:
    changed = in_sync(tmp_path).client("portal", callbacks=())
    assert told(changed, **outputs) == []


def record(
    files: Files, previous: dict[str, Any], *held: StateResource, restoring: bool = False
) -> list[Problem]:
    resources = StateResources(held) if held else None
    context = PreflightContext(files.load(), DOMAIN, FITTING, held=resources)
    return list(check_recorded_clients(context, previous, restoring=restoring))


def test_a_recorded_client_that_exists(files: Files) -> None:
    assert record(files, {"applications": {"portal": {"client_id": "tpc_1"}}}) == []


def test_a_recorded_client_that_is_gone(files: Files) -> None:
    (problem,) = record(files, {"applications": {"portal": {"client_id": "tpc_2"}}})
    assert problem.field == "environments.dev"
    assert problem.what == f"the stack records tpc_2, which {DOMAIN} does not have"
    assert problem.severity == "warning"  # without the state it may have been made again
    assert "tpa drift -e dev --restore" in problem.fix


@pytest.mark.parametrize("previous", [{}, {"applications": {"portal": {"client_id": "tpc_2"}}}])
@pytest.mark.parametrize(
    ("name", "client_id", "severities"),
    [
        ("portal", "tpc_1", []),
        ("portal", "tpc_2", ["error"]),  # an update would see no change, perhaps of another tenant
        ("widget", "tpc_2", ["warning"]),  # no longer declared: it is about to be deleted
    ],
)
def test_what_the_state_holds_is_live(
    files: Files, previous: dict[str, Any], name: str, client_id: str, severities: list[str]
) -> None:
    held = StateResource(f"urn::{CLIENT}::{name}-client", CLIENT, client_id)
    assert [each.severity for each in record(files, previous, held)] == severities
    warned = record(files, previous, held, restoring=True)
    assert [each.severity for each in warned] == ["warning"] * len(severities)


@pytest.mark.parametrize(
    ("ids", "lost"), [([], False), (["tpc_2"], True), (["tpc_1", "tpc_2"], False)]
)
def test_a_tenant_that_lost_its_data(ids: list[str], *, lost: bool) -> None:
    held = StateResources(tuple(StateResource(f"urn::{CLIENT}::{i}", CLIENT, i) for i in ids))
    assert lost_everything(held, FITTING) is lost


def test_a_record_without_an_id(files: Files) -> None:
    (problem,) = record(files, {"applications": {"portal": {"client_id": None}}})
    assert problem.what == "is recorded without a client id"


def test_without_a_record_nothing_is_missing(files: Files) -> None:
    assert record(files, {}) == []
    assert record(files, {"applications": ["of another program"]}) == []


def test_a_record_of_another_shape_does_not_end_in_a_traceback(files: Files) -> None:
    assert len(record(files, {"applications": {"portal": "of another program"}})) == 1
