"""One stack belongs to one tenant for good: its record and its state hold that tenant's ids."""

from collections.abc import Mapping
from typing import Any

from catalog.models import Environment
from catalog.problems import Problem

PORT = "localhost:"


def other_tenant(
    environment: Environment, file: str, domain: str, outputs: Mapping[str, Any]
) -> Problem | None:
    """What is wrong where the stack was applied to another tenant than `domain`.

    `outputs`: the stack's own after its last run; empty before the first one.
    """
    recorded = str(outputs.get("tenant", domain))
    if recorded == domain:
        return None
    back = f"name {recorded} again"
    if environment.embedded and recorded.startswith(PORT):
        back = f"state embedded_port: {recorded.removeprefix(PORT)} again"
    return Problem(
        file,
        0,
        "tenant",
        f"the stack was applied to {recorded}, and would now go to {domain}",
        "its record says what exists in the old tenant; in the new one it would change or delete by"
        " ids that mean nothing there",
        f"use a new environment for {domain}, or {back}",
    )
