"""What could not be read is unknown, and gives no difference."""

from pathlib import Path
from typing import Any

import pytest

from tests.tpa.drift.scenario import in_sync
from tests.tpa.preflight.conftest import Files
from tests.tpa.surveyed import live
from tpa.drift.differences import not_compared
from tpa.tenant.view import CONNECTIONS, GRANTS


@pytest.mark.parametrize(
    ("lack", "changes", "silent"),
    [
        ({"missing_scopes": ("read:clients",)}, {"clients": ()}, "applications/ agents/ grants/"),
        ({"missing_scopes": ("read:client_grants",)}, {"grants": ()}, "grants/ default_"),
        ({"missing_scopes": ("read:connections",)}, {"connections": {}}, "connections/"),
        ({"unseen": (("organizations", "read:organizations"),)}, {"organizations": {}}, "organiz"),
        (
            {"unseen": (("open registration", "read:tenant_settings"),)},
            {"settings": None},
            "tenant/dynamic tenant/scope tenant/error tenant/client_id",
        ),
        (
            {"unseen": (("rate limits", "read:rate_limit_policies"),)},
            {"rate_limits": {}},
            "tenant/rate_limit applications/portal/rate_limit",
        ),
    ],
)
def test_what_could_not_be_read_gives_no_difference(
    tmp_path: Path, lack: dict[str, Any], changes: dict[str, Any], silent: str
) -> None:
    drifted = in_sync(tmp_path).tenant(**changes)
    assert any(path.startswith(tuple(silent.split())) for path in drifted.changed_by())
    unread = drifted.tenant(**lack)
    assert [path for path in unread.changed_by() if path.startswith(tuple(silent.split()))] == []
    assert unread.view.unknown


@pytest.mark.parametrize(
    ("what", "changes"),
    [(CONNECTIONS, {"connections": None}), (GRANTS, {"grants": None})],
)
def test_links_that_could_not_be_read_give_no_difference(
    tmp_path: Path, what: str, changes: dict[str, Any]
) -> None:
    drifted = in_sync(tmp_path).links(**changes)
    assert len(drifted.changed_by()) == 1
    assert drifted.tenant(unseen=((what, "read:x"),)).changed_by() == {}


def test_what_is_not_compared_is_listed_if_it_exists(files: Files) -> None:
    assert not_compared(live(files.load())) == ()
    files.dev(organizations={"north": {"name": "northwind"}})
    assert not_compared(live(files.load())) == ("links of organizations that no file names",)
