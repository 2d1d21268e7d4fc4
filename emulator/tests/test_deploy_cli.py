"""The vendor's tool for whole tenants: a default export, and its import."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

from auth0_emulator.testing import ManagementApi, RunningTenant, start

pytestmark = pytest.mark.e2e  # it needs a package index
PACKAGES = Path(__file__).parent / "deploy_cli"
COLLECTIONS = ("clients", "client-grants", "resource-servers")
"""What an import must leave as it is. Of connections and settings it writes defaults as well."""

WRITES = ("POST", "PATCH", "PUT", "DELETE")


def missing(what: str) -> NoReturn:
    """Skips the test; a pipeline has what it needs, and fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture
def deploy_cli(tmp_path: Path) -> Path:
    """The command, of the version that `package-lock.json` pins with digests."""
    npm, folder = shutil.which("npm") or missing("npm"), tmp_path / "deploy_cli"
    shutil.copytree(PACKAGES, folder)
    done = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "node_modules/.bin/a0deploy"


def run(command: Path, tenant: RunningTenant, *arguments: str) -> None:
    management = tenant.ready["management"]
    own = {
        "AUTH0_DOMAIN": tenant.domain,
        "AUTH0_CLIENT_ID": management["client_id"],
        "AUTH0_CLIENT_SECRET": management["client_secret"],
        "AUTH0_AUDIENCE": management["audience"],
        "NODE_EXTRA_CA_CERTS": tenant.ready["ca_file"],
    }
    done = subprocess.run(
        [command, *arguments],
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def everything(api: ManagementApi) -> dict[str, Any]:
    return {path: api("GET", f"/{path}").json() for path in COLLECTIONS}


def test_a_default_export_can_be_imported_again(deploy_cli: Path, tmp_path: Path) -> None:
    with start(tmp_path / "tenant") as tenant, tenant.api() as api:
        api.create_third_party(name="Partner", callbacks=["https://partner.example/cb"])
        before = everything(api)
        run(deploy_cli, tenant, "export", "-f", "yaml", "-o", str(tmp_path / "out"))
        exported = tmp_path / "out/tenant.yaml"
        assert "name: Partner" in exported.read_text(encoding="utf-8")
        api.clear_log()
        run(deploy_cli, tenant, "import", "-i", str(exported))
        assert everything(api) == before
        assert {entry["status"] for entry in api.log() if entry["method"] in WRITES} == {200}
