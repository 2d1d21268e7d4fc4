"""One stack: settings -> catalog -> gate -> preflight -> components -> outputs."""

from pathlib import Path

import pulumi

from tpa.composition.compose import compose
from tpa.composition.gate import admit
from tpa.composition.guards import guards
from tpa.composition.outputs import stack_outputs
from tpa.composition.settings import read_settings
from tpa.composition.unfinished import UnfinishedWrites
from tpa.files.catalog import load_catalog
from tpa.files.problems import CatalogError
from tpa.preflight.natural_keys import GrantGuard
from tpa.preflight.run import run_preflight_or_fail


def declare(root: Path) -> None:
    """Declares the stack of the project in `root`.

    Raises:
        RunError: all problems at once; the engine shows the text alone.
    """
    try:
        _declare(root)
    except CatalogError as error:
        raise pulumi.RunError(str(error)) from None


def _declare(root: Path) -> None:
    """Everything is read and checked before the first resource is declared."""
    catalog = load_catalog(root, pulumi.get_stack())
    settings = read_settings(catalog.environment, catalog.file)
    admission = admit(root, catalog, settings)
    catalog = admission.catalog
    preflight = run_preflight_or_fail(
        catalog,
        settings.credentials,
        settings.state.outputs,
        stack=settings.stack_tag,
        held=settings.state.resources,
        updating=not pulumi.runtime.is_dry_run(),
        restoring=settings.restoring,
    )
    for warning in (*admission.warnings, *preflight.warnings):
        pulumi.warn(str(warning))
    guard = GrantGuard(
        catalog,
        settings.credentials,
        settings.stack_tag,
        settings.state.resources,
        preflight.clients,
    )
    unfinished = UnfinishedWrites(settings.credentials)
    known = {**settings.state.resources.lists, **preflight.lists}
    untagged = catalog.environment.adopt.values()
    guarded = guards(guard.refusal, preflight.imports, unfinished, known, untagged)
    composition = compose(catalog, settings, guarded)
    for name, value in stack_outputs(catalog, settings, composition, admission.record).items():
        pulumi.export(name, value)
