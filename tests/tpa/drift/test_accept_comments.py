"""Comments and order in the files stay when live values are accepted."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.accepting import TODAY
from tests.tpa.drift.scenario import (
    CLIENT_GRANT,
    FILES,
    ORDERS,
    USER_GRANT,
    Change,
    Scenario,
    edited,
    more,
    scenario_of,
    write,
)
from tpa.drift.accept import write_live_values
from tpa.files.declaration import declaration_in
from tpa.files.editing import staged
from tpa.tenant.objects import Grant
from tpa.tenant.snapshot import OrganizationLinks

SCOPES = """\
    scopes:
      # reading, OPS-1
      - read:orders # needed by the cart
"""
PORTAL = FILES["applications/portal"].replace("    scopes: [read:orders]\n", SCOPES)
HELPER = FILES["agents/helper"].replace(
    "  - {api: orders, subject_type: user, scopes: [read:orders]}\n",
    "  [\n    {api: orders, subject_type: user, scopes: [read:orders]}, # nightly\n  ]\n",
)


@pytest.mark.parametrize(
    ("file", "change", "old", "new"),
    [
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, scopes=("read:orders", "write:orders")),
            SCOPES,
            f"{SCOPES}      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, scopes=("write:orders",)),
            SCOPES,
            "    scopes:\n      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(USER_GRANT, all_scopes=True, scopes=()),
            SCOPES,
            f"    allow_all_scopes: true\n    allow_all_scopes_reason: {TODAY}\n",
        ),
        (
            "agents/helper",
            lambda s: s.tenant(
                grants=(
                    *(g for g in s.snapshot.grants if g.client_id != "tpc_helper"),
                    Grant("c", "tpc_helper", ORDERS, "client", ("read:orders",)),
                )
            ),
            "    {api: orders, subject_type: user, scopes: [read:orders]}, # nightly\n",
            "    {api: orders, subject_type: client, scopes: [read:orders]},\n",
        ),
    ],
)
def test_comments_stay_with_their_lines(
    tmp_path: Path, file: str, change: Change, old: str, new: str
) -> None:
    before = {"applications/portal": PORTAL, "agents/helper": HELPER}
    catalog = write(tmp_path, applications__portal=PORTAL, agents__helper=HELPER)
    scenario = change(scenario_of(catalog, declaration_in(catalog.record), catalog))
    with staged(tmp_path) as stage:
        assert write_live_values(stage, scenario.view, scenario.differences().values()) == {}
        after = stage.read(f"stacks/{file}.yaml")
    assert after == before[file].replace(old, new)


def test_organizations_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    """The tenant does not keep an order."""
    listed = edited("applications/portal", "organizations: [north]", "organizations: [west, north]")
    others = "  west: {name: westwind}\n  south: {name: breeze}\n"
    catalog = write(tmp_path, **listed, **more("dev", others))
    scenario = scenario_of(catalog, declaration_in(catalog.record), catalog)
    names = ("northwind", "westwind", "breeze")
    links = {name: OrganizationLinks(frozenset(), frozenset({CLIENT_GRANT})) for name in names}
    drifted = Scenario(replace(scenario.view, links=links), scenario.last)
    path = "grants/portal/orders/client/organizations"
    with staged(tmp_path) as stage:
        assert write_live_values(stage, drifted.view, [drifted.differences()[path]]) == {}
        after = stage.data("stacks/applications/portal.yaml")["grants"][1]
    assert after["organizations"] == ["west", "north", "south"]
