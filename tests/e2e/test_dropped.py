"""What disappears from a file disappears from the tenant; the plugin alone would keep it."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Project
from tests.e2e.test_features import PORTAL, WIDGET, client_of

pytestmark = pytest.mark.e2e
REASON = {"redirection_policy_reason": "old SDK"}
# What a file states: file, field, value; where the tenant keeps it, and what is there without.
DROPPED: list[tuple[str, dict[str, Any], str, tuple[object, ...]]] = [
    (PORTAL, {"description": "Hello"}, "description", ("", None)),
    (PORTAL, {"logo_uri": "https://a.example/l.png"}, "logo_uri", ("", None)),
    (
        PORTAL,
        {"redirection_policy": "allow_always", **REASON},
        "redirection_policy",
        ("open_redirect_protection",),
    ),
    (
        PORTAL,
        {"require_proof_of_possession": True},
        "require_proof_of_possession",
        (False, None),
    ),
    (PORTAL, {"client_metadata": {"tier": "gold"}}, "client_metadata.tier", (None,)),
    (PORTAL, {"access_token_lifetime": 600}, "jwt_configuration.lifetime_in_seconds", (3600,)),
    (
        PORTAL,
        {"refresh_token": {"token_lifetime": 3600, "idle_token_lifetime": 60}},
        "refresh_token.token_lifetime",
        (2592000,),
    ),
    (
        PORTAL,
        {"grant_types": ["authorization_code", "refresh_token", "client_credentials"]},
        "grant_types",
        (["authorization_code", "client_credentials"],),
    ),
    (
        PORTAL,
        {"token_endpoint_auth_method": "client_secret_basic"},
        "token_endpoint_auth_method",
        ("client_secret_post",),
    ),
    (WIDGET, {"web_origins": ["https://two.example"]}, "web_origins", ([], None)),
    (WIDGET, {"allowed_origins": ["https://two.example"]}, "allowed_origins", ([], None)),
    (
        "stacks/applications/courier-app.yaml",
        {"callbacks": ["com.swift.courier://callback", "com.swift.courier://second"]},
        "callbacks",
        (["com.swift.courier://callback"],),
    ),
]
LEFT = {"callbacks": ["com.swift.courier://callback"]}


def test_what_disappears_from_a_file_disappears_from_the_tenant(project: Project) -> None:
    """Each in turn; the plugin makes no call for a property that is merely left out."""
    for path in (project.folder / "stacks/applications").glob("*.yaml"):
        project.live("dev", {path.stem: {}})
    for file in (PORTAL, WIDGET):
        project.edit(file, callbacks=["https://a.example/cb"], refresh_token=None)
    for file, stated, _, _ in DROPPED:
        project.edit(file, **stated)
    project.up()
    for file, stated, place, gone in DROPPED:
        key = Path(file).stem
        assert _at(client_of(project, key), place) not in gone
        project.edit(file, **{field: LEFT.get(field) for field in stated})
        project.up()
        assert _at(client_of(project, key), place) in gone
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def _at(client: dict[str, Any], place: str) -> Any:
    value: Any = client
    for part in place.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value
