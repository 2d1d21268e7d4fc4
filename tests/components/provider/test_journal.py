"""What was there before us, on disk before it is changed."""

import os
import stat
from pathlib import Path

import pytest

from auth0_third_party.provider.journal import VARIABLE, Journal, NotKept

CLOSED, OPEN = {"isDomainConnection": False}, {"isDomainConnection": True}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "journal.jsonl"
    file.touch(0o600)
    return file


def test_what_was_noted_first_stands(file: Path) -> None:
    assert Journal(file).keep("ConnectionPromotion", "con_1", CLOSED) == CLOSED
    later = Journal(file)  # of the next run, which finds the connection open
    assert later.earliest("ConnectionPromotion", "con_1", OPEN) == CLOSED
    assert later.keep("ConnectionPromotion", "con_1", {**OPEN, "more": 1}) == {**CLOSED, "more": 1}
    assert Journal(file).keep("ConnectionPromotion", "con_1", {"more": 2}) == {**CLOSED, "more": 1}
    assert Journal(file).keep("ConnectionPromotion", "con_2", OPEN) == OPEN
    assert Journal(file).keep("OrganizationAccess", "con_1", OPEN) == OPEN


def test_a_line_that_a_kill_left_half_written(file: Path) -> None:
    Journal(file).keep("ConnectionPromotion", "con_1", CLOSED)
    whole = file.read_bytes()
    Journal(file).keep("ConnectionPromotion", "con_2", CLOSED)
    file.write_bytes(file.read_bytes()[: len(whole) + 20])
    again = Journal(file)
    assert again.earliest("ConnectionPromotion", "con_1", OPEN) == CLOSED
    assert again.keep("ConnectionPromotion", "con_2", OPEN) == OPEN
    assert Journal(file).earliest("ConnectionPromotion", "con_2", CLOSED) == OPEN


def test_nothing_is_kept_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With checkpoints the state has it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    assert Journal.from_environment().keep("ConnectionPromotion", "con_1", CLOSED) == CLOSED
    monkeypatch.setenv(VARIABLE, str(tmp_path / "journal.jsonl"))
    assert Journal.from_environment().keep("ConnectionPromotion", "con_1", CLOSED) == CLOSED
    assert list(tmp_path.iterdir()) == []


def test_nothing_may_be_changed_that_is_not_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotKept, match="No space left on device"):
        Journal(file).keep("ConnectionPromotion", "con_1", CLOSED)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(NotKept, match="can't be read"):
        Journal(file).earliest("ConnectionPromotion", "con_1", CLOSED)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
