"""What an environment's child processes get to see."""

import os
import ssl
import stat
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from tests.tpa.conftest import choice
from tests.tpa.files.conftest import Project
from tpa.engine.embedded import Tenant
from tpa.engine.workspace import FOREIGN_VARIABLES, Workspace
from tpa.errors import TpaError

TENANT_VARIABLES = {
    "AUTH0_DOMAIN",
    "AUTH0_CLIENT_ID",
    "AUTH0_CLIENT_SECRET",
    "SSL_CERT_FILE",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_OPTION_CONFIG_FILE",
    "AUTH0_THIRD_PARTY_JOURNAL",
}


@pytest.fixture(autouse=True)
def plain_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tenant(workspace: Workspace, tmp_path: Path) -> Tenant:
    workspace.folder.mkdir(parents=True)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return Tenant("localhost:8441", tmp_path / "ca.pem", "the-id", "the-secret", 1)


@pytest.fixture
def real(project: Project) -> Workspace:
    project.dev(tenant="acme-dev.auth0.com", embedded_port=None)
    return Workspace(project.root, project.load(), choice(project.root))


def roots(file: str) -> set[str]:
    """The serial numbers of the certificates that a file trusts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(file)
    return {str(found["serialNumber"]) for found in context.get_ca_certs()}


def test_an_embedded_tenant_brings_everything(workspace: Workspace, tenant: Tenant) -> None:
    variables = workspace.variables(tenant)
    own = {"PATH", "TPA_ENVIRONMENT", "PULUMI_HOME", "PULUMI_STACK"}
    assert set(variables) == TENANT_VARIABLES | own
    assert variables["AUTH0_DOMAIN"] == "localhost:8441"
    assert variables["AUTH0_CLIENT_SECRET"] == "the-secret"
    assert variables["TPA_ENVIRONMENT"] == "dev"
    assert variables["PATH"].split(os.pathsep)[0] == str(workspace.root / "bin")


def test_a_real_tenant_gets_nothing_of_ours_but_the_engine(real: Workspace) -> None:
    assert set(real.variables(None)) == {
        *("PATH", "TPA_ENVIRONMENT", "PULUMI_HOME", "PULUMI_STACK"),
    }
    assert not (real.root / ".embedded").exists()
    with pytest.raises(TpaError, match=r"dev has a real tenant: acme-dev\.auth0\.com"):
        real.tenant()


@pytest.mark.parametrize("tenant_of_its_own", [True, False])
def test_the_file_may_say_where_the_state_is(
    project: Project, tenant: Tenant, tenant_of_its_own: bool
) -> None:
    project.dev(backend="s3://state", **({"tenant": "acme.test"} if tenant_of_its_own else {}))
    stated = Workspace(project.root, project.load(), choice(project.root))
    variables = stated.variables(None if tenant_of_its_own else tenant)
    assert variables["PULUMI_BACKEND_URL"] == "s3://state"


def test_a_folder_in_the_project_means_the_same_everywhere(project: Project) -> None:
    project.dev(backend="file://./state folder")
    stated = Workspace(project.root, project.load(), choice(project.root))
    assert stated.backend == (project.root / "state folder").resolve().as_uri()


def test_a_real_tenants_credentials_are_the_shells(
    real: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUTH0_API_TOKEN", "the user's")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://the-users")
    seen = real.process_environment(None)
    assert seen["AUTH0_API_TOKEN"] == "the user's"
    assert seen["PULUMI_BACKEND_URL"] == "s3://the-users"


def test_the_shells_credentials_do_not_reach_an_embedded_tenant(
    workspace: Workspace, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (*FOREIGN_VARIABLES, "AUTH0_CLIENT_SECRET", "PULUMI_BACKEND_URL"):
        monkeypatch.setenv(name, "of another tenant")
    seen = workspace.process_environment(tenant)
    assert "of another tenant" not in seen.values()


def test_loopback_stays_out_of_a_proxy(real: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.corp.example:3128")
    assert "localhost" in real.variables(None)["no_proxy"]
    assert "localhost" in real.process_environment(None)["NO_PROXY"]


def test_the_systems_roots_stay_trusted(
    workspace: Workspace, tenant: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE replaces what is trusted; a company's own roots are in the shell's file."""
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "company.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    bundle = workspace.variables(tenant)["SSL_CERT_FILE"]
    assert roots(bundle) >= roots(str(tmp_path / "company.pem")) | roots(str(tenant.ca_file))


def test_the_passphrase_is_made_once_and_for_its_owner_alone(
    workspace: Workspace, tenant: Tenant
) -> None:
    first = workspace.variables(tenant)["PULUMI_CONFIG_PASSPHRASE"]
    assert len(first) >= 24
    assert workspace.variables(tenant)["PULUMI_CONFIG_PASSPHRASE"] == first
    file = workspace.root / ".embedded" / "passphrase"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_state_is_a_folder_that_git_ignores(workspace: Workspace, tenant: Tenant) -> None:
    variables = workspace.variables(tenant)
    backend = Path(urlsplit(variables["PULUMI_BACKEND_URL"]).path)
    assert backend.is_dir()
    for path in (backend, Path(variables["PULUMI_OPTION_CONFIG_FILE"])):
        assert path.relative_to(workspace.root).parts[0] == ".embedded"


def test_each_environment_has_a_folder_of_its_own(workspace: Workspace) -> None:
    tenant = workspace.tenant()
    assert tenant.folder == workspace.root / ".embedded" / "dev"
    assert tenant.port == 8441
