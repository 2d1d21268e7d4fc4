"""What passes on its way to the engine: adopted ids, and hooks before create and update alone."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi import ResourceHookArgs, ResourceTransformationArgs, ResourceTransformationResult

from tpa.composition import guards as module
from tpa.composition.guards import Refused, guards, in_known_order, keep_fixed
from tpa.composition.unfinished import UnfinishedWrites
from tpa.environments.stack_state import CLIENT, CREDENTIALS, GRANT


class Hook:
    """Stands for the SDK's, which registers itself with a running engine."""

    def __init__(self, name: str, callback: Callable[..., None], opts: Any = None) -> None:
        self.name, self.callback, self.opts = name, callback, opts


class Writes(UnfinishedWrites):
    """Notes what it is asked for."""

    def __init__(self, asked: list[ResourceHookArgs]) -> None:
        self.asked = asked

    def write(self, arguments: ResourceHookArgs) -> None:
        self.asked.append(arguments)


@pytest.fixture
def written() -> list[ResourceHookArgs]:
    """The updates before which unfinished writes were looked for."""
    return []


@pytest.fixture
def transform(
    monkeypatch: pytest.MonkeyPatch, written: list[ResourceHookArgs]
) -> Callable[..., pulumi.ResourceOptions | None]:
    """The options that a resource of this type and name ends with."""
    monkeypatch.setattr(module, "ResourceHook", Hook)

    def options(kind: str, name: str) -> pulumi.ResourceOptions | None:
        def refusal(named: str, _: object) -> str | None:
            return "somebody is there" if named == "taken" else None

        (transformation,) = guards(refusal, {(CLIENT, "orphan"): "tpc_1"}, Writes(written), {})
        own = pulumi.ResourceOptions(protect=True)
        arguments = ResourceTransformationArgs(None, kind, name, {}, own)  # type: ignore[arg-type]
        done = transformation(arguments)
        assert done is None or isinstance(done, ResourceTransformationResult)
        return None if done is None else done.opts

    return options


def test_hooks_stand_before_create_and_update_alone(transform: Callable[..., Any]) -> None:
    """What refuses does so in a preview too; what writes does not."""
    for kind in (GRANT, CLIENT, CREDENTIALS):
        options = transform(kind, "any")
        bound = {name: hooks for name, hooks in vars(options.hooks).items() if hooks}
        assert bound.keys() <= {"before_create", "before_update"}
        shown = {hook.name for hooks in bound.values() for hook in hooks if hook.opts is not None}
        assert shown == {"grant-is-free", "fixed-fields", "known-keys"} & {
            hook.name for hooks in bound.values() for hook in hooks
        }
        assert options.protect


def test_what_a_failed_update_left_is_looked_for(
    transform: Callable[..., Any], written: list[ResourceHookArgs]
) -> None:
    arguments = ResourceHookArgs("urn", "cgr_1", "grant", GRANT, {}, {}, None, {})
    transform(GRANT, "any").hooks.before_update[-1].callback(arguments)
    assert written == [arguments]


def test_other_resources_pass_untouched(transform: Callable[..., Any]) -> None:
    assert transform("auth0:index/clientCimd:ClientCimd", "any") is None


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
