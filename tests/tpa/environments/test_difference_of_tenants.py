"""Agents and tenant settings: their changes by meaning, and their proof."""

from typing import Any

import pytest

from tests.tpa.environments.test_difference import entry, grant, record
from tpa.environments.difference import difference
from tpa.environments.gate import needs_proof
from tpa.environments.risks import IMPACTS, Change
from tpa.files.definitions import AgentDefinition, TenantDefinition, content_of
from tpa.files.record import TENANT, Entry, Identity

SHOP = Identity("shop", "agent")
AGENT: dict[str, Any] = {
    "document": "https://agent.test/client.json",
    "owner": {"organization": "Agents", "contact": "a@agent.test"},
    "connections": ["customers"],
}
OPEN: dict[str, Any] = {"dynamic_client_registration": {}}
PERMISSIVE: dict[str, Any] = {"dynamic_client_registration": {"security_mode": "permissive"}}


def agent(**changes: Any) -> Entry:
    return Entry.of(content_of(AgentDefinition.model_validate({**AGENT, **changes})))


def tenant(**settings: Any) -> Entry:
    return Entry.of(content_of(TenantDefinition.model_validate(settings)))


def of(before: dict[Identity, Entry], after: dict[Identity, Entry]) -> dict[str, Change]:
    old, new = (record({"portal": entry(), **entries}) for entries in (before, after))
    return {change.kind: change for change in difference(old, new)}


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("agent-added", {}, {SHOP: agent()}),
        ("agent-removed", {SHOP: agent()}, {}),
        ("renamed", {SHOP: agent()}, {"agents/store": agent()}),
        ("agent-document-changed", {SHOP: agent()}, {SHOP: agent(document="https://b.test/c")}),
        ("sign-in-gained", {SHOP: agent()}, {SHOP: agent(connections=["customers", "staff"])}),
        ("sign-in-lost", {SHOP: agent()}, {SHOP: agent(connections=[])}),
        ("subject-type-gained", {SHOP: agent()}, {SHOP: agent(grants=[grant()])}),
        ("subject-type-lost", {SHOP: agent(grants=[grant()])}, {SHOP: agent()}),
        ("field-changed", {SHOP: agent()}, {SHOP: agent(copy_of_document="shop.json")}),
        (
            "field-changed",
            {SHOP: agent(grants=[grant()])},
            {SHOP: agent(grants=[{**grant(), "organizations": ["acme"]}])},
        ),
        (
            "owner-changed",
            {SHOP: agent()},
            {SHOP: agent(owner={"organization": "Other", "contact": "o@o.test"})},
        ),
        ("registration-opened", {}, {TENANT: tenant(**OPEN)}),
        ("registration-closed", {TENANT: tenant(**OPEN)}, {}),
        ("registration-permissive", {TENANT: tenant(**OPEN)}, {TENANT: tenant(**PERMISSIVE)}),
        ("registration-strict", {TENANT: tenant(**PERMISSIVE)}, {TENANT: tenant(**OPEN)}),
        ("rate-limit-looser", {TENANT: tenant(rate_limit={"limit": 10})}, {}),
        ("rate-limit-tighter", {}, {TENANT: tenant(rate_limit={"limit": 10})}),
        (
            "rate-limit-looser",
            {TENANT: tenant(rate_limit={"limit": 10})},
            {TENANT: tenant(rate_limit={"limit": 10, "action": "log"})},
        ),
        ("pages-changed", {}, {TENANT: tenant(error_page={"url": "https://acme.test/error"})}),
        ("field-changed", {}, {TENANT: tenant(scope_descriptions_at_consent=True)}),
    ],
)
def test_a_change(kind: str, before: dict[Identity, Entry], after: dict[Identity, Entry]) -> None:
    found = of(before, after)
    assert kind in found
    assert found[kind].risk == IMPACTS[kind].risk


def test_no_change_is_no_difference() -> None:
    same = {SHOP: agent(grants=[grant()]), TENANT: tenant(**OPEN)}
    assert of(same, same) == {}


def test_permissive_registration_is_reported_when_it_opens() -> None:
    assert {"registration-opened", "registration-permissive"} <= of(
        {}, {TENANT: tenant(**PERMISSIVE)}
    ).keys()


def test_no_field_passes_unseen() -> None:
    agents: dict[str, Any] = {
        "document": "https://b.test/c",
        "owner": {"organization": "Other", "contact": "a@agent.test"},
        "copy_of_document": "shop.json",
        "grants": [grant()],
        "connections": [],
    }
    settings: dict[str, Any] = {
        **OPEN,
        "scope_descriptions_at_consent": True,
        "resource_indicators": True,
        "rate_limit": {"limit": 10},
        "error_page": {"url": "https://acme.test/error"},
        "login_page": {"lock": {"version": "14.3.0", "integrity": f"sha384-{'A' * 64}"}},
    }
    assert agents.keys() == AgentDefinition.model_fields.keys() - {"environments"}
    assert settings.keys() == TenantDefinition.model_fields.keys()
    for name, value in agents.items():
        assert of({SHOP: agent()}, {SHOP: agent(**{name: value})}), name
    for name, value in settings.items():
        assert of({}, {TENANT: tenant(**{name: value})}), name


@pytest.mark.parametrize(
    "further",
    [
        {"authorization_details_types": ["payment"]},
        {"subject_type": "client", "organizations": ["acme"]},
        {"allow_all_scopes_reason": "an app of our own"},
    ],
)
def test_no_field_of_a_grant_passes_unseen(further: dict[str, Any]) -> None:
    plain = {**grant(), "subject_type": further.get("subject_type", "user")}
    found = of({SHOP: agent(grants=[plain])}, {SHOP: agent(grants=[{**plain, **further}])})
    assert found.keys() == {"field-changed"}


def test_organizations_that_admit_third_parties() -> None:
    (change,) = difference(record(admitted={}), record(admitted={"acme": ("customers-db",)}))
    assert (change.kind, change.touches) == ("field-changed", ("portal",))
    assert difference(record(admitted=None), record(admitted={"acme": ()})) == ()


def test_agents_fall_back_on_default_permissions() -> None:
    before = record({SHOP: agent()})
    (change,) = difference(before, record({SHOP: agent()}, defaults=()))
    assert (change.kind, change.touches) == ("default-lost", (str(SHOP),))


def test_they_need_a_proof_like_any_definition() -> None:
    both = {SHOP: agent(), TENANT: tenant(**OPEN)}
    assert needs_proof(record({}), record(both)) == (SHOP, TENANT)
    assert needs_proof(record(both), record({})) == ()
    wider = {SHOP: agent(grants=[grant()]), TENANT: tenant(**PERMISSIVE)}
    assert needs_proof(record(both), record(wider)) == (SHOP, TENANT)


def test_a_record_of_another_version() -> None:
    forged = Entry(digest="1:x", definition={"documnt": "x"})
    assert "unreadable" in of({SHOP: forged}, {SHOP: agent()})
    assert "unreadable" in of({TENANT: forged}, {})


def test_a_rename_in_the_state_moves_the_record_along() -> None:
    """`pulumi state rename`, of an application and an agent: nothing is left to change."""
    before = record({"portal": entry(), SHOP: agent()})
    after = record({"gate": entry(), "agents/store": agent()})
    assert {each.kind for each in difference(before, after)} == {"renamed"}
    assert difference(before.renamed({"portal": "gate", "shop": "store"}), after) == ()
