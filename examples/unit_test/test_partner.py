"""A test of a program's own: no engine, no tenant, and rules that a mistake breaks.

pytest examples/unit_test
"""

from typing import Any

import pulumi
import pytest
from partner import declare_portal
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks, set_mocks

from auth0_third_party import InvalidArguments


class Recorder(Mocks):
    """Answers each resource with its inputs, and remembers them."""

    def __init__(self) -> None:
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.inputs[args.name] = args.inputs
        return f"{args.name}-id", {"clientId": "tpc_1", **args.inputs}

    def call(self, args: MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"unexpected call of {args.token}")


@pytest.fixture
def recorder() -> Recorder:
    mocks = Recorder()
    set_mocks(mocks)
    return mocks


def test_the_portal_reads_orders_for_its_users(recorder: Recorder) -> None:
    @pulumi.runtime.test
    def program() -> None:
        declare_portal("https://portal.example/callback")

    program()
    grant = recorder.inputs["portal-grant-https-orders-example-com-user"]
    assert (grant["subjectType"], grant["scopes"]) == ("user", ["read:orders"])


def test_a_wildcard_is_refused_before_anything_is_declared(recorder: Recorder) -> None:
    with pytest.raises(InvalidArguments, match="has a wildcard"):
        declare_portal("https://*.example/callback")
    assert recorder.inputs == {}
