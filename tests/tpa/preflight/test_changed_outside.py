"""What was changed outside is told at every preview and update, from the lists that are read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.model.names import client_name
from tests.tpa.drift.scenario import ADDED_DEFAULT, USER_GRANT, Scenario, in_sync
from tpa.environments.stack_state import AGENT, CLIENT, StateResource, StateResources
from tpa.files.record import OUTPUT
from tpa.preflight.changed_outside import check_outside
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
