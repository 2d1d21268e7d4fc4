"""What a plan depends on besides the engine's part: files, live objects, the stack's state.

Of live objects a fingerprint is kept, a hash per field: a plan may be read by many, so it holds no
value, and not even the hash of a secret.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from importlib.machinery import all_suffixes
from itertools import groupby
from pathlib import Path
from typing import Any

from auth0_third_party.management import ManagementClient, ManagementError
from auth0_third_party.model.names import TAG_APPLICATION
from tpa.comparison.compare import compare
from tpa.comparison.facts import LIVE, Facts
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.definitions import TenantDefinition
from tpa.files.layout import environment_names
from tpa.files.regular import read_regular
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
OTHERS = NOT_IMPORTED | {COMPILED}
KEY_VARIABLES = ("TPA_PLAN_KEY", "PULUMI_CONFIG_PASSPHRASE")
SETTINGS = ("flags", "error_page", "dynamic_client_registration_security_mode")
Fingerprint = dict[str, dict[str, str]]
"""Description of an object -> field -> hash."""
Hashes = Mapping[str, str] | Mapping[str, dict[str, str]]
"""Of files by their paths, or a fingerprint."""
IGNORED_FIELDS = frozenset(
    (
        *("client_secret", "signing_keys", "signing_secret", "encryption_key", "options"),
        *("updated_at", "created_at", "tenant", "global", "previous_client_secrets"),
    )
)
"""Secrets, and fields that change by themselves."""


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


def domain_of(engine: Engine) -> str:
    """The tenant that an update would write to."""
    tenant = engine.tenant
    return tenant.domain if tenant else engine.workspace.catalog.environment.tenant


def _files(root: Path, environment: str) -> Iterator[Path]:
    """What an update can import or read, without files of other environments."""
    others = {name for name in environment_names(root) if name != environment}
    foreign = {
        root / f"stacks/{prefix}{name}.yaml" for name in others for prefix in ("", "Pulumi.")
    }
    for folder in _imported(root):
        yield from (
            file for file in sorted(folder.iterdir()) if not (file.is_dir() or file in foreign)
        )
    for entry in sorted(root.iterdir()):
        if entry.name in READ or (entry.name.endswith(MODULES) and not entry.is_dir()):
            yield entry


def _imported(root: Path) -> Iterator[Path]:
    """All folders that a program can import from; Python makes the compiled modules anew (see
    `forget_compiled`).
    """
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and entry.name.isidentifier() and entry.name not in OTHERS:
            yield from _folders(entry, root.resolve())


def _folders(folder: Path, root: Path | None) -> Iterator[Path]:
    """It and those below; a link is followed within `root`, and none behind it (None)."""
    if folder.is_symlink():
        if root is None or root not in folder.resolve().parents:
            raise TpaError(
                f"{folder} is a link, and what is behind it can change without a trace in the plan"
                "\n  fix: put the folder itself there"
            )
        root = None
    yield folder
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and entry.name != COMPILED:
            yield from _folders(entry, root)


def forget_compiled(root: Path) -> None:
    """Removes compiled modules: Python takes one for its source if time and size match, whatever
    is in it.
    """
    for folder in (root, *_imported(root)):
        place = folder / COMPILED
        if place.is_symlink():
            place.unlink()
        shutil.rmtree(place, ignore_errors=True)


def take_fingerprint(
    client: ManagementClient, catalog: Catalog, outputs: Mapping[str, Any]
) -> Fingerprint:
    """Reads four paged lists, and whatever else the catalog writes to.

    Of the tenant's clients only those count that are in `outputs`, or that have the ownership tag
    of an application of the catalog: others come and go by registration.

    Raises:
        ManagementError: the tenant can't be read.
    """
    clients = dict(_clients(client, catalog, outputs))
    found = {f"application {key}": _hashes(item) for key, item in clients.items()}
    keys = {item.get("client_id"): key for key, item in clients.items()}
    for grant in client.pages("/client-grants", "client_grants"):
        key = keys.get(grant.get("client_id"))
        if key is None and not grant.get("default_for"):
            continue
        whose = f"grant of {key}" if key else "default permission"
        found[f"{whose} on {grant.get('audience')} ({grant.get('subject_type')})"] = _hashes(grant)
    asked = {"fields": "id,name,is_domain_connection", "include_fields": "true"}
    for connection in client.pages("/connections", "connections", asked):
        if connection.get("name") in catalog.connections:
            promoted = connection.get("is_domain_connection", False)
            content = {"id": connection.get("id"), "is_domain_connection": promoted}
            found[f"connection {connection.get('name')}"] = _hashes(content)
    found.update(_shared(client, catalog))
    audiences = {grant.audience for _, _, grant in catalog.stated_grants()}
    for api in client.pages("/resource-servers", "resource_servers"):
        if api.get("identifier") in audiences:
            found[f"API {api.get('identifier')}"] = _hashes(api)
    return found


def _shared(client: ManagementClient, catalog: Catalog) -> Iterator[tuple[str, dict[str, str]]]:
    """Organizations that the environment names, and the tenant's settings where they are stated."""
    names = {organization.name for organization in catalog.environment.organizations.values()}
    if names:
        for item in client.pages("/organizations", "organizations"):
            if item.get("name") in names:
                yield f"organization {item.get('name')}", _hashes(item)
    if catalog.tenant != TenantDefinition():
        asked = {"fields": ",".join(SETTINGS), "include_fields": "true"}
        settings = client.get("/tenants/settings", asked)
        stated = {name: settings.get(name) for name in SETTINGS}
        yield "tenant settings", _hashes(stated)


def changes(before: Hashes, after: Hashes) -> Iterator[str]:
    """One sentence per object or file that is new, gone or changed."""
    for name, group in groupby(compare(_facts(before), _facts(after)), lambda each: each.path[0]):
        found = [*group]
        fields = ", ".join(str(field) for each in found for field in each.path[1:])
        what = f"changed: {fields}" if fields else "changed"
        if found[0].before is None and not fields:
            what = "is new"
        elif found[0].after is None and not fields:
            what = "is gone"
        yield f"{name} {what}"


def _facts(hashes: Hashes) -> Facts:
    found: Facts = {}
    for name, value in hashes.items():
        fields = {} if isinstance(value, str) else value
        found[(name,)] = LIVE if fields else value
        found |= {(name, field): each for field, each in fields.items()}
    return found


def _clients(
    client: ManagementClient, catalog: Catalog, outputs: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    recorded = outputs.get("applications") or {}
    ids = {app.get("client_id"): key for key, app in recorded.items() if isinstance(app, Mapping)}
    for item in client.pages("/clients", "clients"):
        tagged = (item.get("client_metadata") or {}).get(TAG_APPLICATION)
        if item.get("client_id") in ids:
            yield ids[item["client_id"]], item
        elif tagged in catalog.applications:
            yield f"{tagged}, unrecorded {item.get('client_id')}", item


def _hashes(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: _hash(value) for name, value in item.items() if name not in IGNORED_FIELDS}


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
