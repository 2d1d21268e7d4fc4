"""The files that `tpa init` makes, and how those of a project differ from them.

A file that moves with the tool ends in a line with the digest of what is above it. So it tells by
itself whether the team edited it, and there is no list to keep; without that line it is the team's.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

from auth0_third_party.model.names import slug
from tpa.errors import TpaError
from tpa.files.layout import STACKS
from tpa.files.schemas import FOLDER, schemas
from tpa.files.sources import project_name
from tpa.project import REQUIREMENTS, own_version, pinned_version

TEMPLATES = Path(__file__).parent / "project"
PIPELINES = Path(__file__).parent / "pipelines"
SCRIPTS = "pipelines/shell/"
GITLAB = ".gitlab-ci.yml"
STAMP = "made by tpa init, {}; without this line the file is yours alone"
_STAMPED = re.compile(r"(?:# |<!-- )made by tpa init, ([0-9a-f]{12})[^\n]*\n\Z")


class Host(StrEnum):
    """Where the pipelines of a project run."""

    GITHUB = "github"
    GITLAB = "gitlab"
    NONE = "none"


class State(StrEnum):
    """What became of one file."""

    UNCHANGED = "unchanged"
    EDITED = "edited by you"
    NEWER = "newer in the tool"
    BOTH = "edited by you, and newer in the tool"
    YOURS = "yours"
    MISSING = "missing: removed by you, or new in the tool"


TO_DO = (State.NEWER, State.BOTH)


def new_files(name: str, host: Host) -> dict[str, str]:
    """Every file of a new project, by its path, with its text."""
    made = {**_first_files(), **tool_files(name, host), **_schemas()}
    return dict(sorted(made.items()))


def tool_files(name: str, host: Host) -> dict[str, str]:
    """Those that a later version of the tool may make anew."""
    found = {
        ".gitignore" if file.name == "gitignore" else file.name: _filled_in(file, name)
        for file in (*sorted(TEMPLATES.glob("*.*")), TEMPLATES / "gitignore")
    }
    found |= dict(_pipelines(host))
    return {path: _stamped(path, text) for path, text in found.items()}


def checked_name(name: str, folder: Path) -> str:
    """The name of a project; without one, made from that of its folder.

    Raises:
        TpaError: Pulumi allows no project of that name.
    """
    if name and not re.fullmatch(r"[A-Za-z0-9_.-]{1,100}", name):
        raise TpaError(f"--name: '{name}' can't be a name: use letters, digits, '-', '_' and '.'")
    return name or slug(folder.resolve().name)[:100] or "partners"


def host_of(root: Path) -> Host:
    """By the pipelines of ours that are there."""
    for host in (Host.GITHUB, Host.GITLAB):
        own = (root / path for path, _ in _pipelines(host) if not path.startswith(SCRIPTS))
        if any(_STAMPED.search(_read(file)) for file in own):
            return host
    return Host.NONE


def states(root: Path) -> Iterator[tuple[str, State, str, str]]:
    """Of each file that moves with the tool: path, state, its text, and the tool's.

    Raises:
        TpaError: the project was not made by `tpa init`, or by a newer version of it.
    """
    check_version(root)
    made = tool_files(project_name(root), host_of(root))
    for path, text in {**made, **_schemas()}.items():
        file = root / path
        own = _read(file)
        generated = path not in made
        state = _state(own, text, generated=generated) if file.is_file() else State.MISSING
        yield path, state, own, text


def check_version(root: Path) -> None:
    """Whether this tool can say what moved since the project was made.

    Raises:
        TpaError: it can't.
    """
    pin, own = pinned_version(root), own_version()
    if pin is None:
        raise TpaError(
            f"{root.name} was not made by tpa init: its {REQUIREMENTS} pins no version of the tool"
        )
    if _numbers(pin) > _numbers(own):
        raise TpaError(
            f"{root.name} is for tpa {pin}, which is newer than this one, {own}\n"
            f"  fix: .venv/bin/pip install -r {REQUIREMENTS}, and call that of .venv; or upgrade"
            " the one that you called"
        )


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""


def _state(own: str, made: str, *, generated: bool) -> State:
    if own == made or _body(own) == _body(made):
        return State.UNCHANGED
    if generated:
        return State.NEWER
    stamp = _STAMPED.search(own)
    if stamp is None:
        return State.YOURS
    moved = stamp[1] != _digest(_body(made))
    if stamp[1] == _digest(_body(own)):
        return State.NEWER
    return State.BOTH if moved else State.EDITED


def _first_files() -> dict[str, str]:
    """The team's own from the first day."""
    files = sorted((TEMPLATES / STACKS).rglob("*.yaml"))
    return {str(file.relative_to(TEMPLATES)): file.read_text(encoding="utf-8") for file in files}


def _schemas() -> Mapping[str, str]:
    return {f"{FOLDER}/{name}": text for name, text in schemas().items()}


def _filled_in(file: Path, name: str) -> str:
    text = file.read_text(encoding="utf-8")
    return text.replace("@name@", name).replace("@version@", own_version())


def _pipelines(host: Host) -> Iterator[tuple[str, str]]:
    """GitHub reads .github, GitLab one file in the root; the scripts that they call stay."""
    folders = [] if host is Host.NONE else [PIPELINES / "shell", PIPELINES / host.value]
    for folder in folders:
        for file in sorted(each for each in folder.rglob("*") if each.is_file()):
            place = f"pipelines/{folder.name}/{file.relative_to(folder).as_posix()}"
            place = place.replace("pipelines/github/", ".github/")
            place = place.replace(f"pipelines/gitlab/{GITLAB}", GITLAB)
            yield place, file.read_text(encoding="utf-8")


def _stamped(path: str, text: str) -> str:
    line = STAMP.format(_digest(text))
    return text + (f"<!-- {line} -->\n" if path.endswith(".md") else f"# {line}\n")


def _body(text: str) -> str:
    return _STAMPED.sub("", text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
