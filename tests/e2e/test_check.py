"""`tpa check` with a real engine: what the stack holds is known, and what its gate will say."""

import json
from typing import Any

import pytest

from tests.e2e.conftest import Project
from tests.e2e.test_advance import PORTAL, WIDGET, widen

pytestmark = pytest.mark.e2e


def check(project: Project, environment: str) -> dict[str, Any]:
    done = project.tpa("check", "-e", environment, "--json")
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.returncode == int(answer["errors"] > 0), done.stderr
    return answer


def kinds(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {(found["severity"], found["field"]) for found in answer["findings"]}


def test_before_and_after_an_update(project: Project) -> None:
    """What was applied stands against nothing, and what was not is refused ahead of time."""
    assert check(project, "dev")["notes"] == ["dev has never been applied"]
    project.up("dev")
    tenant = project.tenant("dev")
    tenant.forget_log()
    after = check(project, "dev")
    assert (after["errors"], after["notes"]) == (0, [])
    assert tenant.writes() == []
    assert ("warning", "advances_from") not in kinds(check(project, "staging"))

    widen(project, WIDGET, "write:orders")
    (found,) = (f for f in check(project, "staging")["findings"] if f["field"] == "advances_from")
    assert "store-widget" in found["what"]
    assert "tpa up -e dev" in found["fix"]
    assert check(project, "dev")["errors"] == 0


def test_a_grant_made_by_hand_is_seen_before_the_update(project: Project) -> None:
    """The files alone are fine; only who knows what the stack holds sees whose the grant is."""
    applied = project.up("dev")["applications"]
    tenant = project.tenant("dev")
    grant = {
        "client_id": applied["order-portal"]["client_id"],
        "audience": "https://partners.example.com",
        "scope": ["write:partners"],
        "subject_type": "user",
    }
    tenant.http.post("/api/v2/client-grants", json=grant).raise_for_status()
    assert check(project, "dev")["errors"] == 0
    wanted = {"api": "partners", "subject_type": "user", "scopes": ["read:partners"]}
    project.edit(PORTAL, grants=[*project.read(PORTAL)["grants"], wanted])
    answer = check(project, "dev")
    assert answer["errors"] == 1
    assert project.tpa("up", "-e", "dev").returncode == 1
