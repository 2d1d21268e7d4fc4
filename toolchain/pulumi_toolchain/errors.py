"""The exceptions of this package whose text is written for the user."""


class ToolchainError(Exception):
    """One clean sentence or two: what failed, why, and what to do about it."""


class VendorUnreachableError(ToolchainError):
    """No connection, or no such file: the next source is tried."""
