"""An application of the files with its client id: what it may ask for, and what it must not get."""

from typing import Any

import pytest

from tests.tpa.files.conftest import Project
from tpa.oauth.deployed import deployed

USER: dict[str, Any] = {"api": "orders", "subject_type": "user"}


@pytest.mark.parametrize(
    ("grant", "scopes", "not_granted"),
    [
        ({"scopes": ["read:orders"]}, ("read:orders",), ("write:orders",)),
        (
            {"scopes": ["read:orders", "write:orders"]},
            ("read:orders", "write:orders"),
            ("tpa-probe:not-granted",),
        ),
        (
            {"allow_all_scopes": True, "allow_all_scopes_reason": "one team"},
            ("read:orders", "write:orders"),
            ("tpa-probe:not-granted",),
        ),
    ],
)
def test_scopes(
    grant: dict[str, Any],
    scopes: tuple[str, ...],
    not_granted: tuple[str, ...],
    project: Project,
) -> None:
    project.portal(grants=[{**USER, **grant}])
    app = deployed(project.load(), "portal", "tpc_1")
    row = app.user_access[0]
    assert (row.api, row.scopes, app.wider(row)) == ("orders", scopes, scopes + not_granted)


def test_the_own_grant_comes_before_default_permissions(project: Project) -> None:
    app = deployed(project.load(), "portal", "tpc_1")
    assert [row.api for row in app.user_access] == ["orders", "catalog"]
    assert app.client_access == ()
