"""`tpa init`: a project that checks, and what moved in it when the tool is another one."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tpa.conftest import Ended, Run
from tpa.init import scaffold
from tpa.project import own_version

ROOT = Path(__file__).parents[3]
Make = Callable[..., Path]
NewerTool = Callable[..., None]


@pytest.fixture
def make(run: Run, tmp_path: Path) -> Make:
    """Makes a project."""

    def init(*options: str) -> Path:
        ended = run(tmp_path, "init", "Our Partners", *options)
        assert ended.status == 0, ended.error
        return tmp_path / "Our Partners"

    return init


@pytest.fixture
def newer_tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NewerTool:
    """As if a later version of the tool had other files."""

    def moved(version: str = "99.0.0", **texts: str) -> None:
        folder = shutil.copytree(scaffold.TEMPLATES, tmp_path / "templates", dirs_exist_ok=True)
        for name, text in texts.items():
            (file,) = folder.glob(f"{name}.*")
            file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(scaffold, "TEMPLATES", folder)
        for module in ("tpa.project", "tpa.init.scaffold", "tpa.init.command"):
            monkeypatch.setattr(f"{module}.own_version", lambda: version)

    return moved


def changed(ended: Ended) -> dict[str, str]:
    """State by path of each file that is not as it was made."""
    files = json.loads(ended.output)["files"]
    return {each["path"]: each["state"] for each in files if each["state"] != "unchanged"}


@pytest.mark.parametrize("host", ["github", "gitlab", "none"])
def test_a_new_project_checks_and_is_unchanged(run: Run, make: Make, host: str) -> None:
    root = make("--host", host)
    for verb in (("check", "--offline"), ("schema", "--check"), ("environments",)):
        ended = run(root / "stacks/applications", *verb)
        assert (ended.status, ended.error) == (0, ""), ended
    ended = run(root / "stacks", "init", "--check", "--json")
    assert ended.status == 0
    assert changed(ended) == {}
    assert (root / "Pulumi.yaml").read_text("utf-8").startswith('name: "our-partners"\n')
    assert f"[embedded,toolchain]=={own_version()}\n" in (root / "requirements.txt").read_text()
    assert (root / ".github/workflows").is_dir() == (host == "github")
    assert (root / ".gitlab-ci.yml").is_file() == (host == "gitlab")
    scripts = list((root / "pipelines/shell").glob("*.sh"))
    assert bool(scripts) == (host != "none")
    assert all(script.stat().st_mode & 0o111 for script in scripts)


def test_no_file_is_overwritten(run: Run, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("ours\n", encoding="utf-8")
    (tmp_path / ".gitignore").symlink_to(tmp_path / "nowhere")
    ended = run(tmp_path, "init")
    assert ended.status == 2
    assert ended.error.splitlines()[1:] == [
        "  .gitignore",
        "  README.md",
        "  fix: another folder, or --keep, which leaves them as they are",
    ]
    assert sorted(file.name for file in tmp_path.iterdir()) == [".gitignore", "README.md"]
    assert run(tmp_path, "init", "--keep").status == 0
    assert (tmp_path / "README.md").read_text("utf-8") == "ours\n"
    assert not (tmp_path / "nowhere").exists()
    assert changed(run(tmp_path, "init", "--check", "--json")) == {
        "README.md": "yours",
        ".gitignore": "missing: removed by you, or new in the tool",
    }


def test_what_moved_is_told_from_what_was_edited(
    run: Run, make: Make, newer_tool: NewerTool
) -> None:
    root = make()
    for name in ("Pulumi.yaml", "README.md"):
        file = root / name
        file.write_text("# ours\n" + file.read_text("utf-8"), encoding="utf-8")
    (root / ".gitignore").unlink()
    (root / "stacks/schemas/agent.json").write_text("{}\n", encoding="utf-8")
    (root / "stacks/dev.yaml").write_text("# the team's own\n", encoding="utf-8")
    newer_tool(README="# New\n", requirements="auth0-third-party-apps==@version@\n")
    expected = {
        ".gitignore": "missing: removed by you, or new in the tool",
        "Pulumi.yaml": "edited by you",
        "README.md": "edited by you, and newer in the tool",
        "requirements.txt": "newer in the tool",
        "stacks/schemas/agent.json": "newer in the tool",
    }
    ended = run(root, "init", "--check", "--json")
    assert (ended.status, changed(ended)) == (1, expected)
    ended = run(root, "init", "--check")
    assert ended.status == 1
    assert f"Our Partners: for tpa {own_version()}; this is tpa 99.0.0; " in ended.output
    assert "+auth0-third-party-apps==99.0.0" in ended.output
    assert "-# ours" in ended.output  # of README.md
    assert "Pulumi.yaml of the tool" not in ended.output
    assert "agent.json of the tool" not in ended.output  # generated
    assert "fix: tpa init --upgrade" in ended.error


def test_an_upgrade_leaves_alone_what_was_edited(
    run: Run, make: Make, newer_tool: NewerTool
) -> None:
    root = make()
    edited = "# ours\n" + (root / "README.md").read_text("utf-8")
    (root / "README.md").write_text(edited, encoding="utf-8")
    newer_tool(README="# New\n", requirements="auth0-third-party-apps==@version@\n")
    ended = run(root, "init", "--upgrade")
    assert ended.status == 1
    assert "wrote requirements.txt" in ended.output
    assert "newer in the tool: README.md\n  fix: take over by hand" in ended.error
    assert (root / "README.md").read_text("utf-8") == edited
    made = scaffold.tool_files("our-partners", scaffold.Host.NONE)["README.md"]
    (root / "README.md").write_text("# ours\n" + made, encoding="utf-8")
    ended = run(root, "init", "--check", "--json")
    assert (ended.status, changed(ended)) == (0, {"README.md": "edited by you"})
    assert json.loads(ended.output)["made_for"] == "99.0.0"


def test_a_name_that_pulumi_refuses(run: Run, tmp_path: Path) -> None:
    ended = run(tmp_path, "init", "p", "--name", "our: partners")
    assert ended.status == 2
    assert "--name: 'our: partners' can't be a name" in ended.error
    assert [*tmp_path.iterdir()] == []


def test_a_workflow_of_the_teams_own_is_no_pipeline_of_ours(run: Run, make: Make) -> None:
    root = make()
    (path, *_) = (path for path, _ in scaffold._pipelines(scaffold.Host.GITHUB) if "deploy" in path)
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text("on: push\n", encoding="utf-8")
    assert changed(run(root, "init", "--check", "--json")) == {}


def test_a_project_of_a_newer_tool_is_not_compared(run: Run, make: Make) -> None:
    root = make()
    file = root / "requirements.txt"
    file.write_text(file.read_text("utf-8").replace(own_version(), "99.0.0"), encoding="utf-8")
    ended = run(root, "init", "--check")
    assert (ended.status, ended.output) == (2, "")
    assert f"is for tpa 99.0.0, which is newer than this one, {own_version()}" in ended.error


def test_a_checkout_of_the_tool_was_not_made_by_it(run: Run) -> None:
    ended = run(ROOT, "init", "--check")
    assert ended.status == 2
    assert "was not made by tpa init" in ended.error


@pytest.mark.parametrize("name", ["__main__.py", "gitignore"])
def test_this_repository_is_such_a_project(name: str) -> None:
    own = (ROOT / name.replace("gitignore", ".gitignore")).read_text("utf-8").splitlines()
    assert set((scaffold.TEMPLATES / name).read_text("utf-8").splitlines()) <= set(own)
