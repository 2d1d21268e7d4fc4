"""What the files say of a difference: the line that states it, and the rule that ignores it."""

from pathlib import Path

import pytest

from tests.tpa.drift.values import Bend, beside, more, settled, write
from tpa.drift.differences import differences, idle_rules
from tpa.drift.states import applied
from tpa.tenant.objects import Organization


@pytest.mark.parametrize(
    ("bend", "line"),
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
        (lambda s: s.look(connections={}), "stacks/dev.yaml:4"),
        (
            lambda s: s.look(organizations={"northwind": Organization("org_1", admits=False)}),
            "stacks/dev.yaml:11",
        ),
        (lambda s: s.settings(error_page={"url": "https://evil.test"}), "stacks/tenant.yaml:4"),
        (lambda s: s.replaced(s.view.managed["widget"]), "stacks/dev.yaml:8"),
        (lambda s: s.replaced(s.view.managed["helper"]), "stacks/dev.yaml:9"),
    ],
)
def test_each_difference_names_the_line_that_states_it(
    tmp_path: Path, bend: Bend, line: str
) -> None:
    found = bend(settled(tmp_path)).differences().values()
    assert line in {each.file for each in found}


def test_a_rule_takes_a_difference_out_of_the_count_and_keeps_it_in_sight(tmp_path: Path) -> None:
    rule = "ignore_drift: {applications/*/description: partners word it, connections/x: never}\n"
    catalog = write(tmp_path, **more("dev", rule))
    sides = beside(catalog, applied(catalog.record), catalog)
    bent = sides.client("portal", description="x", name="y")
    found = bent.differences()
    assert found["applications/portal/description"].ignored == "partners word it"
    assert [path for path, each in found.items() if each.counts] == ["applications/portal/name"]
    assert idle_rules(bent.view, differences(bent.view, bent.last)) == ("connections/x",)
