"""The program of one stack: settings -> catalog -> gate -> preflight -> components -> outputs."""

import gc
import signal
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


def run(root: Path) -> None:
    """What a project's `__main__.py` calls; `root` is the folder of its `Pulumi.yaml`."""
    # Ctrl-C ends this program at once; the engine finishes its calls, and no traceback is shown.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    send_no_debug_lines()
    # The SDK makes new objects all the time and few cycles of them (4 MB for 500 resources), and
    # each search for cycles goes through its thousands of classes: a third of a run's time.
    gc.disable()
    try:
        declare(root)
    except CatalogError as error:
        raise pulumi.RunError(str(error)) from None


def send_no_debug_lines() -> None:
    """The SDK sends the engine five lines for each resource, a call each, which only `--debug`
    shows: a fifth of a run's processor time. There is no setting for it.
    """
    pulumi.log.debug = lambda *_, **__: None


def declare(root: Path) -> None:
    """Everything is read and checked before the first resource is declared.

    Raises `CatalogError` with all problems at once.
    """
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
