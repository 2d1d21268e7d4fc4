"""`tpa new`: files that pass the checks, and nothing written when they would not."""

import json
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from tests.tpa.files.conftest import Project
from tpa.cli.app import app, main
from tpa.new import command as verb
from tpa.new.draft import key_for

FLAGS = {
    "--name": "Fleet View",
    "--organization": "Contoso",
    "--contact": "dev@contoso.test",
    "--type": "spa",
    "--callback": "https://fleet.contoso.test/callback",
    "--grant": "orders:user:read:orders,write:orders",
    "--connection": "customers",
}
DEV = """\
tenant: embedded # for now
embedded_port: 8441

connections: { customers: customers-db }
"""


@pytest.fixture
def project(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    project.write("stacks/dev.yaml", DEV)
    monkeypatch.chdir(project.root)
    return project


def flags(**changes: str | None) -> list[str]:
    stated = {**FLAGS, **{f"--{flag}": value for flag, value in changes.items()}}
    return [word for flag, value in stated.items() if value is not None for word in (flag, value)]


def refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[Any, str]:
    monkeypatch.setattr("sys.argv", ["tpa", "new", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    shown = capsys.readouterr()
    assert shown.out == ""
    return ended.value.code, shown.err


def test_flags_make_a_file(project: Project) -> None:
    done = CliRunner().invoke(app, ["new", *flags(), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "application": "fleet-view",
        "environment": "dev",
        "live": True,
        "written": ["stacks/applications/fleet-view.yaml"],
        "next": "tpa up -e dev",
    }
    written = (project.root / "stacks/applications/fleet-view.yaml").read_text("utf-8")
    assert written.startswith("# yaml-language-server: $schema=../schemas/application.json\n")
    assert written.endswith("environments:\n  dev: {}\n")
    application = project.load().applications["fleet-view"]
    assert application.owner == "Contoso"
    assert application.grants[0].scopes == ("read:orders", "write:orders")


def test_not_live_is_live_nowhere(project: Project) -> None:
    done = CliRunner().invoke(app, ["new", *flags(), "--no-live", "--refresh-token"])
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "wrote stacks/applications/fleet-view.yaml",
        "Next: add <environment>: {} under environments in stacks/applications/fleet-view.yaml",
    ]
    assert "fleet-view" not in project.load().applications
    file = project.root / "stacks/applications/fleet-view.yaml"
    assert yaml.safe_load(file.read_text("utf-8"))["refresh_token"] == {}


def test_missing_and_mistaken_flags_are_reported_together(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "x" * 141
    wrong = flags(
        name=None, contact=None, type="sap", grant="orders", key="Fleet View", description=long
    )
    status, said = refused(monkeypatch, capsys, *wrong)
    assert status == 2
    assert said.splitlines() == [
        "tpa: nothing was written",
        "  missing: --name, --contact",
        "  --type: 'sap' is not a value it can have; did you mean 'spa'?",
        f"  --description: is too long, 141 characters: '{long[:59]}…; use 140 characters at most",
        "  --grant: 'orders' is no grant: write API:user:SCOPE,SCOPE or API:client:SCOPE",
        "  --key: 'Fleet View' can't be a key: use lower-case letters, digits and inner hyphens",
    ]


def test_every_broken_rule_is_reported_at_its_place(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = flags(
        callback="https://*.contoso.test/cb", grant="order:user:read:orders", connection="custmers"
    )
    status, said = refused(monkeypatch, capsys, *wrong)
    assert status == 1
    assert "3 problems found, nothing was changed" in said
    assert "stacks/applications/fleet-view.yaml:7: callbacks[0]: " in said
    assert "grants[0].api: there is no API 'order'" in said
    assert "connections[0]: there is no connection 'custmers'" in said
    assert not (project.root / "stacks/applications/fleet-view.yaml").exists()
    assert (project.root / "stacks/dev.yaml").read_text("utf-8") == DEV


def test_flags_for_users_need_a_type_with_users(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = refused(monkeypatch, capsys, *flags(type="non_interactive"))
    assert status == 2
    assert said.splitlines() == [
        "tpa: nothing was written",
        "  --type: no user signs in to it: leave out --callback, --connection",
    ]


def test_a_flag_twice_is_written_once(project: Project) -> None:
    callback = FLAGS["--callback"]
    done = CliRunner().invoke(app, ["new", *flags(), "--callback", callback])
    assert done.exit_code == 0
    assert project.load().applications["fleet-view"].callbacks == (callback,)


def test_a_name_of_another_application_is_noted(project: Project) -> None:
    done = CliRunner().invoke(app, ["new", *flags(name="portal", key="other"), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["application"] == "other"
    assert "other has a name that looks the same, 'portal'" in done.stderr


def test_the_environment_before_comes_first(project: Project) -> None:
    staging = {"tenant": "embedded", "embedded_port": 8442, "connections": {"customers": "c"}}
    project.write("stacks/staging.yaml", {**staging, "advances_from": "dev"})
    done = CliRunner().invoke(app, ["new", *flags(), "-e", "staging"])
    assert done.exit_code == 0
    add = "add dev: {} under environments in stacks/applications/fleet-view.yaml"
    step = f"Next: {add}, then tpa up -e dev, then tpa up -e staging"
    assert done.stdout.splitlines()[-1] == step


@pytest.mark.parametrize("key", ["portal", "../portal", "a/b", ""])
def test_no_file_is_ever_replaced(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    key: str,
) -> None:
    before = sorted(project.root.rglob("*"))
    name = FLAGS["--name"] if key else "Портал"
    status, said = refused(monkeypatch, capsys, *flags(key=key, name=name))
    assert status == 2
    assert "--key: " in said
    assert sorted(project.root.rglob("*")) == before


def test_on_a_terminal_what_is_missing_is_asked(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verb, "at_terminal", lambda: True)
    answers = [
        "<b>Reports</b>",
        "Reports",
        "portal",  # a key that is taken
        "reports",
        "Contoso",
        "it@contoso.test",
        "web",
        "regular_web",
        "long " * 29,
        "",
        "https://reports.contoso.test/cb, http://reports.contoso.test/cb2",
        "https://reports.contoso.test/cb, https://reports.contoso.test/cb2",
        "customers",
        "order",
        "orders",
        "client",
        "read:orders",
        "",
        "yes",
    ]
    done = CliRunner().invoke(app, ["new"], input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    assert "wrote" in done.stdout
    assert "Scopes (read:orders, write:orders)" in done.stderr
    assert "stacks/applications/portal.yaml is there already" in done.stderr
    assert "did you mean 'orders'?" in done.stderr
    assert "use 140 characters at most" in done.stderr
    assert "'http://reports.contoso.test/cb2' uses http; use https://" in done.stderr
    made = project.load().applications["reports"]
    assert made.app_type == "regular_web"
    assert len(made.callbacks) == 2
    assert made.grants[0].subject_type == "client"
    assert made.refresh_token is not None


def test_complete_flags_ask_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "at_terminal", lambda: True)
    done = CliRunner().invoke(app, ["new", *flags()], input="")
    assert (done.exit_code, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "key"),
    [("Café Ünion 24/7", "cafe-union-24-7"), ("  A  ", "a"), ("Портал", ""), ("x" * 99, "x" * 60)],
)
def test_a_key_is_made_of_the_name(name: str, key: str) -> None:
    assert key_for(name) == key
