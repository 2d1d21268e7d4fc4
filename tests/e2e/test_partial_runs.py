"""Runs that apply a part of the files: only what the engine wrote is recorded, and so believed."""

import json
from typing import Any

import pytest

from tests.e2e.conftest import Project
from tests.e2e.test_advance import PORTAL, WIDGET, advance, widen

pytestmark = pytest.mark.e2e
DOCUMENT_PREVIEW = "/api/v2/clients/cimd/preview"
"""A POST that writes nothing."""
GRANT = "grants/store-widget/orders/user"


def urn(project: Project, name: str) -> str:
    """The URN of the resource with that logical name."""
    export = json.loads(project.pulumi("stack", "export", "--stack", "dev").stdout)
    urns = (each["urn"] for each in export["deployment"]["resources"])
    return str(next(each for each in urns if each.endswith(f"::{name}")))


def run(project: Project, command: str, *arguments: str) -> None:
    done = project.pulumi(command, "-s", "dev", "--yes", "--skip-preview", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def changed_by(project: Project) -> dict[str, str]:
    """Path -> who changed it, of everything in which tenant and files differ."""
    done = project.tpa("drift", "-e", "dev", "--json")
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)["differences"]
    return {each["path"]: each["changed_by"] for each in found}


def waiting(project: Project) -> list[str]:
    answer: dict[str, Any] = advance(project, "dev", "staging")[1]
    return list(answer["waiting"])


def swap(project: Project) -> None:
    """Another order of everything that the files list."""
    content = project.read(PORTAL)
    grants = [{**each, "scopes": each["scopes"][::-1]} for each in reversed(content["grants"])]
    project.edit(PORTAL, grants=grants, connections=content["connections"][::-1])
    own = project.read("stacks/applications/courier-app.yaml")["environments"]["dev"]
    project.live("dev", {"courier-app": {"callbacks": own["callbacks"][::-1]}})


def test_only_what_was_applied_is_recorded(project: Project) -> None:
    project.up()
    tenant = project.tenant()

    # The order of lists is no change of anything: not for the gate, nor for the tenant.
    swap(project)
    assert waiting(project) == []
    tenant.forget_log()
    project.up()
    assert tenant.log() != []
    assert not [path for _, path in tenant.writes() if path != DOCUMENT_PREVIEW]

    # Whatever the way of a partial run, what it left out is neither a proof nor made outside.
    widen(project, WIDGET, "write:orders")
    other = urn(project, "default-permissions-catalog-user")
    grant = urn(project, "store-widget-grant-orders-user")
    for arguments in (
        ("up", "--target", other),
        ("up", "--exclude", grant),
        ("refresh", "--run-program"),
    ):
        run(project, *arguments)
        assert waiting(project) == ["store-widget"], arguments
        assert changed_by(project) == {GRANT: "files"}, arguments

    # One that is not created yet, one that is not deleted yet; what is applied is recorded.
    second = {**project.read(WIDGET), "name": "Second Widget"}
    text = json.dumps(second)  # JSON is YAML
    (project.folder / "stacks/applications/second-widget.yaml").write_text(text, "utf-8")
    for environment in ("dev", "staging"):
        project.live(environment, {"courier-app": None})
    run(project, "up", "--target", grant)
    assert waiting(project) == ["second-widget"]
    found = changed_by(project)
    assert found == {
        "applications/courier-app": "files",
        "applications/second-widget": "files",
    }
    outputs = json.loads(project.pulumi("stack", "output", "--json", "--stack", "dev").stdout)
    assert "second-widget" not in outputs["applications"]
    assert "second-widget" not in outputs["__definitions"]

    project.up()
    assert waiting(project) == []
    assert changed_by(project) == {}
