"""Of what nobody could read, or nobody compares, nothing is guessed."""

from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.values import settled
from tests.tpa.matching_tenant import live
from tests.tpa.preflight.conftest import Files
from tpa.drift.differences import not_compared
from tpa.tenant.organization_links import ORGANIZATION_CONNECTIONS, ORGANIZATION_GRANTS
from tpa.tenant.snapshot import Unknown


@pytest.mark.parametrize(
    ("lack", "bend", "silent"),
    [
        ({"missing_scopes": ("read:clients",)}, {"clients": ()}, "applications/ agents/ grants/"),
        ({"missing_scopes": ("read:client_grants",)}, {"grants": ()}, "grants/ default_"),
        ({"missing_scopes": ("read:connections",)}, {"connections": {}}, "connections/"),
        (
            {"unknown_parts": (Unknown("organizations", "read:organizations"),)},
            {"organizations": {}},
            "organiz",
        ),
        (
            {"unknown_parts": (Unknown("open registration", "read:tenant_settings"),)},
            {"settings": None},
            "tenant/dynamic tenant/scope tenant/error tenant/client_id",
        ),
        (
            {"unknown_parts": (Unknown("rate limits", "read:rate_limit_policies"),)},
            {"rate_limits": {}},
            "tenant/rate_limit applications/portal/rate_limit",
        ),
    ],
)
def test_of_what_could_not_be_read_nothing_is_guessed(
    tmp_path: Path, lack: dict[str, Any], bend: dict[str, Any], silent: str
) -> None:
    bent = settled(tmp_path).look(**bend)
    assert any(path.startswith(tuple(silent.split())) for path in bent.owners())
    blind = bent.look(**lack)
    assert [path for path in blind.owners() if path.startswith(tuple(silent.split()))] == []
    assert blind.view.unknown


@pytest.mark.parametrize(
    ("what", "bend"),
    [(ORGANIZATION_CONNECTIONS, {"connections": None}), (ORGANIZATION_GRANTS, {"grants": None})],
)
def test_of_links_that_could_not_be_read_nothing_is_guessed(
    tmp_path: Path, what: str, bend: dict[str, Any]
) -> None:
    bent = settled(tmp_path).links(**bend)
    assert len(bent.owners()) == 1
    assert bent.look(unknown_parts=(Unknown(what, "read:x"),)).owners() == {}


def test_what_is_not_compared_is_said_where_it_is_there(files: Files) -> None:
    assert not_compared(live(files.load())) == ()
    files.dev(organizations={"north": {"name": "northwind"}})
    assert not_compared(live(files.load())) == ("links of organizations that no file names",)
