"""What is true of partner applications before any engine starts: models, rules, files.

Pure Python: nothing in here imports Pulumi, opens a network connection or reads the environment.
"""

from catalog.access import Access, effective_access
from catalog.loading import Catalog, load_catalog
from catalog.models import (
    Application,
    ClientGrant,
    DefaultPermission,
    RefreshToken,
)
from catalog.problems import CatalogError, Problem

__all__ = [
    "Access",
    "Application",
    "Catalog",
    "CatalogError",
    "ClientGrant",
    "DefaultPermission",
    "Problem",
    "RefreshToken",
    "effective_access",
    "load_catalog",
]
