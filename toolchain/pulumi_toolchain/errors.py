"""The one exception of this package that a person is meant to read."""


class ToolchainError(Exception):
    """One clean sentence or two: what failed, why, and what to do about it."""
