"""The gate in the program: reads what the earlier environment applied, and stops or lets pass."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from stacks.engine_state import answered_outputs
from stacks.settings import Settings
from tpa.environments.gate import EarlierRecordUnavailable, check_gate
from tpa.environments.stack_state import StackState, UnreadableState, exported_state
from tpa.files.catalog import Catalog, applied_catalog
from tpa.files.environment import Environment
from tpa.files.problems import CatalogError, Problem
from tpa.files.record import OUTPUT, Record, UnreadableRecord, read_record
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

    def outputs(self) -> dict[str, object]:
        return {OUTPUT: self.record.as_output()}


def admit(root: Path, catalog: Catalog, settings: Settings) -> Admission:
    """Lets the catalog pass, or says what has to be applied first.

    Raises:
        CatalogError: definitions without a proof and without a reason.
    """
    before = _own_record(catalog, settings)
    if settings.restoring:
        what = "restoring what the last update applied; no change of the files is applied"
        return Admission(applied_catalog(catalog, before), before, (what,))
    result = check_gate(catalog, before, lambda: earlier_record(root, catalog.environment))
    if result.problems:
        raise CatalogError(result.problems)
    overrides = result.record.overrides.items()
    ahead = (f"{key} is ahead of {o.earlier}: {o.reason}" for key, o in overrides)
    return Admission(catalog, result.record, (*ahead, *map(str, result.warnings)))


def earlier_record(root: Path, environment: Environment) -> Record:
    """What the environment that `environment` advances from has applied; empty where it never did.

    Raises:
        EarlierRecordUnavailable: it can't be read.
    """
    name = environment.advances_from or ""
    try:
        backend = earlier_backend(environment, read_environments(root))
        state = answered_outputs(name) if backend is None else _exported(root, name, backend)
        return read_record(state.outputs) or Record()
    except UnreadableRecord as error:
        fix = f"run make up ENV={name} first, with this version"
        raise EarlierRecordUnavailable(f"{name} can't be compared: {error}", fix) from None
    except UnreadableState as error:
        what = f"the state of {name} can't be read: {error}"
        fix = f"give this run access to it (backend in stacks/{name}.yaml, and its credentials)"
        raise EarlierRecordUnavailable(what, fix) from None


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


def _own_record(catalog: Catalog, settings: Settings) -> Record:
    try:
        return read_record(settings.state.outputs) or Record()
    except UnreadableRecord as error:
        what = f"this stack can't be compared: {error}"
        fix = "use the version of this project that applied it last, or a later one"
        problem = Problem(catalog.file, 0, (), what, fix=fix, rule="ENV-08")
        raise CatalogError([problem]) from None
