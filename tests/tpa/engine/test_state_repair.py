"""A half-written state file is restored from its backup; anything else is left alone."""

from pathlib import Path

import pytest

from tpa.engine.state_repair import repair


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / ".pulumi/stacks/project/dev.json"
    made.parent.mkdir(parents=True)
    return made


@pytest.mark.parametrize("half", ["", '{"version": 3, "checkp'])
def test_a_half_written_file_is_restored(tmp_path: Path, file: Path, half: str) -> None:
    file.write_text(half, encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert repair(tmp_path) == ["dev"]
    assert file.read_text(encoding="utf-8") == '{"version": 3}'


@pytest.mark.parametrize("backup", [None, "", "{"])
def test_without_a_readable_backup_nothing_is_touched(
    tmp_path: Path, file: Path, backup: str | None
) -> None:
    file.write_text("{", encoding="utf-8")
    if backup is not None:
        file.with_name("dev.json.bak").write_text(backup, encoding="utf-8")
    assert repair(tmp_path) == []
    assert file.read_text(encoding="utf-8") == "{"


def test_a_readable_file_and_a_stack_that_was_removed(tmp_path: Path, file: Path) -> None:
    file.write_text('{"version": 4}', encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    file.with_name("gone.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert repair(tmp_path) == []
    assert file.read_text(encoding="utf-8") == '{"version": 4}'
    assert not file.with_name("gone.json").exists()
