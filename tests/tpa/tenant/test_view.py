"""Which live applications are managed, and what is unknown."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.matching_tenant import client, live, offline, stranger
from tests.tpa.preflight.conftest import STACK, Files
from tpa.tenant.snapshot import Unknown

DOCUMENT = "https://agent.test/client.json"


def with_agent(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    files.write("stacks/agents/helper.yaml", {"document": DOCUMENT, "owner": owner})
    files.live("helper")


def test_without_a_tenant_nothing_is_live_and_nothing_is_unknown(files: Files) -> None:
    view = offline(files.load())
    assert (view.managed, view.unmanaged, view.unknown, view.comparable) == ({}, (), (), False)


def test_the_ownership_tags_tell_that_an_application_is_managed(files: Files) -> None:
    view = live(files.load(), clients=(client(), stranger()))
    assert {key: found.id for key, found in view.managed.items()} == {"portal": "tpc_1"}
    assert [found.id for found in view.unmanaged] == ["tpc_9"]


@pytest.mark.parametrize("tag", [("portal", "project/prod"), ("gone", STACK), ("", "")])
def test_the_ownership_tags_of_another_stack_do_not(files: Files, tag: tuple[str, str]) -> None:
    view = live(files.load(), clients=(client(tag=tag),))
    assert view.managed == {}
    assert [found.id for found in view.unmanaged] == ["tpc_1"]


def test_the_state_wins_over_copied_tags_that_are_listed_first(files: Files) -> None:
    copied, real = client("tpc_copy"), client("tpc_real")
    view = live(files.load(), {"tpc_real": "portal"}, clients=(copied, real))
    assert view.managed == {"portal": real}
    assert view.unmanaged == (copied,)


def test_a_copy_does_not_take_the_place_of_a_deleted_application(files: Files) -> None:
    view = live(files.load(), {"tpc_deleted": "portal"}, clients=(client("tpc_copy"),))
    assert view.managed == {}
    assert [found.id for found in view.unmanaged] == ["tpc_copy"]


def test_a_line_of_adopt_wins_over_copied_tags(files: Files) -> None:
    files.dev(adopt={"portal": "tpc_old"})
    old = stranger("tpc_old")
    view = live(files.load(), clients=(client("tpc_copy"), old))
    assert view.managed == {"portal": old}


def test_an_agent_is_known_by_its_document(files: Files) -> None:
    with_agent(files)
    agent = stranger("tpc_a", document=DOCUMENT)
    assert live(files.load(), clients=(agent,)).managed == {"helper": agent}


def test_an_application_that_left_the_files_is_pending_deletion(files: Files) -> None:
    view = live(files.load(), {"tpc_7": "old"}, clients=(stranger("tpc_7"),))
    assert [*view.pending_deletion] == ["old"]
    assert view.unmanaged == ()


def test_an_application_on_two_pages_of_a_list_counts_once(files: Files) -> None:
    twice: tuple[Any, ...] = (stranger(), stranger())
    assert len(live(files.load(), clients=twice).unmanaged) == 1


def test_first_party_applications_are_ignored(files: Files) -> None:
    own = replace(stranger(), third_party=False)
    assert live(files.load(), clients=(own,)).unmanaged == ()


@pytest.mark.parametrize(
    ("scope", "what", "comparable"),
    [
        ("read:clients", "applications", False),
        ("read:client_grants", "grants", False),
        ("read:connections", "connections", True),
        ("read:resource_servers", "APIs", True),
    ],
)
def test_a_missing_scope_names_what_is_unknown(
    files: Files, scope: str, what: str, comparable: bool
) -> None:
    view = live(files.load(), missing_scopes=("create:clients", scope))
    assert view.unknown == (Unknown(what, scope),)
    assert view.comparable is comparable


def test_what_the_plan_of_the_tenant_lacks_needs_no_scope() -> None:
    assert str(Unknown("organizations", "")) == "organizations (the tenant refuses to show it)"
    lacking = "Rules (the token lacks read:rules)"
    assert str(Unknown("Rules", "read:rules")) == lacking
