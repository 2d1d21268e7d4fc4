"""What tests that run `tpa drift` share."""

import json
from typing import Any

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run

NAME = "applications/portal/name"
RULE = {"applications/*/description": "partners word it"}


def report(run: Run, stack: AppliedStack, *arguments: str) -> Any:
    return json.loads(run(stack.root, "drift", "--json", *arguments).output)


def dev_file(stack: AppliedStack) -> dict[str, Any]:
    return {
        "tenant": stack.tenant.domain,
        "connections": {"customers": "customers"},
    }
