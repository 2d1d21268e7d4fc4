"""What is live and in no file: clients made by hand, and ways into the tenant."""

from dataclasses import replace
from pathlib import Path

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.accepting import accepted
from tests.tpa.drift.running import dev_file, report
from tests.tpa.drift.scenario import Scenario, edited, in_sync, scenario_of, write
from tests.tpa.drift.test_restore_plan import plan
from tpa.comparison.changed_outside import changed_outside
from tpa.files.declaration import declaration_in
from tpa.tenant.objects import Client

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
