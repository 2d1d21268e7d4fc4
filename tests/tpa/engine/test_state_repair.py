"""Half a state file is put back to the step before; anything else is left alone."""

from pathlib import Path

import pytest

from tpa.engine.state_repair import mend


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / ".pulumi/stacks/project/dev.json"
    made.parent.mkdir(parents=True)
    return made


@pytest.mark.parametrize("torn", ["", '{"version": 3, "checkp'])
def test_a_torn_file_is_put_back(tmp_path: Path, file: Path, torn: str) -> None:
    file.write_text(torn, encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert mend(tmp_path) == ["dev"]
    assert file.read_text(encoding="utf-8") == '{"version": 3}'


@pytest.mark.parametrize("kept", [None, "", "{"])
def test_without_a_sound_copy_nothing_is_touched(
    tmp_path: Path, file: Path, kept: str | None
) -> None:
    file.write_text("{", encoding="utf-8")
    if kept is not None:
        file.with_name("dev.json.bak").write_text(kept, encoding="utf-8")
    assert mend(tmp_path) == []
    assert file.read_text(encoding="utf-8") == "{"


def test_a_sound_file_and_a_stack_that_was_removed(tmp_path: Path, file: Path) -> None:
    file.write_text('{"version": 4}', encoding="utf-8")
    file.with_name("dev.json.bak").write_text('{"version": 3}', encoding="utf-8")
    file.with_name("gone.json.bak").write_text('{"version": 3}', encoding="utf-8")
    assert mend(tmp_path) == []
    assert file.read_text(encoding="utf-8") == '{"version": 4}'
    assert not file.with_name("gone.json").exists()
