"""The gate in the program: reads what the earlier environment applied, and stops or lets pass."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tpa.composition.engine_state import answered_state
from tpa.composition.settings import Settings
from tpa.environments.gate import check_gate
from tpa.environments.stack_state import StackState, UnreadableState, exported_state
from tpa.files.catalog import Catalog, applied_catalog
from tpa.files.environment import Environment
from tpa.files.problems import CatalogError
from tpa.files.record import Record
from tpa.files.sources import read_environments

TIMEOUT = 60
"""Seconds that another backend may take to answer."""
OWN_STACK_VARIABLES = ("PULUMI_OPTION_CONFIG_FILE", "PULUMI_STACK", "PULUMI_CONFIG")


@dataclass(frozen=True)
class Admission:
    """What is applied, the record that the stack writes then, and warnings for who applies it."""

    catalog: Catalog
    record: Record
    warnings: tuple[str, ...]


def admit(root: Path, catalog: Catalog, settings: Settings) -> Admission:
    """Lets the catalog pass, or says what has to be applied first.

    Raises:
        CatalogError: definitions without a proof and without a reason, or a record that this
            version can't read.
    """
    if settings.restoring:
        record = settings.state.record(catalog.name)
        what = "restoring what the last update applied; no change of the files is applied"
        return Admission(applied_catalog(catalog, record), record, (what,))
    result = check_gate(catalog, settings.state, lambda: earlier_state(root, catalog.environment))
    if result.problems:
        raise CatalogError(result.problems)
    overrides = result.record.overrides.items()
    ahead = (f"{key} is ahead of {o.earlier}: {o.reason}" for key, o in overrides)
    return Admission(catalog, result.record, (*ahead, *map(str, result.warnings)))


def earlier_state(root: Path, environment: Environment) -> StackState:
    """The state of the environment that `environment` advances from; empty before its first run.

    Raises:
        UnreadableState: why it can't be read.
    """
    name = environment.advances_from or ""
    backend = earlier_backend(environment, read_environments(root))
    if backend is None:
        return answered_state(name, resources=False)
    return _exported(root, name, backend)


def earlier_backend(
    environment: Environment, environments: Mapping[str, Environment]
) -> str | None:
    """Where the state of the earlier environment is kept; None: in the backend of this run.

    Raises:
        UnreadableState: its file does not say where, and this environment's does.
    """
    name = environment.advances_from or ""
    backend = environments[name].backend if name in environments else None
    if backend == environment.backend:
        return None
    if backend is None:
        raise UnreadableState(
            f"stacks/{name}.yaml does not say where its state is kept (backend: …)"
        )
    return backend


def _exported(root: Path, name: str, backend: str) -> StackState:
    """By the engine's command, since one run of the engine sees one backend."""
    cli = shutil.which("pulumi")
    if cli is None:
        raise UnreadableState("there is no pulumi on PATH to read it with")
    variables = {k: v for k, v in os.environ.items() if k not in OWN_STACK_VARIABLES}
    variables["PULUMI_BACKEND_URL"] = backend
    return exported_state(cli, name, root, variables, TIMEOUT)
