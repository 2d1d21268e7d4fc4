"""Files that hang, eat memory, or lead out of the project: each is one finding."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tpa.files.conftest import Project
from tests.tpa.files.test_tenant_rules import AGENT
from tpa.files.documents import MOST_VALUES, nodes_and_data
from tpa.files.editing.staging import staged
from tpa.files.regular import MOST_BYTES, UnusableFile, read_regular

PORTAL = "stacks/applications/portal.yaml"
BOMB = "a0: &a0 [x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
MERGES = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 30)
)


def special_files(outside: Path) -> dict[str, Callable[[Path], object]]:
    outside.write_text("name: Outside\n", encoding="utf-8")
    return {
        "pipe": os.mkfifo,
        "device": lambda file: file.symlink_to("/dev/zero"),
        "link": lambda file: file.symlink_to(outside),
        "folder": lambda file: file.mkdir(),
        "large": lambda file: file.write_bytes(b"#" * (MOST_BYTES + 1)),
        "dangling": lambda file: file.symlink_to(outside.with_name("nowhere")),
        "circle": lambda file: file.symlink_to(file),
    }


KINDS = ("pipe", "device", "link", "folder", "large", "dangling", "circle")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name", [PORTAL, "stacks/dev.yaml", "stacks/apis.yaml", "stacks/tenant.yaml", "Pulumi.yaml"]
)
def test_a_file_that_is_none(project: Project, tmp_path: Path, name: str, kind: str) -> None:
    make = special_files(tmp_path.parent / f"{tmp_path.name}-outside.yaml")[kind]
    (project.root / name).unlink(missing_ok=True)
    make(project.root / name)
    if name == "Pulumi.yaml":
        project.load()  # its name is "" then; the engine says more
    elif not (name == "stacks/tenant.yaml" and kind in ("dangling", "circle")):
        assert name in {problem.file for problem in project.problems()}


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_of_a_document_that_is_none(project: Project, tmp_path: Path, kind: str) -> None:
    project.write("stacks/agents/bot.yaml", AGENT)
    special_files(tmp_path.parent / "outside.json")[kind](project.root / "stacks/agents/bot.json")
    found = project.problem()
    assert (found.file, found.field) == ("stacks/agents/bot.yaml", "copy_of_document")


@pytest.mark.parametrize(
    "place", ["../../../../etc/passwd", "/etc/passwd", "/dev/zero", "../apis.yaml", "a\0b"]
)
def test_a_copy_of_a_document_in_another_folder(project: Project, place: str) -> None:
    project.write("stacks/agents/bot.yaml", {**AGENT, "copy_of_document": place})
    assert project.problem().field == "copy_of_document"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, f"more than {MOST_VALUES} values"),
        (MERGES, f"more than {MOST_VALUES} values"),
        ("a: &a [*a]", "inside of its own anchor"),
        ("a: &a {b: [1, {c: *a}]}", "inside of its own anchor"),
        ("a: " + "[" * 65 + "]" * 65, "more than 64 levels"),
        ("a: " + "[" * 100_000, "valid YAML"),
        ("a: " + "9" * 100_000, "a number has 100000 characters"),
        ("a: " + "1:" * 50_000 + "1", "a number has 100001 characters"),
        ("? [a, b]\n: c", "valid YAML"),
        ("a: !!python/object/apply:os.system [id]", "valid YAML"),
    ],
    ids=lambda value: value[:12],
)
def test_a_text_that_grows(project: Project, text: str, said: str) -> None:
    project.write(PORTAL, text)
    started = time.process_time()
    found = [problem for problem in project.problems() if problem.file == PORTAL]
    assert said in found[0].what
    assert time.process_time() - started < 30


def test_anchors_that_are_meant_are_read() -> None:
    assert nodes_and_data("a: &a [1, 2]\nb: *a\nc: {<<: {x: 1}}")[1] == {
        "a": [1, 2],
        "b": [1, 2],
        "c": {"x": 1},
    }


@pytest.mark.parametrize("kind", ["pipe", "device", "link", "large"])
def test_files_that_are_edited_come_through_the_same_door(
    project: Project, tmp_path: Path, kind: str
) -> None:
    special_files(tmp_path.parent / "outside.yaml")[kind](project.root / "stacks/agents.yaml")
    with pytest.raises(UnusableFile), staged(project.root):
        pass


def test_a_link_within_the_project_is_read(project: Project) -> None:
    (project.root / "stacks/other.yaml").symlink_to(project.root / "stacks/dev.yaml")
    assert read_regular(project.root / "stacks/other.yaml", project.root)
