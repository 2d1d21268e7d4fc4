"""`tpa env` in a shell that was set up for another environment."""

import json
import os
import shlex
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ports import free_port
from tests.tpa.conftest import Run, choice
from tests.tpa.files.conftest import DEV, Project
from tpa.engine.embedded import EmbeddedTenant
from tpa.up.command import QUIET_OUTPUTS

PULUMI = """\
#!/bin/sh
test "$2" != ls || echo '[]'
"""
COMPANY = "/etc/company.pem"


@pytest.fixture
def prepared(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The shell as `make env ENV=dev` leaves it, in a company's network."""
    cli = project.root / "pulumi"
    cli.write_text(PULUMI, encoding="utf-8")
    cli.chmod(0o755)
    replace(choice(project.root, "official"), cli=cli).save(project.root)
    own = project.root / ".embedded"
    for name, value in {
        "TPA_ENVIRONMENT": "dev",
        "TPA_SSL_CERT_FILE": COMPANY,
        "SSL_CERT_FILE": str(own / "dev/roots.pem"),
        "AUTH0_DOMAIN": "localhost:8441",
        "AUTH0_CLIENT_ID": "of dev",
        "AUTH0_CLIENT_SECRET": "secret of dev",
        "PULUMI_CONFIG_PASSPHRASE": "passphrase of dev",
        "PULUMI_OPTION_CONFIG_FILE": str(own / "dev/project/Pulumi.dev.yaml"),
        "AUTH0_THIRD_PARTY_JOURNAL": str(own / "dev/journal.jsonl"),
        "PULUMI_BACKEND_URL": (own / "state").as_uri(),
    }.items():
        monkeypatch.setenv(name, value)
    return project


def shell_after(lines: str) -> dict[str, str]:
    """The variables of this shell once it has evaluated the lines."""
    told = (
        f"{shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps({{**os.environ}}))'"
    )
    command = ["sh", "-c", f'eval "$1"; {told}', "sh", lines]
    done = subprocess.run(command, capture_output=True, check=True)
    seen: dict[str, str] = json.loads(done.stdout)
    return seen


def test_nothing_of_an_embedded_tenant_reaches_a_real_one(prepared: Project, run: Run) -> None:
    prepared.write("stacks/prod.yaml", {**DEV, "tenant": "acme.auth0.com", "embedded_port": None})
    ended = run(prepared.root, "env", "-e", "prod")
    assert ended.status == 0, ended.error
    assert "set the credentials of prod" in ended.error
    seen = shell_after(ended.output)
    assert seen["TPA_ENVIRONMENT"] == "prod"
    assert seen["SSL_CERT_FILE"] == COMPANY
    ours = {name for name in seen if name.startswith(("AUTH0_", "PULUMI_CONFIG", "PULUMI_OPTION"))}
    assert ours - {QUIET_OUTPUTS} | ({"PULUMI_BACKEND_URL"} & seen.keys()) == set()
    assert seen["PATH"].split(os.pathsep)[-1] == str(Path(sys.prefix) / "bin")


def test_plain_pulumi_prints_no_outputs_unless_the_shell_says_so(
    prepared: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would print every application at each update."""
    prepared.write("stacks/prod.yaml", {**DEV, "tenant": "acme.auth0.com", "embedded_port": None})
    assert f"export {QUIET_OUTPUTS}=true\n" in run(prepared.root, "env", "-e", "prod").output
    monkeypatch.setenv(QUIET_OUTPUTS, "false")
    assert f"export {QUIET_OUTPUTS}=false\n" in run(prepared.root, "env", "-e", "prod").output


def test_from_one_embedded_tenant_to_another(prepared: Project, run: Run) -> None:
    port = free_port()
    prepared.write("stacks/staging.yaml", {**DEV, "embedded_port": port})
    try:
        ended = run(prepared.root, "env", "-e", "staging")
        assert ended.status == 0, ended.error
        seen = shell_after(ended.output)
        again = run(prepared.root, "check", "-e", "staging", "--offline")
        assert again.status == 0, again.error
    finally:
        EmbeddedTenant(prepared.root / ".embedded/staging", port).stop()
    assert seen["TPA_ENVIRONMENT"] == "staging"
    assert seen["AUTH0_DOMAIN"] == f"localhost:{port}"
    assert "of dev" not in seen.values()
    assert seen["TPA_SSL_CERT_FILE"] == COMPANY
