"""Fixtures of plain tenants, shared with the other features."""

from tests.tpa.matching_tenant import adopted, files

__all__ = ["adopted", "files"]
