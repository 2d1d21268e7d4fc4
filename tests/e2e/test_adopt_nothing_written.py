"""Adoptions that write nothing: a dry run, and one that files not applied yet stop."""

from pathlib import Path

import pytest

from tests.e2e.by_hand import ByHand, empty
from tests.e2e.conftest import Project

pytestmark = pytest.mark.e2e


def test_a_dry_run_on_a_tenant_with_a_name_leaves_nothing_behind(project: Project) -> None:
    """No file, no stack; and what is wrong with the tenant's name or credentials is said."""
    empty(project)
    tenant = project.tenant()
    ByHand(tenant).stranger()
    project.edit("stacks/dev.yaml", tenant=tenant.variables["AUTH0_DOMAIN"], embedded_port=None)
    backend = project.folder / "elsewhere"
    backend.mkdir()
    own = {
        name: tenant.variables[name]
        for name in ("AUTH0_CLIENT_ID", "AUTH0_CLIENT_SECRET", "SSL_CERT_FILE")
    }
    own |= {"PULUMI_BACKEND_URL": backend.as_uri(), "PULUMI_CONFIG_PASSPHRASE": "x"}

    def files() -> dict[Path, int]:
        found = (*project.folder.glob("*.yaml"), *(project.folder / "stacks").rglob("*.yaml"))
        return {file: file.stat().st_mtime_ns for file in found}

    before = files()
    done = project.tpa("adopt", "--dry-run", **own)
    assert done.returncode == 0, done.stderr
    assert "writes stacks/applications/stranger.yaml" in done.stdout
    assert files() == before
    assert list(backend.rglob("dev*")) == []

    wrong = project.tpa("adopt", "--dry-run", "--json", **{**own, "AUTH0_CLIENT_SECRET": "wrong"})
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET" in wrong.stderr
    project.edit("stacks/dev.yaml", tenant="nowhere.invalid")
    lost = project.tpa("adopt", "--dry-run", "--json", **own)
    assert (lost.returncode, lost.stdout) == (2, "")
    assert "nowhere.invalid" in lost.stderr
    assert "Traceback" not in lost.stderr


def test_files_that_were_not_applied_stop_it_before_anything_is_written(project: Project) -> None:
    tenant = project.tenant()
    ByHand(tenant).stranger()
    before = {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")}
    tenant.forget_log()
    planned = project.tpa("adopt", "--dry-run")
    assert planned.returncode == 0
    (told,) = (line for line in planned.stdout.splitlines() if line.startswith("not applied yet"))
    assert "order-portal" in told
    assert "nothing is imported" in told
    done = project.tpa("adopt")
    assert done.returncode == 2
    assert "the import would change more than that" in done.stderr
    assert "create order-portal-client" in done.stderr
    assert {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")} == before
    assert tenant.writes() == []
