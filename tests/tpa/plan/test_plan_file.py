"""The seal of a plan: what shows, with a key and without one."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tpa.errors import TpaError
from tpa.plan.plan_file import FORMAT, Plan, Seal
from tpa.plan.proposal import Proposal

PLAN = Plan(
    format=FORMAT,
    stack="dev",
    tenant="acme.test",
    engine="v3",
    made_at="2026-01-01T00:00:00+00:00",
    files={"Pulumi.yaml": "a"},
    live={"application portal": {"name": "b"}},
    state="c",
    proposal=Proposal(environment="dev"),
    engine_plan={"resourcePlans": {}},
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "approved.plan"


def edit(file: Path, **changes: Any) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, **changes}), encoding="utf-8")


@pytest.mark.parametrize("key", ["", "a key"])
def test_what_was_closed_opens(file: Path, key: str) -> None:
    Seal(key).close(PLAN, file)
    assert Seal(key).open(file) == PLAN
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["", "a key"])
@pytest.mark.parametrize("field", [*Plan.model_fields])
def test_an_edit_of_any_field_shows(file: Path, key: str, field: str) -> None:
    Seal(key).close(PLAN, file)
    other: dict[str, Any] = {"format": 9, "files": {}, "live": {}, "engine_plan": {"a": 1}}
    other["proposal"] = {"environment": "prod"}
    edit(file, **{field: other.get(field, "other")})
    with pytest.raises(TpaError, match="was edited"):
        Seal(key).open(file)


def test_another_key_shows(file: Path) -> None:
    Seal("a key").close(PLAN, file)
    with pytest.raises(TpaError, match="another TPA_PLAN_KEY or passphrase"):
        Seal("other").open(file)


def test_a_forger_can_not_do_without_the_key(file: Path) -> None:
    """A plain hash over an edited plan is worth nothing where a key is expected."""
    Seal("").close(PLAN.model_copy(update={"files": {}}), file)
    with pytest.raises(TpaError, match="sealed without the key"):
        Seal("a key").open(file)


def test_a_missing_key_is_reported(file: Path) -> None:
    Seal("a key").close(PLAN, file)
    with pytest.raises(TpaError, match="set TPA_PLAN_KEY"):
        Seal("").open(file)


def test_a_plan_of_another_version(file: Path) -> None:
    Seal("").close(PLAN.model_copy(update={"format": 1}), file)
    with pytest.raises(TpaError, match="another version"):
        Seal("").open(file)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", '{"seal": 1}', '{"seal": {"kind": "x"}}', "5", "null", "[" * 100_000),
        *('{"stack": "dev", "seal": []}', '{"stack": "dev"}', '{"stack": {}, "seal": {}}'),
        '{"stack": ["dev"], "seal": {"kind": "sha256", "salt": "a", "value": "b"}}',
    ],
)
def test_what_is_no_plan(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TpaError, match="is no plan"):
        Seal("").open(file)


def test_a_file_that_is_not_there(file: Path) -> None:
    with pytest.raises(TpaError, match="can't be read: No such file"):
        Seal("").open(file)


@pytest.mark.parametrize(
    "seal",
    [
        {"kind": ["sha256"], "salt": "a", "value": "b"},
        {"kind": "sha256", "salt": "\ud800", "value": "\ud800"},
        {"kind": "sha256", "salt": None, "value": "\u00e9"},
    ],
)
def test_a_broken_seal_is_a_message(file: Path, seal: dict[str, Any]) -> None:
    Seal("").close(PLAN, file)
    edit(file, seal=seal)
    with pytest.raises(TpaError):
        Seal("").open(file)


@pytest.mark.parametrize(
    "engine_plan",
    [
        {"resourcePlans": []},
        {"resourcePlans": {"urn": 5}},
        {"resourcePlans": {"urn": {"steps": 5}}},
        {"manifest": 5},
    ],
)
def test_a_forged_plan_of_another_shape_is_a_message(
    file: Path, engine_plan: dict[str, Any]
) -> None:
    """A seal without a key can be made by anyone."""
    Seal("").close(PLAN.model_copy(update={"engine_plan": engine_plan}), file)
    with pytest.raises(TpaError, match="another version"):
        Seal("").open(file)


def test_a_plan_replaces_a_plan_and_nothing_else(file: Path, tmp_path: Path) -> None:
    Seal("").close(PLAN, file)
    Seal("a key").close(PLAN, file)
    assert Seal("a key").open(file) == PLAN
    assert file.stat().st_mode & 0o777 == 0o600
    foreign, link = tmp_path / "notes.txt", tmp_path / "link.plan"
    foreign.write_text("mine", encoding="utf-8")
    link.symlink_to(file)
    for place in (foreign, link, tmp_path):
        with pytest.raises(TpaError, match="is there already"):
            Seal("").close(PLAN, place)
    assert foreign.read_text("utf-8") == "mine"
    assert Seal("a key").open(file) == PLAN


def test_a_pipe_is_no_plan(file: Path) -> None:
    os.mkfifo(file)
    with pytest.raises(TpaError, match="no regular file"):
        Seal("").open(file)
