"""What was done outside becomes what files say, and the next update changes nothing."""

import difflib
from pathlib import Path

import pytest

from tests.e2e.conftest import Project
from tests.e2e.drifting import client_ids, grants, post, whole

pytestmark = pytest.mark.e2e


def texts(project: Project) -> dict[str, list[str]]:
    files = sorted((project.folder / "stacks").rglob("*.yaml"))
    return {_name(project, file): file.read_text("utf-8").splitlines() for file in files}


def _name(project: Project, file: Path) -> str:
    return file.relative_to(project.folder / "stacks").as_posix()


def changed_lines(
    before: dict[str, list[str]], after: dict[str, list[str]]
) -> dict[str, list[str]]:
    """As `git diff -U0` has them, without headers."""
    found = {}
    for name, old in before.items():
        compared = list(difflib.unified_diff(old, after[name], n=0, lineterm=""))[2:]
        lines = [line for line in compared if not line.startswith("@@")]
        if lines:
            found[name] = lines
    return found


def test_what_was_done_outside_becomes_what_files_say(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    ids, held = client_ids(tenant), grants(tenant)
    portal, courier = ids["order-portal"], ids["courier-app"]
    tenant.patch(
        f"clients/{portal}",
        {"callbacks": ["https://a.example/cb"], "description": "By: hand"},
    )
    scopes = ["read:orders", "cancel:orders", "write:orders"]
    tenant.patch(f"client-grants/{held[courier, 'orders.example.com']}", {"scope": scopes})
    catalog = {"scope": ["read:products", "read:prices"]}
    tenant.patch(f"client-grants/{held['', 'catalog.example.com']}", catalog)
    extra = {"subject_type": "user", "scope": ["read:partners"], "client_id": courier}
    post(tenant, "client-grants", {**extra, "audience": "https://partners.example.com"})
    page = {"url": "https://www.example.com/other"}
    tenant.patch("tenants/settings", {"error_page": page})
    tenant.forget_log()
    before, live = texts(project), whole(tenant)

    done = project.tpa("drift", "--accept")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dev: nothing was changed outside" in done.stdout
    assert tenant.writes() == []
    assert changed_lines(before, texts(project)) == {
        "apis.yaml": [
            "-    scopes: [read:products]",
            "+    scopes: [read:products, read:prices]",
        ],
        "applications/courier-app.yaml": [
            "-    scopes: [read:orders, cancel:orders]",
            "+    scopes: [read:orders, cancel:orders, write:orders]",
            "+  - api: partners",
            "+    subject_type: user",
            "+    scopes: [read:partners]",
        ],
        "applications/order-portal.yaml": [
            "-description: Order tracking for customers who ship with Acme",
            "+description: 'By: hand'",
            "-  dev: {callbacks: [https://orders.dev.acme.example/callback]}",
            "+  dev: {callbacks: [https://a.example/cb]}",
        ],
        "tenant.yaml": [
            "-  url: https://www.example.com/sign-in-failed",
            "+  url: https://www.example.com/other",
        ],
    }

    project.up()
    assert whole(tenant) == live
    after = project.tpa("drift")
    assert after.returncode == 0, after.stdout
    assert "not applied yet" not in after.stdout
