"""Every kind of change; no change passes unreported."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from tpa.environments.difference import difference
from tpa.environments.risks import IMPACTS, ORDER, Change
from tpa.files.definitions import ApplicationDefinition, GrantDefinition, content_of
from tpa.files.record import DEFAULTS, Entry, Identity, Record

BASE: dict[str, Any] = {
    "name": "Portal",
    "owner": {"organization": "Acme", "contact": "a@acme.test"},
    "app_type": "regular_web",
    "callbacks": ["https://acme.test/cb"],
    "grants": [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}],
    "connections": ["customers"],
    "refresh_token": {},
}
PUBLIC = {"app_type": "spa"}
EVERY = {
    "api": "orders",
    "subject_type": "user",
    "allow_all_scopes": True,
    "allow_all_scopes_reason": "an app of our own",
}
PORTAL = Identity("portal")
DEFAULT = {"api": "catalog", "subject_type": "user", "scopes": ["read:products"]}


def grant(api: str = "orders", subject: str = "user", *scopes: str) -> dict[str, Any]:
    return {"api": api, "subject_type": subject, "scopes": scopes or ("read:orders",)}


def entry(**changes: Any) -> Entry:
    definition = ApplicationDefinition.model_validate({**BASE, **changes})
    return Entry.of(content_of(definition))


def record(
    entries: Mapping[Any, Entry] | None = None,
    defaults: Iterable[dict[str, Any]] = (DEFAULT,),
    **rest: Any,
) -> Record:
    grants = tuple(GrantDefinition.model_validate(item) for item in defaults)
    return Record(
        definitions={
            **({"portal": entry()} if entries is None else entries),
            DEFAULTS: Entry.of({"grants": [content_of(each) for each in grants]}),
        },
        **{
            "audiences": {"orders": "https://o.test", "catalog": "https://c.test"},
            "connections": {"customers": "customers-db", "staff": "staff-ad"},
            **rest,
        },
    )


def of(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Change]:
    """The changes between two states of the portal, by kind."""
    found = difference(record({"portal": entry(**before)}), record({"portal": entry(**after)}))
    return {change.kind: change for change in found}


def test_no_change_is_no_difference() -> None:
    assert difference(record(), record()) == ()


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("scope-gained-user", {}, {"grants": [grant("orders", "user", "read:orders", "x")]}),
        (
            "scope-gained-client",
            {"grants": [grant("orders", "client", "a")]},
            {"grants": [grant("orders", "client", "a", "b")]},
        ),
        ("all-scopes-on", {}, {"grants": [EVERY]}),
        ("all-scopes-off", {"grants": [EVERY]}, {}),
        (
            "scope-lost",
            {"grants": [grant("orders", "user", "a", "b")]},
            {"grants": [grant("orders", "user", "a")]},
        ),
        ("subject-type-gained", {}, {"grants": [*BASE["grants"], grant("orders", "client")]}),
        ("subject-type-lost", {"grants": [*BASE["grants"], grant("orders", "client")]}, {}),
        ("redirect-host-new", {}, {"callbacks": [*BASE["callbacks"], "https://new.test/cb"]}),
        ("redirect-gained", {}, {"callbacks": [*BASE["callbacks"], "https://acme.test/two"]}),
        ("redirect-lost", {"callbacks": [*BASE["callbacks"], "https://acme.test/two"]}, {}),
        ("origin-gained", {}, {"web_origins": ["https://acme.test"]}),
        ("origin-lost", {"allowed_origins": ["https://acme.test"]}, {}),
        (
            "redirect-protection-off",
            {},
            {"redirection_policy": "allow_always", "redirection_policy_reason": "legacy"},
        ),
        (
            "redirect-protection-on",
            {"redirection_policy": "allow_always", "redirection_policy_reason": "legacy"},
            {},
        ),
        ("client-became-public", {}, {"token_endpoint_auth_method": "none"}),
        ("client-became-confidential", {"token_endpoint_auth_method": "none"}, {}),
        ("secret-instead-of-key", {"token_endpoint_auth_method": "private_key_jwt"}, {}),
        ("key-instead-of-secret", {}, {"token_endpoint_auth_method": "private_key_jwt"}),
        ("rotation-off", PUBLIC, {**PUBLIC, "refresh_token": {"rotation_type": "non-rotating"}}),
        ("rotation-on", {**PUBLIC, "refresh_token": {"rotation_type": "non-rotating"}}, PUBLIC),
        ("refresh-longer", {}, {"refresh_token": {"token_lifetime": 5_000_000}}),
        ("refresh-shorter", {}, {"refresh_token": {"idle_token_lifetime": 60}}),
        ("tokens-longer", {}, {"access_token_lifetime": 7200}),
        ("tokens-shorter", {}, {"access_token_lifetime": 60}),
        ("flow-lost", {}, {"refresh_token": None}),
        ("flow-gained", {"refresh_token": None}, {}),
        ("sign-in-gained", {}, {"connections": ["customers", "staff"]}),
        ("sign-in-lost", {"connections": ["customers", "staff"]}, {}),
        ("connection-promoted", {}, {"connections": ["customers", "staff"]}),
        ("connection-demoted", {"connections": ["customers", "staff"]}, {}),
        ("type-changed", {}, {"app_type": "native"}),
        ("owner-changed", {}, {"owner": {"organization": "Other", "contact": "o@o.test"}}),
        ("texts-changed", {}, {"name": "Portal 2"}),
        ("field-changed", {}, {"client_metadata": {"tier": "gold"}}),
    ],
)
def test_a_change_of_an_application(
    kind: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = of(before, after)
    assert kind in found
    change = found[kind]
    assert change.risk == IMPACTS[kind].risk
    assert "portal" in change.touches


OTHERWISE: dict[str, Any] = {
    "name": "Other",
    "app_type": "spa",
    "grant_types": ["authorization_code"],
    "token_endpoint_auth_method": "none",
    "keys": [{"name": "first", "pem": "PEM"}],
    "rate_limit": {"limit": 5},
    "security_mode": "permissive",
    "redirection_policy": "allow_always",
    "signing_algorithm": "default",
    "refresh_token": {"leeway": 10},
    "client_metadata": {"tier": "gold"},
    "owner": {"organization": "Acme", "contact": "b@acme.test"},
    "grants": [],
    "needs": {"id_token": True},
}
BY_DEFAULT: dict[type, Any] = {str: "https://acme.test/x", int: 60, bool: True, tuple: ["other"]}


@pytest.mark.parametrize(
    "name", sorted(ApplicationDefinition.model_fields.keys() - {"environments"})
)
def test_no_field_passes_unseen(name: str) -> None:
    """One that is added later is reported without anything that knows it."""
    default = ApplicationDefinition.model_fields[name].default
    value = OTHERWISE[name] if name in OTHERWISE else BY_DEFAULT[type(default)]
    assert of({}, {name: value})


def test_another_key_in_place_of_one_is_seen() -> None:
    first, second = ({"keys": [{"name": "a", "pem": pem}]} for pem in ("ONE", "TWO"))
    assert of(first, second).keys() == {"field-changed"}
    assert "TWO" not in of(first, second)["field-changed"].what


def test_an_application_added_with_what_deserves_a_look() -> None:
    risky = entry(redirection_policy="allow_always", redirection_policy_reason="legacy")
    kinds = {c.kind for c in difference(record({}), record({"portal": risky}))}
    assert {"application-added", "redirect-host-new", "redirect-protection-off"} <= kinds
    assert "scope-gained-user" in kinds


@pytest.mark.parametrize(
    ("protected", "first"),
    [(False, ""), (True, "; it is protected: pulumi state unprotect comes first")],
)
def test_an_application_removed(protected: bool, first: str) -> None:
    found = {c.kind: c for c in difference(record(protected=protected), record({}))}
    assert found["application-removed"].narrows
    assert found["application-removed"].what == (
        "removed: Portal; its access ends, with 1 grant, and its client id is gone for good" + first
    )


def test_a_renamed_file_is_no_new_partner() -> None:
    """One change by its new key, and what else differs from what it was."""
    moved = {"gate": entry(callbacks=[*BASE["callbacks"], "https://acme.test/two"])}
    for keys in (None, [Identity("gate")]):
        found = {c.kind: c for c in difference(record(), record(moved), keys)}
        assert found.keys() == {"renamed", "redirect-gained"}
        told = found["renamed"]
        assert (told.application, told.risk, told.consent) == ("gate", "high", True)
        assert told.what.startswith("renamed from portal: as it is, the client id of portal is del")
        assert "tpa check prints the commands" in told.what
        assert not told.narrows  # so the gate asks for proof


KEYED = {"callbacks": [], "keys": [{"name": "a", "pem": "ONE"}]}
MACHINE = {"app_type": "non_interactive", "callbacks": [], "connections": []}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"callbacks": [*BASE["callbacks"], "https://acme.test/two"]}),
        (KEYED, {**KEYED, "keys": [{"name": "b", "pem": "ONE"}, {"name": "c", "pem": "TWO"}]}),
        (MACHINE, {**MACHINE, "description": "other words"}),
    ],
)
def test_a_file_renamed_with_its_name_is_no_new_partner(old: Any, new: Any) -> None:
    """The same owner, and a callback, a key or, of what has neither, the grants."""
    renamed = {"gate": entry(**{**new, "name": "Gate"})}
    found = {c.kind: c for c in difference(record({"portal": entry(**old)}), record(renamed))}
    assert "renamed" in found
    assert not {"application-removed", "application-added"} & found.keys()
    assert "leave the name Portal for one update, for which tpa check" in found["renamed"].what


@pytest.mark.parametrize(
    "new",
    [
        {"gate": {"owner": {"organization": "Other", "contact": "o@o.test"}}},
        {"gate": {"callbacks": ["https://other.test/cb"]}},
        {"gate": MACHINE},
        {"gate": {}, "door": {"name": "Door"}},  # which of them is it?
    ],
)
def test_what_may_be_another_partner_is_one(new: Mapping[str, Any]) -> None:
    entries = {key: entry(**{"name": "Gate", **changes}) for key, changes in new.items()}
    kinds = [c.kind for c in difference(record(), record(entries))]
    assert "renamed" not in kinds
    assert kinds.count("application-added") == len(new)
    assert "application-removed" in kinds


def test_a_name_that_stays_tells_more_than_a_callback() -> None:
    """One file is renamed, and another of the same owner comes."""
    both = {"gate": entry(), "door": entry(name="Door")}
    found = {(c.kind, c.application) for c in difference(record(), record(both))}
    assert {("renamed", "gate"), ("application-added", "door")} <= found


def test_an_owner_that_changes_and_a_contact_that_does() -> None:
    moved = of({}, {"owner": {"organization": "Other", "contact": "o@o.test"}})["owner-changed"]
    assert (moved.risk, moved.what) == ("high", "moves from Acme to Other (contact o@o.test)")
    other = of({}, {"owner": {"organization": "Acme", "contact": "b@acme.test"}})
    assert other.keys() == {"contact-changed"}
    assert other["contact-changed"].what == "owner contact: b@acme.test instead of a@acme.test"


def test_a_grant_of_its_own_that_replaces_the_default() -> None:
    narrower = {"grants": [*BASE["grants"], grant("catalog", "user", "read:prices")]}
    found = of({}, narrower)
    assert "replaces the default" in found["scope-lost"].what
    assert "read:products" in found["scope-lost"].what
    assert "read:prices" in found["scope-gained-user"].what


def test_back_to_the_default_can_be_more() -> None:
    narrow = {"grants": [*BASE["grants"], grant("catalog", "user", "read:prices")]}
    found = of(narrow, {})
    assert "back to the default" in found["scope-gained-user"].what


def test_default_permissions_touch_all_that_fall_back() -> None:
    wider = {**DEFAULT, "scopes": ["read:products", "read:prices"]}
    two = {"portal": entry(), "own": entry(grants=[grant("catalog", "user", "x")])}
    found = difference(record(two), record(two, [wider]))
    assert [(c.kind, c.risk, c.touches) for c in found] == [
        ("default-gained", "critical", ("portal",))
    ]
    assert found[0].consent


def test_default_permissions_that_are_taken_away() -> None:
    (change,) = difference(record(), record(defaults=()))
    assert (change.kind, change.narrows, change.touches) == ("default-lost", True, ("portal",))


def test_another_audience_is_reported_once() -> None:
    moved: dict[str, Any] = {
        "audiences": {"orders": "https://new.test", "catalog": "https://c.test"}
    }
    (change,) = difference(record(), record(**moved))
    assert (change.kind, change.touches) == ("audience-changed", ("portal",))


@pytest.mark.parametrize(("before", "after"), [(True, False), (False, True)])
def test_delete_protection(before: bool, after: bool) -> None:
    (change,) = difference(record(protected=before), record(protected=after))
    assert change.kind == f"delete-protection-{'on' if after else 'off'}"


def test_what_the_environment_says_counts() -> None:
    here = record()
    moved = entry().model_copy(update={"overlay": {"callbacks": ["https://new.test/cb"]}})
    kinds = [c.kind for c in difference(here, record({"portal": moved}))]
    assert kinds == ["redirect-host-new", "redirect-lost"]


def test_ids_and_the_order_of_lists_mean_nothing() -> None:
    two = [grant("orders", "user", "a", "b"), grant("catalog", "client", "c")]
    turned = [grant("catalog", "client", "c"), grant("orders", "user", "b", "a")]
    assert of({"grants": two}, {"grants": turned}) == {}


def test_a_record_that_was_tampered_with_is_not_compared() -> None:
    forged = entry().model_copy(update={"digest": entry(name="Other").digest})
    (change,) = difference(record({"portal": forged}), record())
    assert change.kind == "unreadable"


def test_highest_risk_first_and_only_the_given_applications() -> None:
    two = {"portal": entry(), "other": entry()}
    after = {
        "portal": entry(callbacks=["https://new.test/cb"], name="New"),
        "other": entry(name="New"),
    }
    found = difference(record(two), record(after))
    ranks = [ORDER.index(change.risk) for change in found]
    assert ranks == sorted(ranks)
    assert {c.application for c in difference(record(two), record(after), [PORTAL])} == {"portal"}


def test_consent_is_asked_again_for_more_and_not_for_less() -> None:
    assert of({}, {"grants": [grant("orders", "user", "read:orders", "x")]})[
        "scope-gained-user"
    ].consent
    assert not of(
        {"grants": [grant("orders", "client", "a")]},
        {"grants": [grant("orders", "client", "a", "b")]},
    )["scope-gained-client"].consent
    assert not of({"callbacks": [*BASE["callbacks"], "https://acme.test/2"]}, {})[
        "redirect-lost"
    ].consent
