"""What is recorded where the engine did not apply all that a program declared."""

from typing import Any

import pytest

from tests.tpa.environments.test_difference import BASE, PORTAL, entry, grant, record
from tpa.composition.applied import _is_in, _recorded
from tpa.files.record import Identity

WIDER = {"grants": [grant("orders", "user", "read:orders", "write:orders")]}
NONE: frozenset[Any] = frozenset()


@pytest.mark.parametrize(
    ("declared", "found", "held"),
    [
        (["a", "b"], ["b", "a"], True),
        (["a"], ["a", "b"], False),
        ({"alg": "RS256"}, {"alg": "RS256", "secretEncoded": False}, True),
        ({"alg": "RS256"}, {"alg": "HS256"}, False),
        ({"alg": "RS256"}, None, False),
        ([{"pem": "x"}], [{"pem": "x", "id": "cred_1"}], True),
        ([{"pem": "x"}], [{"pem": "x"}, {"pem": "y"}], False),
        (3600, 3600.0, True),
        (None, [], True),
        (None, ["a"], False),
    ],
)
def test_what_the_engine_holds_of_what_is_declared(
    declared: Any, found: Any, *, held: bool
) -> None:
    assert _is_in(declared, found) is held


def test_a_definition_that_was_left_out_stays_as_it_was() -> None:
    before = record({"portal": entry(), "widget": entry()})
    after = record({"portal": entry(**WIDER), "widget": entry(name="Widget")}).after(before)
    found = _recorded(after, before, frozenset({PORTAL}), NONE)
    assert found.definitions[PORTAL] == before.definitions[PORTAL]
    assert found.definitions[Identity("widget")] == after.definitions[Identity("widget")]
    assert _recorded(after, before, NONE, NONE).definitions == after.definitions


def test_one_that_was_not_created_is_not_recorded() -> None:
    after = record({"portal": entry(), "second": entry()})
    found = _recorded(after, record({"portal": entry()}), frozenset({Identity("second")}), NONE)
    assert Identity("second") not in found.definitions


def test_a_connection_that_was_not_promoted_holds_its_users_back() -> None:
    before = record({"portal": entry(connections=[])})
    after = record({"portal": entry()})
    (name,) = BASE["connections"]
    found = _recorded(after, before, NONE, frozenset({after.connections.get(name, name)}))
    assert found.definitions[PORTAL] == before.definitions[PORTAL]


def test_what_is_not_deleted_yet_is_still_applied() -> None:
    before = record({"portal": entry(**WIDER), "widget": entry()})
    found = _recorded(record({"portal": entry(grants=[])}), before, NONE, NONE)
    held = found.with_leaving({"portal-grant-orders-user", "widget-client"})
    assert held.definitions == before.definitions
    gone = found.with_leaving({"portal-client"})
    assert gone.definitions == found.definitions
    assert found.with_leaving({"widget-client"}).definitions.keys() > gone.definitions.keys()
