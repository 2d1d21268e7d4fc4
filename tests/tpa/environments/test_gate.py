"""Which definitions need a proof, what counts as proof, and which definition a reason is for."""

import json
from typing import Any

import pytest

from tests.tpa.environments.test_difference import BASE, EVERY, PORTAL, entry, grant, record
from tpa.environments.gate import decide, has_other_format, is_proven, needs_proof
from tpa.files.record import (
    DEFAULTS,
    HISTORY,
    Entry,
    Identity,
    Override,
    Record,
    UnreadableRecord,
    read_record,
)

MORE = {"grants": [grant("orders", "user", "read:orders", "write:orders")]}


def applied(*entries: dict[str, Any]) -> Record:
    """A record after these states of the portal were applied, one by one."""
    found = Record()
    for changes in entries:
        found = record({"portal": entry(**changes)}).after(found)
    return found


def test_only_what_differs_here_needs_proof() -> None:
    assert needs_proof(applied({}), applied({})) == ()
    assert needs_proof(applied({}), applied(MORE)) == (PORTAL,)
    assert needs_proof(Record(), applied({})) == (DEFAULTS, PORTAL)


@pytest.mark.parametrize(
    "narrower",
    [
        {"grants": []},
        {"callbacks": []},
        {"connections": []},
        {"refresh_token": None},
        {"access_token_lifetime": 60},
        {"access_token_lifetime": 60, "callbacks": []},
    ],
)
def test_narrowing_never_needs_proof(narrower: dict[str, Any]) -> None:
    assert needs_proof(applied({}), applied(narrower)) == ()


@pytest.mark.parametrize(
    "exception",
    [
        {"redirection_policy": "allow_always", "redirection_policy_reason": "legacy"},
        {"grants": [EVERY]},
    ],
)
def test_an_exception_that_ends_takes_its_reason_along(exception: dict[str, Any]) -> None:
    assert needs_proof(applied(exception), applied({})) == ()
    assert needs_proof(applied({}), applied(exception)) == (PORTAL,)


@pytest.mark.parametrize(
    "changes",
    [
        {"callbacks": [], "access_token_lifetime": 7200},
        {"name": "Other"},
        {"owner": {"organization": "Acme", "contact": "b@acme.test"}},
        {"client_metadata": {"a": "b"}},
    ],
)
def test_any_other_change_needs_proof(changes: dict[str, Any]) -> None:
    assert needs_proof(applied({}), applied(changes)) == (PORTAL,)


def test_removing_a_grant_for_a_wider_default_is_no_narrowing() -> None:
    narrow = {"grants": [*BASE["grants"], grant("catalog", "user", "read:prices")]}
    assert needs_proof(applied(narrow), applied({})) == (PORTAL,)


def test_what_the_environment_adds_hides_nothing() -> None:
    """An overlay that keeps the callbacks as they were does not make a wider file harmless."""
    kept = {"callbacks": ["https://acme.test/cb"]}
    before, after = (
        record({"portal": entry(**changes).model_copy(update={"overlay": kept})})
        for changes in ({}, {"callbacks": ["https://acme.test/cb", "https://new.test/cb"]})
    )
    assert needs_proof(before, after) == (PORTAL,)


def test_any_digest_of_the_history_is_a_proof() -> None:
    earlier = applied(MORE, {"name": "Younger"})
    assert is_proven(PORTAL, applied(MORE), earlier)
    assert not is_proven(PORTAL, applied({}), earlier)


def test_the_history_is_bounded_and_keeps_the_youngest() -> None:
    found = applied(*({"access_token_lifetime": 60 + n} for n in range(HISTORY + 5)))
    history = found.definitions[PORTAL].history
    assert len(history) == HISTORY
    assert history[-1] == found.definitions[PORTAL].digest
    again = applied({}, MORE, {}).definitions[PORTAL].history
    assert [digest == entry().digest for digest in again] == [False, True]


def test_a_digest_of_another_format_is_recognized() -> None:
    old = Record(definitions={"portal": Entry(digest="0:abc", history=("0:abc",))})
    assert has_other_format(PORTAL, applied({}), old)
    assert not is_proven(PORTAL, applied({}), old)


def test_a_reason_lets_one_definition_pass() -> None:
    decision = decide(applied({}), applied(MORE), applied({}), "staging", {"portal": "outage"})
    assert decision.refused == ()
    override = decision.overrides[PORTAL]
    assert (override.reason, override.earlier) == ("outage", "staging")
    assert override.digest == entry(**MORE).digest


def overridden(changes: dict[str, Any]) -> Record:
    override = Override(reason="outage", digest=entry(**changes).digest, earlier="staging")
    return applied({}, changes).model_copy(update={"overrides": {PORTAL: override}})


def test_a_reason_stays_until_the_digests_agree_again() -> None:
    before = overridden(MORE)
    still = decide(before, applied(MORE), applied({}), "staging", {})
    assert still.overrides[PORTAL].reason == "outage"
    agreed = decide(before, applied(MORE), applied({}, MORE), "staging", {})
    assert agreed.overrides == {}
    gone = decide(before, record({}), applied({}), "staging", {})
    assert gone.overrides == {}


def test_the_same_reason_does_not_let_another_definition_pass() -> None:
    third = {"name": "Third"}
    reasons = {"portal": "outage"}
    decision = decide(overridden(MORE), applied(third), applied({}), "staging", reasons)
    assert decision.reused == (PORTAL,)
    fresh = decide(overridden(MORE), applied(third), applied({}), "staging", {"portal": "again"})
    assert fresh.overrides[PORTAL].reason == "again"


def test_a_record_survives_its_way_through_outputs() -> None:
    written = overridden(MORE)
    assert read_record({"advance": written.as_output()}) == written


def test_numbers_come_back_as_floats() -> None:
    """The engine hands outputs over as JSON numbers without a kind."""
    written = applied({"access_token_lifetime": 60}).as_output()
    written["format"] = 1.0
    written["definitions"]["portal"]["definition"]["access_token_lifetime"] = 60.0
    found = read_record({"advance": written})
    assert needs_proof(found, applied({"access_token_lifetime": 60})) == ()


def test_no_record_and_digests_alone() -> None:
    assert read_record({}) == Record()
    digest = entry().digest
    found = read_record({"definitions": {"portal": digest}})
    assert is_proven(PORTAL, applied({}), found)


@pytest.mark.parametrize("written", [{"format": 2}, "text", {"format": 1, "unknown": 1}])
def test_a_record_of_another_version(written: object) -> None:
    with pytest.raises(UnreadableRecord):
        read_record({"advance": written})


def test_numbers_that_the_engine_gives_back_are_the_recorded_ones() -> None:
    """Its outputs know no integers; a definition that can't be read back counts as changed."""
    applied_once = applied({"refresh_token": {"idle_token_lifetime": 604800}})
    output = json.loads(json.dumps(applied_once.as_output()), parse_int=float)
    before = read_record({"advance": {**output, "format": 1}})
    narrower = applied({"refresh_token": {"idle_token_lifetime": 604800}, "grants": []})
    assert needs_proof(before, narrower) == ()


@pytest.mark.parametrize(
    ("text", "identity"),
    [
        ("portal", PORTAL),
        ("agents/shop", Identity("shop", "agent")),
        ("default_permissions", DEFAULTS),
        ("tenant_settings", Identity("tenant_settings", "shared")),
    ],
)
def test_an_identity_is_stored_as_text(text: str, identity: Identity) -> None:
    """As records of older versions have it, wherever a record names a definition."""
    override = {"reason": "outage", "digest": "1:0", "earlier": "dev"}
    leaving = {"entry": {"digest": "1:0"}, "resources": ["client"]}
    parts = {"definitions": {"digest": "1:0"}, "overrides": override, "leaving": leaving}
    written = {"format": 1, "protected": True, **{k: {text: v} for k, v in parts.items()}}
    found = read_record({"__advance": written})
    for part in (found.definitions, found.overrides, found.leaving):
        assert [*part] == [identity]
    assert json.loads(json.dumps(found.as_output())) == written
