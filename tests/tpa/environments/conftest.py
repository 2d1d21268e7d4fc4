"""The small project of the files' tests."""

from tests.tpa.files.conftest import project

__all__ = ["project"]
