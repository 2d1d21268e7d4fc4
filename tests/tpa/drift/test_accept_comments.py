"""What people wrote beside a line stays when the tenant's side is accepted."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tpa.drift.accepted import TODAY
from tests.tpa.drift.paths import MACHINE, MINE, ORDERS
from tests.tpa.drift.values import FILES, Bend, Sides, beside, edited, more, write
from tpa.drift.accept import accept
from tpa.drift.states import applied
from tpa.files.editing.staging import staged
from tpa.tenant.objects import Grant
from tpa.tenant.organization_links import OrganizationLinks

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
    ("file", "bend", "old", "new"),
    [
        (
            "applications/portal",
            lambda s: s.grant(MINE, scopes=("read:orders", "write:orders")),
            SCOPES,
            f"{SCOPES}      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(MINE, scopes=("write:orders",)),
            SCOPES,
            "    scopes:\n      - write:orders\n",
        ),
        (
            "applications/portal",
            lambda s: s.grant(MINE, all_scopes=True, scopes=()),
            SCOPES,
            f"    allow_all_scopes: true\n    allow_all_scopes_reason: {TODAY}\n",
        ),
        (
            "agents/helper",
            lambda s: s.look(
                grants=(
                    *(g for g in s.seen.grants if g.client_id != "tpc_helper"),
                    Grant("c", "tpc_helper", ORDERS, "client", ("read:orders",)),
                )
            ),
            "    {api: orders, subject_type: user, scopes: [read:orders]}, # nightly\n",
            "    {api: orders, subject_type: client, scopes: [read:orders]},\n",
        ),
    ],
)
def test_comments_stay_with_their_lines(
    tmp_path: Path, file: str, bend: Bend, old: str, new: str
) -> None:
    before = {"applications/portal": PORTAL, "agents/helper": HELPER}
    catalog = write(tmp_path, applications__portal=PORTAL, agents__helper=HELPER)
    sides = bend(beside(catalog, applied(catalog.record), catalog))
    with staged(tmp_path) as stage:
        assert accept(stage, sides.view, sides.differences().values()) == {}
        after = stage.read(f"stacks/{file}.yaml")
    assert after == before[file].replace(old, new)


def test_organizations_stay_in_the_order_of_the_file(tmp_path: Path) -> None:
    """A tenant has them in none."""
    listed = edited("applications/portal", "organizations: [north]", "organizations: [west, north]")
    others = "  west: {name: westwind}\n  south: {name: breeze}\n"
    catalog = write(tmp_path, **listed, **more("dev", others))
    sides = beside(catalog, applied(catalog.record), catalog)
    names = ("northwind", "westwind", "breeze")
    links = {name: OrganizationLinks(frozenset(), frozenset({MACHINE})) for name in names}
    bent = Sides(replace(sides.view, links=links), sides.last)
    path = "grants/portal/orders/client/organizations"
    with staged(tmp_path) as stage:
        assert accept(stage, bent.view, [bent.differences()[path]]) == {}
        after = stage.data("stacks/applications/portal.yaml")["grants"][1]
    assert after["organizations"] == ["west", "north", "south"]
