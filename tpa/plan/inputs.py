"""What a plan depends on besides the engine's part: files, live objects, the stack's state."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from auth0_third_party.management import ManagementError
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.sources import environment_names
from tpa.plan.fingerprint import Fingerprint, take_fingerprint
from tpa.terminal.progress import progress

PROGRAM = (
    "components",
    "stacks",
    *("tpa/comparison", "tpa/environments", "tpa/files", "tpa/preflight", "tpa/tenant"),
)
"""Folders of the program and of its files."""
SINGLE_FILES = ("Pulumi.yaml", "__main__.py", "requirements.txt")
KEY_VARIABLES = ("TPA_PLAN_KEY", "PULUMI_CONFIG_PASSPHRASE")


def file_hashes(root: Path, environment: str) -> dict[str, str]:
    """Every file that decides what an update of `environment` does, by its path."""
    found = {}
    for file in _files(root, environment):
        found[file.relative_to(root).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
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
            return take_fingerprint(client, catalog, engine.outputs())
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
    """Without files of other environments, and without compiled ones."""
    others = {name for name in environment_names(root) if name != environment}
    foreign = {
        root / f"stacks/{prefix}{name}.yaml" for name in others for prefix in ("", "Pulumi.")
    }
    yield from (root / name for name in SINGLE_FILES)
    for folder in PROGRAM:
        for file in sorted((root / folder).rglob("*")):
            hidden = any(
                part.startswith((".", "__pycache__")) for part in file.relative_to(root).parts
            )
            if file.is_file() and file not in foreign and not hidden:
                yield file
