"""A half-written state file is restored from its backup; anything else is left alone."""

import errno
import json
from pathlib import Path

import pytest

from tpa.engine.state_repair import check_readable, exported, repair
from tpa.errors import TpaError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / ".pulumi/stacks/project/dev.json"
    made.parent.mkdir(parents=True)
    return made


@pytest.mark.parametrize("half", ["", '{"version": 3, "checkp'])
def test_a_half_written_file_is_restored(tmp_path: Path, file: Path, half: str) -> None:
    file.write_text(half, encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert repair(tmp_path) == {"dev": "as it was one step before"}
    assert file.read_text(encoding="utf-8") == '{"version": 3}'


@pytest.mark.parametrize("backup", [None, "", "{"])
def test_without_a_readable_backup_nothing_is_touched(
    tmp_path: Path, file: Path, backup: str | None
) -> None:
    file.write_text("{", encoding="utf-8")
    if backup is not None:
        file.with_name("dev.json.bak").write_text(backup, encoding="utf-8")
    assert repair(tmp_path) == {}
    assert file.read_text(encoding="utf-8") == "{"


def test_with_a_torn_copy_an_earlier_state_is_taken(tmp_path: Path, file: Path) -> None:
    file.write_text('{"versi', encoding="utf-8")
    file.with_name("dev.json.bak").touch()
    for name, text in {
        "history/project/dev/dev-1795731296093322978.checkpoint.json": '{"version": 1}',
        "history/project/dev/dev-1795731399999999999.history.json": '{"kind": "update"}',
        "backups/project/dev/dev.1795731352684856126.json": '{"version": 2}',
        "backups/project/dev/dev.1795731376800097171.json": '{"vers',
        "backups/project/other/other.1795731376800097171.json": '{"version": 3}',
    }.items():
        copy = tmp_path / ".pulumi" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    (state,) = repair(tmp_path).values()
    assert "dev.1795731352684856126.json" in state
    assert file.read_text(encoding="utf-8") == '{"version": 2}'


def test_a_full_disk_leaves_the_copies_and_no_rest(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("{", encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")

    def full(_: Path, to: Path) -> None:
        to.write_text('{"ver', encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        repair(tmp_path)
    assert {each.name for each in file.parent.iterdir()} == {"dev.json", "dev.json.bak"}


def test_a_stack_without_a_copy_is_named_and_no_other_is_kept_from_running(
    tmp_path: Path, file: Path
) -> None:
    file.write_text("{", encoding="utf-8")
    assert repair(tmp_path) == {}
    with pytest.raises(TpaError, match="the state of dev is half-written") as caught:
        check_readable(file)
    assert str(file) in str(caught.value)
    check_readable(file.with_name("staging.json"))


def test_a_readable_file_and_a_stack_that_was_removed(tmp_path: Path, file: Path) -> None:
    file.write_text('{"version": 4}', encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    file.with_name("gone.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert repair(tmp_path) == {}
    assert file.read_text(encoding="utf-8") == '{"version": 4}'
    assert not file.with_name("gone.json").exists()


@pytest.mark.parametrize("latest", [{"resources": [{"urn": "u"}]}, None])
def test_a_file_is_exported_without_the_engine(file: Path, latest: object) -> None:
    kept = {"version": 4, "features": ["hooks"]}
    content = {**kept, "checkpoint": {"stack": "organization/project/dev", "latest": latest}}
    file.write_text(json.dumps(content), encoding="utf-8")
    assert json.loads(exported(file) or "") == {**kept, "deployment": latest or {}}


@pytest.mark.parametrize("text", [None, "", '{"version": 3, "checkp', "[]", '{"version": 3}'])
def test_what_is_no_state_is_left_to_the_engine(file: Path, text: str | None) -> None:
    if text is not None:
        file.write_text(text, encoding="utf-8")
    assert exported(file) is None
