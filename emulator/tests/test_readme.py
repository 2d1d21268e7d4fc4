"""The README's commands, tables and examples work."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from auth0_emulator import __main__ as program
from auth0_emulator.faults import ACTIONS, parse_fault
from auth0_emulator.http.control import Control, RequestLog
from auth0_emulator.in_process import new_tenant
from auth0_emulator.testing import ManagementApi, start

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The code blocks of a language, without those that are marked `norun`."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_command_starts_a_tenant(tmp_path: Path) -> None:
    (block,) = blocks("sh")
    name, *arguments = shlex.split(block)
    assert name == "auth0-emulator"
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    with start(tmp_path / options.pop("--data"), *options, "0") as tenant:
        ready = tenant.ready
    (shown,) = (json.loads(block) for block in blocks("json"))
    assert ready.keys() == shown.keys()
    assert ready["management"].keys() == shown["management"].keys()
    assert ready["users"] == shown["users"]
    assert ready["ca_file"] == str(tmp_path / "tenant" / "ca.pem")


@pytest.mark.parametrize("block", blocks("python"))
def test_the_example_tests_pass(tmp_path: Path, block: str) -> None:
    file = tmp_path / "test_example.py"
    file.write_text(block, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_client_of_the_terraform_example(api: ManagementApi) -> None:
    (block,) = blocks("hcl")
    _, _, resource = block.partition('resource "auth0_client"')
    body = dict(re.findall(r'^  (\w+) += "(.*)"$', resource, re.MULTILINE))
    assert api.create("/clients", body).items() >= body.items()


def test_the_flags_are_all_there(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["--help"])
    flag = re.compile(r"--[a-z][a-z-]+")
    known = set(flag.findall(capsys.readouterr().out)) - {"--help"}
    table = README.partition("| flag | |")[2].partition("## ")[0]
    assert set(flag.findall(table)) == known
    parse_fault(re.findall(r"`(do=.*?)`", table)[0])


def test_the_calls_of_the_control_plane_are_all_there() -> None:
    routes = Control(new_tenant(), RequestLog(), dict).routes()
    known = {(method, one.path) for one in routes for method in (one.methods or set()) - {"HEAD"}}
    section = README.partition("## Control plane")[2].partition("## ")[0]
    shown = {
        (method, path)
        for methods, path in re.findall(r"^\| (.*[A-Z]) (/_control/\w+)`", section, re.MULTILINE)
        for method in re.findall(r"[A-Z]+", methods)
    }
    assert shown == known
    assert all(f"`{action}`" in section for action in ACTIONS)
