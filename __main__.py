"""One stack: settings -> catalog -> gate -> preflight -> components -> outputs."""

import signal
from pathlib import Path

import pulumi

from stacks.compose import compose
from stacks.gate import admit
from stacks.guards import guards
from stacks.outputs import stack_outputs
from stacks.settings import read_settings
from stacks.unfinished import UnfinishedWrites
from tpa.files.catalog import load_catalog
from tpa.files.problems import CatalogError
from tpa.preflight.natural_keys import GrantGuard
from tpa.preflight.run import run_preflight_or_fail

# Ctrl-C ends this program at once; the engine finishes its calls. A traceback would say nothing.
signal.signal(signal.SIGINT, signal.SIG_DFL)
root = Path(__file__).parent
try:
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
except CatalogError as error:
    raise pulumi.RunError(str(error)) from None

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
