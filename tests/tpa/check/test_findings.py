"""What the stack's state and the earlier environment add to `tpa check`."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.conftest import LiveTenant
from tests.tpa.conftest import choice
from tests.tpa.files.conftest import APIS, DEV, Project
from tpa.cli.app import app
from tpa.environments.stack_state import STACK, state_in_export
from tpa.files.editing import set_at
from tpa.files.record import Record
from tpa.files.regular import read_regular_text, write_text

PULUMI = """\
#!/bin/sh
# Knows the stacks that have a file; fails where there is one named "locked".
test ! -e "{folder}/locked" || {{ echo "error: no credentials for the bucket" >&2; exit 1; }}
cat "{folder}/$4.json" 2> /dev/null || {{ echo "error: no stack named '$4' found" >&2; exit 1; }}
"""


ELSEWHERE = "acme-other.eu.auth0.com"


@pytest.fixture
def project(project: Project, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Staging advances from dev, which is on the running tenant. An engine is set up."""
    orders = {**APIS["apis"]["orders"], "audience": "https://orders.example.com"}
    catalog = {**APIS["apis"]["catalog"], "audience": "https://catalog.example.com"}
    project.apis(apis={"orders": orders, "catalog": catalog})
    real = {
        **DEV,
        "tenant": live_tenant.domain,
        "embedded_port": None,
        "connections": {"customers": "customers"},
    }
    project.write("stacks/dev.yaml", real)
    project.write("stacks/staging.yaml", {**real, "tenant": ELSEWHERE, "advances_from": "dev"})
    project.live("portal", environment="staging")
    monkeypatch.setenv("AUTH0_CLIENT_ID", live_tenant.credentials.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", live_tenant.credentials.client_secret)
    monkeypatch.chdir(project.root)
    cli = project.root / "pulumi"
    cli.write_text(PULUMI.format(folder=project.root), encoding="utf-8")
    cli.chmod(0o755)
    replace(choice(project.root), cli=cli).save(project.root)
    return project


Applied = Callable[..., None]


@pytest.fixture
def applied(project: Project) -> Applied:
    """As if the files of an environment had been applied, or what else its state may hold."""

    def apply(
        name: str, *resources: dict[str, Any], record: Record | None = None, **outputs: Any
    ) -> None:
        made = record or project.load(name).record.after(Record())
        stack = {
            "urn": f"urn:pulumi:{name}::p::{STACK}::p-{name}",
            "type": STACK,
            "outputs": {"advance": made.as_output(), **outputs},
        }
        export = {"deployment": {"resources": [stack, *resources]}}
        (project.root / f"{name}.json").write_text(json.dumps(export), encoding="utf-8")

    return apply


def check_staging(project: Project) -> dict[str, Any]:
    """With staging on the running tenant, in place of dev."""
    files = [project.root / f"stacks/{name}.yaml" for name in ("dev", "staging")]
    texts = [read_regular_text(file) for file in files]
    (live,) = re.findall(r"localhost:\d+", texts[0])
    write_text(files[0], texts[0].replace(live, ELSEWHERE))
    write_text(files[1], texts[1].replace(ELSEWHERE, live))
    return check("-e", "staging")


def check(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["check", "--json", *arguments])
    answer: dict[str, Any] = json.loads(done.stdout)
    assert done.exit_code == int(answer["errors"] > 0)
    return answer


def test_what_was_applied_in_the_earlier_environment_passes(
    project: Project, applied: Applied
) -> None:
    applied("dev")
    answer = check_staging(project)
    assert (answer["findings"], answer["notes"]) == ([], ["staging has never been applied"])


def test_what_was_not_is_a_warning_that_names_the_next_step(
    project: Project, applied: Applied
) -> None:
    applied("dev")
    applied("staging")
    project.portal(name="Renamed")
    answer = check_staging(project)
    (found,) = answer["findings"]
    assert (found["severity"], found["field"]) == ("warning", "advances_from")
    assert found["what"] == "not applied in dev yet: portal"
    assert "tpa up -e dev" in found["fix"]
    assert answer["notes"] == []


def test_an_override_that_is_not_needed(project: Project, applied: Applied) -> None:
    applied("dev")
    applied("staging")
    file = project.root / "stacks/staging.yaml"
    write_text(file, set_at(read_regular_text(file), ("advance_anyway", "portal"), "INC-7"))
    (found,) = check_staging(project)["findings"]
    assert (found["field"], found["what"]) == ("advance_anyway.portal", "is not needed")


@pytest.mark.parametrize(("written", "what"), [("staging", "this stack"), ("dev", "dev")])
def test_a_record_of_a_later_version_is_what_the_gate_will_say(
    project: Project, applied: Applied, written: str, what: str
) -> None:
    later = project.load(written).record.model_copy(update={"format": 9})
    applied(written, record=later)
    (found,) = check_staging(project)["findings"]
    assert found["severity"] == "warning"
    assert found["what"].startswith(f"{what} can't be compared")


@pytest.mark.parametrize("trouble", ["no engine", "no credentials"])
def test_a_state_that_can_not_be_read_is_a_note(
    project: Project, applied: Applied, trouble: str
) -> None:
    applied("staging")
    if trouble == "no engine":
        (project.root / ".toolchain" / "choice.json").unlink()
    else:
        (project.root / "locked").touch()
    answer = check_staging(project)
    assert answer["findings"] == []
    (note,) = answer["notes"]
    assert note.startswith("not checked: the state of staging (")
    fix = "pulumi_toolchain --root" if trouble == "no engine" else "no credentials for the bucket"
    assert fix in note


def test_a_grant_that_is_not_in_the_state_is_reported(
    project: Project, applied: Applied, live_tenant: LiveTenant
) -> None:
    """Only with the state can anybody say whose a live grant is."""
    client = live_tenant.api.create(
        "/clients",
        {
            "name": "Portal",
            "app_type": "regular_web",
            "is_first_party": False,
            "third_party_security_mode": "strict",
            "callbacks": ["https://acme.test/cb"],
            "client_metadata": {"tpa_application": "portal", "tpa_stack": "sample/dev"},
        },
    )
    grant = {"client_id": client["client_id"], "audience": "https://orders.example.com"}
    live_tenant.api.create(
        "/client-grants", {**grant, "scope": ["write:orders"], "subject_type": "user"}
    )
    held = {
        "urn": "urn:pulumi:dev::p::x:index:A$auth0:index/client:Client::portal-client",
        "type": "auth0:index/client:Client",
        "id": client["client_id"],
    }
    applied("dev", held)
    assert check()["errors"] == 1
    (project.root / "locked").touch()
    assert check()["errors"] == 0


def test_what_an_export_holds() -> None:
    client = {"urn": "urn:pulumi:dev::p::t::portal-client", "type": "t", "id": "tpc_1"}
    old = {**client, "id": "tpc_0", "delete": True}
    export = json.dumps({"deployment": {"resources": [client, old]}})
    held = state_in_export(export).resources.named("t", "portal-client")
    assert held is not None
    assert held.id == "tpc_1"
    assert state_in_export("{}").resources.resources == ()


def test_a_stack_that_was_applied_to_another_tenant(project: Project, applied: Applied) -> None:
    """What an update refuses, the check tells; ids of the other tenant say nothing here."""
    applied("dev", tenant="acme.eu.auth0.com")
    (found,) = check()["findings"]
    assert (found["severity"], found["file"]) == ("error", "stacks/dev.yaml")
    assert found["what"].startswith("the stack was applied to acme.eu.auth0.com")
    assert "or name acme.eu.auth0.com again" in found["fix"]
    done = CliRunner().invoke(app, ["drift"])
    assert "the stack was applied to acme.eu.auth0.com" in str(done.exception)


def test_an_application_without_an_owner(project: Project, applied: Applied) -> None:
    """With a tenant and without: it is what an adoption leaves to a person."""
    project.portal(owner={"organization": "unknown", "contact": "unknown"})
    applied("dev")
    for arguments in ((), ("--offline",)):
        (found,) = check(*arguments)["findings"]
        assert (found["severity"], found["field"]) == ("warning", "owner")
        assert found["line"]
