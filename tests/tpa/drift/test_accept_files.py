"""What `--accept` checks before it writes a file that several environments share."""

import errno
from pathlib import Path

import pytest

from tests.tpa.files.conftest import APIS, DEV, Project
from tpa.drift.accept import check_other_environments
from tpa.errors import TpaError
from tpa.files.editing import staged
from tpa.files.problems import CatalogError
from tpa.files.regular import write_text
from tpa.files.sources import APIS_FILE


@pytest.fixture
def two(project: Project) -> Project:
    """A second environment, where one API has another audience."""
    staging = {**DEV, "embedded_port": 8442, "audiences": {"orders": "https://orders.staging"}}
    project.write("stacks/staging.yaml", staging)
    project.load("staging")
    return project


def test_a_change_that_breaks_another_environment_is_refused(two: Project) -> None:
    with staged(two.root) as stage:
        stage.set(APIS_FILE, ("apis",), {"catalog": APIS["apis"]["catalog"]})
        with pytest.raises(CatalogError, match=r"stacks/staging.yaml"):
            check_other_environments(stage, "dev")


def test_a_change_that_breaks_no_environment_passes(two: Project) -> None:
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        check_other_environments(stage, "dev")


def test_an_environment_that_was_broken_before_is_skipped(two: Project) -> None:
    two.write("stacks/staging.yaml", {**DEV, "tenant": 5})
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        check_other_environments(stage, "dev")


@pytest.mark.parametrize("trouble", ["edited", "full"])
def test_no_file_is_written_if_one_can_not_be(
    two: Project, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    portal = two.root / "stacks/applications/portal.yaml"
    before = portal.read_text("utf-8")
    with staged(two.root) as stage:
        stage.set("stacks/applications/portal.yaml", ("name",), "Other")
        stage.set("stacks/dev.yaml", ("embedded_port",), 9000)
        if trouble == "edited":
            two.dev(embedded_port=9001)
        else:
            full = OSError(errno.ENOSPC, "No space left on device", "stacks/dev.yaml")
            real = two.root / "stacks/dev.yaml"
            _fail_at(monkeypatch, str(real), full)
        with pytest.raises(TpaError, match=r"edited meanwhile; nothing was|can't be written: No"):
            stage.save()
    assert portal.read_text("utf-8") == before


def _fail_at(monkeypatch: pytest.MonkeyPatch, place: str, error: OSError) -> None:
    def write(file: Path, text: str, **options: bool) -> None:
        if str(file) == place:
            raise error
        write_text(file, text, **options)

    monkeypatch.setattr("tpa.files.editing.staging.write_text", write)
