"""`tpa explain`: one rule, all rules, and the nearest one."""

import json
from collections.abc import Callable
from dataclasses import asdict

import pytest
from typer.testing import CliRunner, Result

from auth0_third_party.rules.registry import rules
from tpa.cli.app import app
from tpa.errors import TpaError

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(app, ["explain", *arguments])


def test_one_rule(run: Run) -> None:
    text = run("cg-07").output
    rule = rules()["CG-07"]
    assert all(part in text for part in ("CG-07", rule.title, rule.why, rule.source))
    assert json.loads(run("CG-07", "--json").output) == asdict(rule)


def test_all_rules(run: Run) -> None:
    lines = run().output.splitlines()
    assert [line.split()[0] for line in lines[1:]] == [*rules()]
    assert [each["id"] for each in json.loads(run("--json").output)] == [*rules()]


def test_an_unknown_rule_names_the_nearest(run: Run) -> None:
    found = run("CG07").exception
    assert isinstance(found, TpaError)
    assert str(found) == "there is no rule 'CG07'; did you mean 'CG-07'?"
