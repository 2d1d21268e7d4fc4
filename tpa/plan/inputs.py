"""What a plan depends on besides the engine's part: files, live objects, the stack's state."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from importlib.machinery import all_suffixes
from pathlib import Path

from auth0_third_party.management import ManagementError
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.regular import read_regular
from tpa.files.sources import environment_names
from tpa.plan.fingerprint import Fingerprint, take_fingerprint
from tpa.terminal.progress import progress

NOT_IMPORTED = frozenset(
    (
        "benchmarks",
        "build",
        "dist",
        "docs",
        "emulator",
        "examples",
        "pipelines",
        "tests",
        "toolchain",
    )
)
"""Folders of the project that no update imports or reads. Any other folder, and any module beside
`__main__.py`, can be imported by the program, or in place of a library of the same name."""
READ = ("Pulumi.yaml", "requirements.txt", "constraints.txt")
"""What the engine reads besides; the requirements say what .venv holds."""
MODULES = tuple(all_suffixes())
LARGEST = 256 * 2**20
"""Bytes of a file of the program."""
COMPILED = "__pycache__"
KEY_VARIABLES = ("TPA_PLAN_KEY", "PULUMI_CONFIG_PASSPHRASE")


def file_hashes(root: Path, environment: str) -> dict[str, str]:
    """Every file that decides what an update of `environment` does, by its path."""
    found = {}
    for file in _files(root, environment):
        content = read_regular(file, most=LARGEST)
        found[file.relative_to(root).as_posix()] = hashlib.sha256(content).hexdigest()
    return found


def live_fingerprint(engine: Engine) -> Fingerprint:
    """The tenant's objects as they are now.

    Raises:
        TpaError: the tenant can't be read.
    """
    root, catalog = engine.workspace.root, engine.workspace.catalog
    try:
        with (
            progress(f"reading the tenant of {catalog.name}") as going,
            open_management(root, catalog, going.wait) as client,
        ):
            return take_fingerprint(client, catalog, engine.state().outputs)
    except ManagementError as error:
        raise TpaError(f"the tenant of {catalog.name} can't be read: {error}") from None


def state_hash(export: str) -> str:
    """The hash of a stack's resources, out of what `pulumi stack export` prints."""
    resources = json.loads(export).get("deployment", {}).get("resources") or []
    return hashlib.sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()


def plan_key(environment: Mapping[str, str]) -> str:
    """The key that seals plans: TPA_PLAN_KEY, or the passphrase of the stack; else empty."""
    for name in KEY_VARIABLES:
        if environment.get(name):
            return environment[name]
    file = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else ""


def domain_of(workspace: Workspace, engine: Engine) -> str:
    """The tenant that an update would write to."""
    return engine.tenant.domain if engine.tenant else workspace.catalog.environment.tenant


def _files(root: Path, environment: str) -> Iterator[Path]:
    """What an update can import or read, without files of other environments."""
    others = {name for name in environment_names(root) if name != environment}
    foreign = {
        root / f"stacks/{prefix}{name}.yaml" for name in others for prefix in ("", "Pulumi.")
    }
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name.isidentifier() and entry.name not in NOT_IMPORTED:
            yield from (file for file in _inside(entry) if file not in foreign)
        elif entry.name in READ or (entry.name.endswith(MODULES) and not entry.is_dir()):
            yield entry


def _inside(folder: Path) -> Iterator[Path]:
    """All files below a folder; Python makes the compiled ones anew (see `forget_compiled`)."""
    if folder.is_symlink():
        raise TpaError(
            f"{folder} is a link, and what is behind it can change without a trace in the plan\n"
            "  fix: put the folder itself there"
        )
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir():
            yield entry
        elif entry.name != COMPILED:
            yield from _inside(entry)


def forget_compiled(root: Path) -> None:
    """Removes compiled modules: Python takes one for its source if time and size match, whatever
    is in it.
    """
    folders = [root, *(e for e in root.iterdir() if e.name.isidentifier() and e.is_dir())]
    for folder in folders:
        places = [folder / COMPILED] if folder == root else sorted(folder.rglob(COMPILED))
        for place in places:
            shutil.rmtree(place, ignore_errors=True)
