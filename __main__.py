"""One stack: settings -> catalog -> gate -> preflight -> components -> outputs."""

from pathlib import Path

import pulumi

from catalog import CatalogError, load_catalog
from preflight import check_or_fail
from stacks.compose import compose
from stacks.gate import admit
from stacks.outputs import stack_outputs
from stacks.settings import read_settings

root = Path(__file__).parent
try:
    catalog = load_catalog(root, pulumi.get_stack())
    settings = read_settings(catalog.environment, catalog.file)
    admission = admit(root, catalog, settings)
    warnings = check_or_fail(catalog, settings.credentials, settings.previous)
except CatalogError as error:
    raise pulumi.RunError(str(error)) from None

for warning in (*admission.warnings, *warnings):
    pulumi.warn(str(warning))
outputs = stack_outputs(catalog, settings, compose(catalog, settings))
for name, value in (outputs | admission.outputs()).items():
    pulumi.export(name, value)
