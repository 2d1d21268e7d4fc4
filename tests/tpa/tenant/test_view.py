"""Whose a live application is, and what nobody could read."""

from dataclasses import replace
from typing import Any

import pytest

from tests.tpa.preflight.conftest import STACK, Files
from tests.tpa.surveyed import client, live, offline, stranger
from tpa.tenant.view import Unknown

DOCUMENT = "https://agent.test/client.json"


def with_agent(files: Files) -> None:
    owner = {"organization": "A", "contact": "a@agent.test"}
    files._write("agents/helper", {"document": DOCUMENT, "owner": owner})
    files.dev(agents=["helper"])


def test_without_a_tenant_nothing_is_live_and_nothing_is_unknown(files: Files) -> None:
    view = offline(files.load())
    assert (view.ours, view.outside, view.unknown, view.comparable) == ({}, (), (), False)


def test_our_mark_tells_whose_an_application_is(files: Files) -> None:
    view = live(files.load(), clients=(client(), stranger()))
    assert {key: found.id for key, found in view.ours.items()} == {"portal": "tpc_1"}
    assert [found.id for found in view.outside] == ["tpc_9"]


@pytest.mark.parametrize("tag", [("portal", "project/prod"), ("gone", STACK), ("", "")])
def test_the_mark_of_somebody_else_makes_it_nobody_of_ours(
    files: Files, tag: tuple[str, str]
) -> None:
    view = live(files.load(), clients=(client(tag=tag),))
    assert view.ours == {}
    assert [found.id for found in view.outside] == ["tpc_1"]


def test_what_the_state_holds_wins_over_a_copied_mark_that_is_listed_first(files: Files) -> None:
    copied, real = client("tpc_copy"), client("tpc_real")
    view = live(files.load(), {"tpc_real": "portal"}, clients=(copied, real))
    assert view.ours == {"portal": real}
    assert view.outside == (copied,)


def test_a_copy_does_not_take_the_place_of_a_deleted_application(files: Files) -> None:
    view = live(files.load(), {"tpc_deleted": "portal"}, clients=(client("tpc_copy"),))
    assert view.ours == {}
    assert [found.id for found in view.outside] == ["tpc_copy"]


def test_the_line_that_adopts_wins_over_a_copied_mark(files: Files) -> None:
    files.dev(adopt={"portal": "tpc_old"})
    old = stranger("tpc_old")
    view = live(files.load(), clients=(client("tpc_copy"), old))
    assert view.ours == {"portal": old}


def test_an_agent_is_known_by_its_document(files: Files) -> None:
    with_agent(files)
    agent = stranger("tpc_a", document=DOCUMENT)
    assert live(files.load(), clients=(agent,)).ours == {"helper": agent}


def test_an_application_that_files_have_no_more_is_the_stacks_still(files: Files) -> None:
    view = live(files.load(), {"tpc_7": "old"}, clients=(stranger("tpc_7"),))
    assert [*view.leaving] == ["old"]
    assert view.outside == ()


def test_an_application_that_two_pages_list_is_one(files: Files) -> None:
    twice: tuple[Any, ...] = (stranger(), stranger())
    assert len(live(files.load(), clients=twice).outside) == 1


def test_first_party_applications_are_none_of_our_business(files: Files) -> None:
    own = replace(stranger(), third_party=False)
    assert live(files.load(), clients=(own,)).outside == ()


@pytest.mark.parametrize(
    ("scope", "what", "comparable"),
    [
        ("read:clients", "applications", False),
        ("read:client_grants", "grants", False),
        ("read:connections", "connections", True),
        ("read:resource_servers", "APIs", True),
    ],
)
def test_a_scope_that_is_lacking_names_what_is_unknown(
    files: Files, scope: str, what: str, comparable: bool
) -> None:
    view = live(files.load(), missing_scopes=("create:clients", scope))
    assert view.unknown == (Unknown(what, scope),)
    assert view.comparable is comparable


def test_what_a_plan_hides_has_no_scope_that_would_help() -> None:
    assert str(Unknown("organizations", "")) == "organizations (the tenant refuses to show it)"
    lacking = "Rules (the token lacks read:rules)"
    assert str(Unknown("Rules", "read:rules")) == lacking
