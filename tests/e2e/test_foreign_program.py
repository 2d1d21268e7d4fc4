"""The library in other people's programs: installed from its wheel, in folders of their own."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_toolchain.choice import Choice
from tests.conftest import LiveTenant
from tests.e2e.blocks import blocks
from tests.e2e.conftest import ROOT

pytestmark = pytest.mark.e2e
EXAMPLES = ROOT / "examples"
PROVIDER = "pulumi-resource-auth0-third-party"
COLLECTIONS = ("/clients", "/client-grants", "/connections", "/resource-servers")


def run(folder: Path, variables: Mapping[str, str], *command: str, status: int = 0) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (done.returncode == 0) == (status == 0), done.stdout + done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing but the library's wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("library")
    source = folder / "source"
    ignored = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT / "components", source, ignore=ignored)
    pip = ("-m", "pip", "--quiet", "--disable-pip-version-check")
    wheels = str(folder / "wheels")
    run(folder, {}, sys.executable, *pip, "wheel", "--no-deps", "-w", wheels, str(source))
    run(folder, {}, sys.executable, "-m", "venv", "venv")
    (wheel,) = (folder / "wheels").glob("*.whl")
    constraints = str(ROOT / "constraints.txt")
    python = str(folder / "venv/bin/python")
    run(folder, {}, python, *pip, "install", "-c", constraints, str(wheel))
    return folder / "venv"


class Program:
    """A program in a folder of its own, on a tenant, with a backend of its own."""

    def __init__(self, folder: Path, environment: Path, tenant: LiveTenant) -> None:
        self.folder, self.tenant = folder, tenant
        folder.mkdir()
        (folder / ".venv").symlink_to(environment)
        (folder / "state").mkdir()
        choice = Choice.load(ROOT)
        own = tenant.credentials
        self.variables = {
            **choice.process_environment({"PATH": os.environ["PATH"]}),
            "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "correct horse",
            "AUTH0_DOMAIN": own.domain,
            "AUTH0_CLIENT_ID": own.client_id,
            "AUTH0_CLIENT_SECRET": own.client_secret,
        }

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def copy(self, example: str) -> None:
        shutil.copytree(EXAMPLES / example, self.folder, dirs_exist_ok=True)

    def pulumi(self, *arguments: str, status: int = 0) -> str:
        command = ("pulumi", *arguments, "--non-interactive")
        return run(self.folder, self.variables, *command, status=status)

    def up(self) -> dict[str, int]:
        """Types of the stack's resources, counted; a second run changes nothing."""
        self.pulumi("stack", "init", "theirs")
        self.pulumi("up", "--yes", "--skip-preview")
        exported = json.loads(self.pulumi("stack", "export"))
        types = [one["type"].rpartition(":")[2] for one in exported["deployment"]["resources"]]
        self.pulumi("preview", "--expect-no-changes")
        return {name: types.count(name) for name in types}

    def outputs(self) -> Any:
        return json.loads(self.pulumi("stack", "output", "--json"))


@pytest.fixture
def program(tmp_path: Path, environment: Path, live_tenant: LiveTenant) -> Program:
    return Program(tmp_path / "theirs", environment, live_tenant)


def everything(tenant: LiveTenant) -> dict[str, Any]:
    found = {path: tenant.api("GET", path).json() for path in COLLECTIONS}
    without = {"updated_at", "created_at"}
    return {
        path: [{k: v for k, v in item.items() if k not in without} for item in items]
        for path, items in found.items()
    }


TWO_PARTNERS = """
from auth0_third_party import ThirdPartyAccess

for key in ("one", "two"):
    ThirdPartyAccess(
        key,
        {
            "name": f"Partner {key}",
            "app_type": "spa",
            "callbacks": ["https://partner.example/cb"],
            "connections": {"customers": "customers"},
        },
    )
"""


def test_two_partners_of_one_connection_are_refused_with_the_way_out(program: Program) -> None:
    program.copy("one_partner")
    program.write("__main__.py", TWO_PARTNERS)
    program.pulumi("stack", "init", "theirs")
    said = program.pulumi("preview", status=1)
    assert "of this program has this connection already. Fix: promote it once" in said
    assert "one DomainConnections for all, and ThirdPartyApplication" in " ".join(said.split())


@pytest.mark.parametrize(
    ("example", "counts"),
    [
        ("one_partner", {"ResourceServer": 1, "Client": 1, "ConnectionPromotion": 1}),
        ("partners_from_yaml", {"Client": 2, "ClientGrant": 2, "ConnectionPromotion": 1}),
        ("own_components", {"Partner": 1, "Client": 1, "ClientGrant": 1}),
        ("whole_tenant", {"Client": 2, "ClientCimd": 1, "RegistrationSetting": 1}),
    ],
)
def test_the_examples(program: Program, example: str, counts: dict[str, int]) -> None:
    """Applied without any of our files; afterwards the tenant is as it was."""
    before = everything(program.tenant)
    program.copy(example)
    found = program.up()
    assert {name: found[name] for name in counts} == counts
    program.pulumi("destroy", "--yes", "--skip-preview")
    assert everything(program.tenant) == before


def test_the_readmes_program(program: Program) -> None:
    (block,) = blocks(ROOT / "README.md", "python")
    program.write("__main__.py", block.text)
    (project,) = (b for b in blocks(ROOT / "README.md", "yaml") if "plugins:" in b.text)
    program.write("Pulumi.yaml", project.text)
    assert program.up()["ConnectionPromotion"] == 1
    program.pulumi("destroy", "--yes", "--skip-preview")


def test_the_example_of_a_unit_test(environment: Path, tmp_path: Path) -> None:
    """With the program's own pytest, in a folder of its own."""
    shutil.copytree(EXAMPLES / "unit_test", tmp_path / "theirs")
    site = next((environment / "lib").glob("python*/site-packages"))
    path = os.pathsep.join([str(site), *sys.path])
    command = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", ".")
    told = run(tmp_path / "theirs", {"PYTHONPATH": path}, *command)
    assert "2 passed" in told


REMOTE = """\
import pulumi
import pulumi_auth0 as auth0


class Remote(pulumi.ComponentResource):
    '''As an SDK of another language registers it: the engine has it constructed.'''

    def __init__(self, kind, name, inputs, outputs, opts=None):
        properties = {**dict.fromkeys(outputs), **inputs}
        super().__init__(f"auth0-third-party:index:{kind}", name, properties, opts, remote=True)


api = auth0.ResourceServer("orders", identifier="https://orders.theirs.example", name="Orders")
scopes = auth0.ResourceServerScopes(
    "orders", resource_server_identifier=api.identifier, scopes=[{"name": "read:orders"}]
)
grant = {
    "audience": scopes.resource_server_identifier,
    "api": "orders",
    "subjectType": "user",
    "scopes": pulumi.Output.from_input(["read:orders"]),
}
portal = Remote(
    "ThirdPartyApplication",
    "portal",
    {
        "name": "Portal",
        "appType": "regular_web",
        "callbacks": CALLBACKS,
        "grants": [grant],
        "refreshToken": {"idleTokenLifetime": 600, "leeway": pulumi.Output.from_input(5)},
        "accessTokenLifetime": pulumi.Output.from_input(300),
    },
    ["clientId", "clientSecret"],
)
Remote(
    "DomainConnections",
    "connections",
    {"connections": {"customers": "customers"}},
    ["promotedByUs"],
    pulumi.ResourceOptions(depends_on=[portal]),
)
pulumi.export("client_id", portal.clientId)
pulumi.export("client_secret", portal.clientSecret)
pulumi.export("grants", portal.grants)
"""


def remote(program: Program, callbacks: str) -> None:
    shutil.copy(EXAMPLES / "one_partner/Pulumi.yaml", program.folder / "Pulumi.yaml")
    program.write("__main__.py", REMOTE.replace("CALLBACKS", callbacks))


def test_components_are_constructed_for_any_language(program: Program) -> None:
    remote(program, '[pulumi.Output.from_input("https://theirs.example/cb")]')
    found = program.up()
    assert (found["Client"], found["ClientGrant"], found["ConnectionPromotion"]) == (1, 1, 1)
    outputs = program.outputs()
    assert outputs["client_id"].startswith("tpc_")
    assert outputs["client_secret"] == "[secret]"
    assert list(outputs["grants"]) == ["orders-user"]
    client = program.tenant.api("GET", f"/clients/{outputs['client_id']}").json()
    assert client["callbacks"] == ["https://theirs.example/cb"]
    assert client["jwt_configuration"]["lifetime_in_seconds"] == 300
    assert client["refresh_token"]["idle_token_lifetime"] == 600
    program.pulumi("destroy", "--yes", "--skip-preview")


@pytest.mark.parametrize(
    "callbacks",
    ['["https://*.theirs.example/cb"]', '[api.identifier.apply(lambda _: "https://*.x.example")]'],
)
def test_a_constructed_component_keeps_the_rules(program: Program, callbacks: str) -> None:
    """Known before, or as soon as the API that the value is made of is there."""
    remote(program, callbacks)
    program.pulumi("stack", "init", "theirs")
    told = program.pulumi("up", "--yes", "--skip-preview", status=1)
    assert "ThirdPartyApplication 'portal' has 1 problem:" in told
    assert "has a wildcard (TP-CREATE-19)" in told
    names = {client["name"] for client in program.tenant.api("GET", "/clients").json()}
    assert "Portal" not in names


def test_a_mistake_in_a_program_is_no_traceback(program: Program) -> None:
    program.copy("one_partner")
    text = (program.folder / "__main__.py").read_text(encoding="utf-8")
    program.write("__main__.py", text.replace("portal.acme.example", "*.acme.example"))
    program.pulumi("stack", "init", "theirs")
    program.tenant.forget_log()
    told = program.pulumi("up", "--yes", "--skip-preview", status=1)
    assert "callbacks[0]: 'https://*.acme.example/callback' has a wildcard" in told
    assert "Traceback" not in told
    assert ("POST", "/clients") not in program.tenant.writes()


def test_the_schema(program: Program) -> None:
    """`pulumi package get-schema`, which `package add` begins with."""
    shutil.copy(EXAMPLES / "one_partner/Pulumi.yaml", program.folder / "Pulumi.yaml")
    source = f".venv/bin/{PROVIDER}"
    schema = json.loads(program.pulumi("package", "get-schema", source))
    assert schema["name"] == "auth0-third-party"
    application = schema["resources"]["auth0-third-party:index:ThirdPartyApplication"]
    assert application["requiredInputs"] == ["appType", "name"]
    assert application["isComponent"] is True


def test_the_provider_installed_as_a_plugin(program: Program, tmp_path: Path) -> None:
    """For programs that name no path: `pulumi plugin install`, once for a machine."""
    names_no_path(program)
    home = tmp_path / "home"
    shutil.copytree(program.variables["PULUMI_HOME"], home, ignore_dangling_symlinks=True)
    program.variables["PULUMI_HOME"] = str(home)
    binary = str((program.folder / ".venv/bin" / PROVIDER).absolute())
    names = ("resource", "auth0-third-party", "0.1.0", "--file", binary)
    program.pulumi("plugin", "install", *names)
    assert program.up()["ConnectionPromotion"] == 1
    program.pulumi("destroy", "--yes", "--skip-preview")


def test_the_provider_on_the_path(program: Program) -> None:
    """Where the program's virtual environment is activated, for programs that name no path."""
    names_no_path(program)
    tools = program.folder / ".venv/bin"
    program.variables["PATH"] = f"{tools}{os.pathsep}{program.variables['PATH']}"
    assert program.up()["ConnectionPromotion"] == 1
    program.pulumi("destroy", "--yes", "--skip-preview")


def names_no_path(program: Program) -> None:
    program.copy("own_components")
    described = (program.folder / "Pulumi.yaml").read_text(encoding="utf-8")
    program.write("Pulumi.yaml", described.partition("plugins:")[0])
    text = "from auth0_third_party import DomainConnections\n"
    text += 'DomainConnections("c", {"connections": {"customers": "customers"}})\n'
    program.write("__main__.py", text)
