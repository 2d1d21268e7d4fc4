"""How differences are shown: lists in a common order, secrets redacted; and what is in no file."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import accepted, dev_file, report
from tests.tpa.drift.scenario import Scenario, edited, in_sync, scenario_of, write
from tests.tpa.drift.test_restore_plan import plan
from tpa.comparison.differences import Difference, changed_outside, redacted
from tpa.comparison.facts import value_text
from tpa.drift.output import in_common_order
from tpa.files.declaration import declaration_in
from tpa.tenant.objects import Client

PORTAL = ("applications", "portal")


def difference(name: str, live: object) -> Difference:
    path = (*PORTAL, "client_metadata", name)
    return Difference(path, "outside", "old", "old", live, "stacks/dev.yaml")


@pytest.mark.parametrize("name", ["api_key", "client_secret", "Password", "refresh/token"])
def test_what_looks_like_a_secret_is_not_shown(name: str) -> None:
    shown = redacted(difference(name, "s3cr3t-value"))
    assert shown.live == "(looks like a secret)"
    assert shown.declared == "(looks like a secret)"


@pytest.mark.parametrize(
    ("name", "live"),
    [("plan", "gold-and-silver"), ("secretary", "a name"), ("api_key", None)],
)
def test_other_values_are_shown(name: str, live: object) -> None:
    assert redacted(difference(name, live)).live == live


def test_only_metadata_is_redacted() -> None:
    path = (*PORTAL, "token_endpoint_auth_method")
    own = Difference(path, "outside", "client_secret_post", None, "client_secret_basic", "")
    assert redacted(own) == own


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        ((), "(empty)"),
        (("a", "b"), "a b"),
        ("", "(empty)"),
        (60, "60"),
        (True, "True"),
    ],
)
def test_the_text_of_each_kind_of_value(value: object, text: str) -> None:
    assert value_text(value) == text


def scopes(live: tuple[str, ...] | None, declared: tuple[str, ...] = ("c", "d")) -> Difference:
    path = ("grants", "portal", "orders", "user")
    return Difference(path, "outside", declared, ("c", "d"), live, "")


@pytest.mark.parametrize(
    ("live", "in_order"),
    [
        (("a", "c", "d"), ("c", "d", "a")),
        (("a", "d", "e"), ("d", "a", "e")),
        (("d",), ("d",)),
        ((), ()),
        (("d", "c"), ("d", "c")),  # not sorted: the order may matter
        (None, None),
    ],
)
def test_additions_are_at_the_end(
    live: tuple[str, ...] | None, in_order: tuple[str, ...] | None
) -> None:
    shown = in_common_order(scopes(live))
    assert (shown.declared, shown.applied, shown.live) == (("c", "d"), ("c", "d"), in_order)


def test_the_order_is_that_of_the_files_first() -> None:
    shown = in_common_order(scopes(("a", "b", "c", "d"), declared=("b", "c")))
    assert (shown.declared, shown.applied) == (("b", "c"), ("c", "d"))
    assert shown.live == ("b", "c", "d", "a")


HAND = Client("tpc_hand", "Hand", True, "strict")
OPEN = "tenant/dynamic_client_registration"
UNSTATED = edited("tenant", "dynamic_client_registration: {security_mode: strict}\n", "")
BY_HAND = {
    "name": "By hand",
    "is_first_party": False,
    "third_party_security_mode": "strict",
    "app_type": "regular_web",
    "token_endpoint_auth_method": "client_secret_post",
    "callbacks": ["https://hand.test/cb"],
}


def with_hand(root: Path) -> Scenario:
    scenario = in_sync(root)
    return scenario.tenant(clients=(*scenario.snapshot.clients, HAND))


def opened(root: Path) -> Scenario:
    """Registration is on in the tenant, and neither the files nor the last update state it."""
    whole = in_sync(root).view.catalog
    catalog = write(root, **UNSTATED)
    return scenario_of(catalog, declaration_in(catalog.record), whole).tenant(
        open_registration=True
    )


def test_a_client_made_by_hand_is_a_difference(tmp_path: Path) -> None:
    scenario = with_hand(tmp_path)
    (found,) = scenario.differences().values()
    assert (found.name, found.changed_by, found.counts) == ("unmanaged/tpc_hand", "outside", True)
    assert found.live == "Hand (strict, owner unknown)"
    _, refused, _ = accepted(tmp_path, scenario)
    assert "tpa adopt -e dev tpc_hand" in refused[found.name]
    assert "tpa adopt -e dev tpc_hand" in plan(scenario).left[found.name]
    (problem,) = changed_outside(scenario.view, scenario.last)[""]
    assert "tpa adopt -e dev tpc_hand" in problem.fix


def test_what_is_unknown_is_no_difference(tmp_path: Path) -> None:
    scenario = with_hand(tmp_path).tenant(missing_scopes=("read:clients",))
    assert "unmanaged/tpc_hand" not in scenario.differences()


def test_open_registration_that_no_file_states(tmp_path: Path) -> None:
    scenario = opened(tmp_path)
    found = scenario.differences()[OPEN]
    assert (found.declared, found.live, found.changed_by) == (None, "on", "outside")
    assert "no update turned it on" in plan(scenario, OPEN).left[OPEN]
    changed, refused, after = accepted(tmp_path, scenario, [found])
    assert (refused, OPEN in after) == ({}, False)
    assert any("security_mode: strict" in line for line in changed)


def test_metadata_documents_without_an_agent(tmp_path: Path) -> None:
    path = "tenant/client_id_metadata_documents"
    whole = in_sync(tmp_path).view.catalog
    catalog = write(tmp_path, **edited("agents/helper", "{dev: {}}", "{}"))
    scenario = scenario_of(catalog, declaration_in(catalog.record), replace(whole, agents={}))
    found = scenario.differences()[path]
    assert (found.live, found.changed_by) == ("on", "outside")
    assert "no update turned it on" in plan(scenario, path).left[path]
    assert "tpa adopt" in accepted(tmp_path, scenario, [found])[1][path]


def test_the_nightly_job_fails_until_someone_says_why(run: Run, stack: AppliedStack) -> None:
    hand = stack.tenant.api.create("/clients", BY_HAND)["client_id"]
    ended = run(stack.root, "drift")
    assert ended.status == 1
    assert "By hand (strict, owner unknown)" in " ".join(ended.output.split())
    assert f"tpa adopt -e dev {hand}" in ended.output
    rule = {f"unmanaged/{hand}": "the pilot of the sales team, until May"}
    stack.project.write("stacks/dev.yaml", {**dev_file(stack), "ignore_drift": rule})
    found = report(run, stack)
    assert (found["outside"], found["ignored"]) == (0, 1)
