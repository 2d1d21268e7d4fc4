"""An answer that does not come is given up, and remembered."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from pulumi_toolchain.reachability import Reachability
from pulumi_toolchain.vendor import VendorUnreachableError


def unreachable() -> None:
    raise VendorUnreachableError("no route")


def test_a_failure_is_remembered_and_not_repeated(tmp_path: Path) -> None:
    note = tmp_path / "folder" / "note"
    with pytest.raises(VendorUnreachableError, match="no route"):
        Reachability(note, unreachable).check(fresh=False)
    asked: list[int] = []
    with pytest.raises(VendorUnreachableError, match="no route; asked again after a day"):
        Reachability(note, lambda: asked.append(1)).check(fresh=False)
    assert asked == []


def test_a_forced_source_asks_all_the_same_and_forgets_the_failure(tmp_path: Path) -> None:
    note = tmp_path / "note"
    Reachability(note, unreachable).failed("no route")
    Reachability(note, lambda: None).check(fresh=True)
    assert not note.exists()


def test_name_resolution_that_hangs_is_given_up(tmp_path: Path) -> None:
    never = threading.Event()
    try:
        with pytest.raises(VendorUnreachableError, match="no answer in time"):
            Reachability(tmp_path / "note", never.wait, patience=0.2).check(fresh=False)
    finally:
        never.set()
