"""One stack: settings -> catalog -> preflight -> components -> outputs."""

from pathlib import Path

import pulumi

from catalog import CatalogError, load_catalog
from preflight import check_or_fail
from stacks.compose import compose, stack_outputs
from stacks.settings import read_settings

try:
    catalog = load_catalog(Path(__file__).parent, pulumi.get_stack())
    settings = read_settings(catalog.environment, catalog.file)
    warnings = check_or_fail(catalog, settings.credentials, settings.previous)
except CatalogError as error:
    raise pulumi.RunError(str(error)) from None

for warning in warnings:
    pulumi.warn(str(warning))
for name, value in stack_outputs(catalog, settings, compose(catalog, settings)).items():
    pulumi.export(name, value)
