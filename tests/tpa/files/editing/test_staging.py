"""Changes of several files: tried on a copy, made all at once or not at all."""

import errno
from pathlib import Path
from typing import Any

import pytest

from tests.tpa.files.conftest import Project
from tpa.errors import TpaError
from tpa.files.editing import Unwritable, staged
from tpa.files.layout import APIS_FILE
from tpa.files.regular import write_text

PORTAL_FILE, DEV_FILE = "stacks/applications/portal.yaml", "stacks/dev.yaml"


def texts(project: Project) -> dict[str, bytes]:
    return {str(f): f.read_bytes() for f in project.root.rglob("*") if f.is_file()}


def test_nothing_happens_to_the_project_before_it_is_kept(project: Project) -> None:
    before = texts(project)
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.append(APIS_FILE, ("apis", "orders", "scopes"), "cancel:orders")
        stage.merge(DEV_FILE, ("applications",), {"widget": None})
        stage.remove(DEV_FILE, ("embedded_port",))
        stage.write_new("stacks/applications/new.yaml", {"name": "New"})
        assert stage.changed == (
            APIS_FILE,
            "stacks/applications/new.yaml",
            PORTAL_FILE,
            DEV_FILE,
        )
        assert stage.data(PORTAL_FILE)["name"] == "Other"
        assert stage.keys("applications") == ("new", "portal")
        copy = stage.copy
    assert texts(project) == before
    assert not copy.exists()


def test_kept_changes_are_all_there(project: Project) -> None:
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.write_new("stacks/agents/new.yaml", {"document": "https://a.test"})
        assert stage.save() == ("stacks/agents/new.yaml", PORTAL_FILE)
    assert "name: Other\n" in (project.root / PORTAL_FILE).read_text("utf-8")
    new = (project.root / "stacks/agents/new.yaml").read_text("utf-8")
    assert new == (
        "# yaml-language-server: $schema=../schemas/agent.json\ndocument: https://a.test\n"
    )


@pytest.mark.parametrize("edit", ["changed", "removed"])
def test_a_file_that_was_edited_meanwhile_stops_all(project: Project, edit: str) -> None:
    place = project.root / DEV_FILE
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.set(DEV_FILE, ("embedded_port",), 9000)
        if edit == "changed":
            place.write_text(place.read_text("utf-8") + "# mine\n", encoding="utf-8")
        else:
            place.unlink()
        before = texts(project)
        with pytest.raises(TpaError, match=r"stacks/dev.yaml was edited meanwhile; nothing"):
            stage.save()
    assert texts(project) == before


def test_an_edit_of_another_file_is_in_nobodys_way(project: Project) -> None:
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        project.dev(embedded_port=9000)
        assert stage.save() == (PORTAL_FILE,)
    assert project.load().environment.embedded_port == 9000


def test_a_new_file_that_somebody_else_made_meanwhile_stays_theirs(project: Project) -> None:
    with staged(project.root) as stage:
        stage.write_new("stacks/agents/new.yaml", {"document": "https://a.test"})
        project.write("stacks/agents/new.yaml", "theirs\n")
        with pytest.raises(TpaError):
            stage.save()
    assert (project.root / "stacks/agents/new.yaml").read_text("utf-8") == "theirs\n"


def test_a_write_that_fails_half_way_is_taken_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = texts(project)
    written = []

    def failing(file: Path, text: str, **options: Any) -> None:
        if file == project.root / DEV_FILE:
            raise OSError(errno.ENOSPC, "No space left on device", str(file))
        written.append(file.relative_to(project.root).as_posix())
        write_text(file, text, **options)

    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.set(DEV_FILE, ("embedded_port",), 9000)
        stage.write_new("stacks/agents/new.yaml", {"document": "https://a.test"})
        monkeypatch.setattr("tpa.files.editing.staging.write_text", failing)
        with pytest.raises(TpaError, match="No space left on device; the files are as they were"):
            stage.save()
    assert written[:2] == ["stacks/agents/new.yaml", PORTAL_FILE]
    assert texts(project) == before


def test_what_was_edited_after_it_was_kept_is_not_taken_back(project: Project) -> None:
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.set(DEV_FILE, ("embedded_port",), 9000)
        stage.save()
        project.dev(embedded_port=9001)
        stage.undo()
    catalog = project.load()
    assert catalog.applications["portal"].name == "Portal"
    assert catalog.environment.embedded_port == 9001


def test_a_change_can_be_dropped(project: Project) -> None:
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Other")
        stage.write_new("stacks/agents/new.yaml", {"document": "https://a.test"})
        stage.drop(PORTAL_FILE)
        assert stage.changed == ("stacks/agents/new.yaml",)
        stage.reset()
        assert list(stage.changed) == []
        assert stage.read("stacks/agents/new.yaml") is None
        assert stage.data("stacks/agents/new.yaml") == {}


def test_a_change_that_changes_nothing_writes_nothing(project: Project) -> None:
    before = (project.root / PORTAL_FILE).stat().st_mtime_ns
    with staged(project.root) as stage:
        stage.set(PORTAL_FILE, ("name",), "Portal")
        assert stage.save() == ()
    assert (project.root / PORTAL_FILE).stat().st_mtime_ns == before


def test_what_a_program_can_t_edit_is_said_and_left(project: Project) -> None:
    project.write(PORTAL_FILE, "name: &n Portal\ndescription: *n\n")
    with staged(project.root) as stage:
        with pytest.raises(Unwritable, match=rf"{PORTAL_FILE}: name can't .*; edit it by hand"):
            stage.set(PORTAL_FILE, ("name",), "Other")
        assert stage.changed == ()
