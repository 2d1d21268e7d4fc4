"""Fixtures of plain tenants, shared with the other features."""

from tests.tpa.surveyed import adopted, files

__all__ = ["adopted", "files"]
