"""The line that states a difference, and the rule that ignores it."""

from pathlib import Path

import pytest

from tests.tpa.drift.scenario import Change, in_sync, more, scenario_of, write
from tpa.drift.differences import differences, unused_rules
from tpa.drift.states import last_applied
from tpa.tenant.objects import Organization


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda s: s.client("portal", callbacks=()), "stacks/dev.yaml:7"),
        (lambda s: s.client("portal", description=""), "stacks/applications/portal.yaml:5"),
        (
            lambda s: s.client("portal", **{"client_metadata.plan": "x"}),
            "stacks/applications/portal.yaml:8",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token.leeway": 1}),
            "stacks/applications/portal.yaml:10",
        ),
        (
            lambda s: s.client("portal", **{"refresh_token.rotation_type": "rotating"}),
            "stacks/applications/portal.yaml:9",
        ),
        (lambda s: s.grant("cgr_portal_orders_client"), "stacks/applications/portal.yaml:16"),
        (lambda s: s.grant("cgr_helper_orders_user"), "stacks/agents/helper.yaml:5"),
        (lambda s: s.grant("cgr_default_catalog_user"), "stacks/apis.yaml:5"),
        (lambda s: s.tenant(connections={}), "stacks/dev.yaml:4"),
        (
            lambda s: s.tenant(organizations={"northwind": Organization("org_1", admits=False)}),
            "stacks/dev.yaml:11",
        ),
        (lambda s: s.settings(error_page={"url": "https://evil.test"}), "stacks/tenant.yaml:4"),
        (lambda s: s.replaced(s.view.ours["widget"]), "stacks/dev.yaml:8"),
        (lambda s: s.replaced(s.view.ours["helper"]), "stacks/dev.yaml:9"),
    ],
)
def test_each_difference_names_the_line_that_states_it(
    tmp_path: Path, change: Change, line: str
) -> None:
    found = change(in_sync(tmp_path)).differences().values()
    assert line in {each.file for each in found}


def test_an_ignored_difference_is_listed_and_does_not_count(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/description: partners word it, connections/x: never}\n"
    catalog = write(tmp_path, **more("dev", rule))
    scenario = scenario_of(catalog, last_applied(catalog.record), catalog)
    drifted = scenario.client("portal", description="x", name="y")
    found = drifted.differences()
    assert found["applications/portal/description"].ignored == "partners word it"
    assert [path for path, each in found.items() if each.counts] == ["applications/portal/name"]
    assert unused_rules(drifted.view, differences(drifted.view, drifted.last)) == ("connections/x",)
