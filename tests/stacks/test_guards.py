"""What passes on its way to the engine: adopted ids, and hooks before create and update alone."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi import ResourceHookArgs, ResourceTransformationArgs, ResourceTransformationResult

from stacks import guards as module
from stacks.guards import Refused, guards, in_known_order, keep_fixed
from tpa.environments.stack_state import CLIENT, GRANT


class Hook:
    """Stands for the SDK's, which registers itself with a running engine."""

    def __init__(self, name: str, callback: Callable[..., None], opts: Any) -> None:
        self.name, self.callback, self.opts = name, callback, opts


@pytest.fixture
def transform(monkeypatch: pytest.MonkeyPatch) -> Callable[..., pulumi.ResourceOptions | None]:
    """The options that a resource of this type and name ends with."""
    monkeypatch.setattr(module, "ResourceHook", Hook)

    def options(kind: str, name: str) -> pulumi.ResourceOptions | None:
        def refusal(named: str, _: object) -> str | None:
            return "somebody is there" if named == "taken" else None

        (transformation,) = guards(refusal, {(CLIENT, "orphan"): "tpc_1"}, {})
        own = pulumi.ResourceOptions(protect=True)
        arguments = ResourceTransformationArgs(None, kind, name, {}, own)  # type: ignore[arg-type]
        done = transformation(arguments)
        assert done is None or isinstance(done, ResourceTransformationResult)
        return None if done is None else done.opts

    return options


def test_hooks_stand_before_create_and_update_alone(transform: Callable[..., Any]) -> None:
    for kind, when in ((GRANT, "before_create"), (CLIENT, "before_update")):
        options = transform(kind, "any")
        bound = {name for name, hooks in vars(options.hooks).items() if hooks}
        assert bound == {when}
        (hook,) = getattr(options.hooks, when)
        assert hook.opts.on_dry_run
        assert options.protect


def test_other_resources_pass_untouched(transform: Callable[..., Any]) -> None:
    assert transform("auth0:index/clientCredentials:ClientCredentials", "any") is None


def test_an_orphan_is_imported(transform: Callable[..., Any]) -> None:
    assert transform(CLIENT, "orphan").import_ == "tpc_1"
    assert transform(CLIENT, "other").import_ is None


def test_a_place_that_is_taken(transform: Callable[..., Any]) -> None:
    (hook,) = transform(GRANT, "any").hooks.before_create
    hook.callback(ResourceHookArgs("urn", "", "free", GRANT, new_inputs={}))
    with pytest.raises(Refused, match="somebody is there"):
        hook.callback(ResourceHookArgs("urn", "", "taken", GRANT, new_inputs={}))


@pytest.mark.parametrize(
    ("name", "value"), [("thirdPartySecurityMode", "permissive"), ("isFirstParty", True)]
)
def test_what_is_fixed_is_never_updated(name: str, value: object) -> None:
    old = {"thirdPartySecurityMode": "strict", "isFirstParty": False, "name": "Old"}
    new = {**old, "name": "New"}
    keep_fixed(ResourceHookArgs("urn", "", "portal-client", CLIENT, new, old))
    with pytest.raises(Refused, match="tpa twin portal"):
        keep_fixed(ResourceHookArgs("urn", "", "portal-client", CLIENT, {**new, name: value}, old))


def test_lists_keep_the_order_that_they_have() -> None:
    known = {"scopes": ("write:orders", "read:orders", "old:orders")}
    declared = {"scopes": ["read:orders", "new:orders", "write:orders"], "audience": "x"}
    assert in_known_order(declared, known) == {
        "scopes": ["write:orders", "read:orders", "new:orders"],
        "audience": "x",
    }
    assert in_known_order({"scopes": None}, known) == {"scopes": None}
