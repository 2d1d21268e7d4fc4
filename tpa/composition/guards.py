"""Guards of a stack's resources: imports of adopted objects, the order of lists, and hooks before
a write.

Hooks are bound before create and before update only: a hook before delete would make a plain
`pulumi destroy` fail, since that runs no program. Renames are guarded all the same: they create
first.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

import pulumi
from pulumi import (
    ResourceHook,
    ResourceHookArgs,
    ResourceHookBinding,
    ResourceHookOptions,
    ResourceTransformationArgs,
    ResourceTransformationResult,
)

from auth0_third_party.model.names import application_key
from tpa.composition.unfinished import UnfinishedWrites, lost_keys
from tpa.environments.stack_state import CLIENT, CREDENTIALS, GRANT, Lists, ResourceKey
from tpa.verbs import pastable

Refusal = Callable[[str, Mapping[str, Any]], str | None]
"""Logical name and inputs -> why it may not be written."""
FIXED = {
    "thirdPartySecurityMode": "the security mode",
    "isFirstParty": "the ownership (first-party or third-party)",
}
"""TP-CREATE-24 and TP-CREATE-25."""


class Refused(Exception):
    """A write that must not happen; the engine shows the text to the user."""


def guards(
    refusal: Refusal,
    adopted: Mapping[ResourceKey, str],
    unfinished: UnfinishedWrites,
    known: Mapping[ResourceKey, Lists],
    untagged: Collection[str] = (),
) -> list[pulumi.ResourceTransformation]:
    """Transformations for the components of a stack.

    Args:
        refusal: asked before a client grant is created.
        adopted: live objects to import: they belong to this stack, and are not in its state.
        unfinished: what a failed run left is written before the next update.
        known: lists of the resources that exist, whose order is kept: it means nothing to Auth0,
            and the plugin would write a list that has another one.
        untagged: ids of such clients that have no ownership tags yet. Their import writes nothing:
            an update in the same run would write all that the import has read, declared or not.
    """

    def before_create(arguments: ResourceHookArgs) -> None:
        reason = refusal(arguments.name, arguments.new_inputs or {})
        if reason is not None:
            raise Refused(reason)

    shown = ResourceHookOptions(on_dry_run=True)
    finished = ResourceHook("unfinished-writes", unfinished.write)
    lost = ResourceHook("lost-keys", unfinished.remove_lost_keys)
    fixed = ResourceHook("fixed-fields", keep_fixed, shown)
    read_keys = ResourceHook("known-keys", keep_known_keys, shown)
    bindings = {
        GRANT: ResourceHookBinding(
            before_create=[ResourceHook("grant-is-free", before_create, shown)],
            before_update=[finished],
        ),
        CLIENT: ResourceHookBinding(before_update=[fixed, finished]),
        CREDENTIALS: ResourceHookBinding(
            before_create=[lost], before_update=[read_keys, lost, finished]
        ),
    }

    def guarded(arguments: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        kind, name = arguments.type_, arguments.name
        imported = adopted.get((kind, name))
        own = pulumi.ResourceOptions(hooks=bindings.get(kind), import_=imported)
        if kind == CLIENT and imported in untagged:
            own.ignore_changes = ["client_metadata"]
        if own.hooks is None and own.import_ is None:
            return None
        opts = pulumi.ResourceOptions.merge(arguments.opts, own)
        props = in_known_order(arguments.props, known.get((kind, name), {}))
        return ResourceTransformationResult(props, opts)

    return [guarded]


def in_known_order(props: Mapping[str, Any], known: Lists) -> dict[str, Any]:
    """The properties with each list in the order of the known one, and what is new at its end."""
    found = dict(props)
    for name, before in known.items():
        listed = found.get(name)
        if isinstance(listed, list | tuple):
            kept = [each for each in before if each in listed]
            found[name] = [*kept, *(each for each in listed if each not in kept)]
    return found


def keep_fixed(arguments: ResourceHookArgs) -> None:
    """Refuses an update of what Auth0 fixes when it creates a client.

    Raises:
        Refused: with the command that plans the way there.
    """
    old, new = arguments.old_inputs or {}, arguments.new_inputs or {}
    for name, label in FIXED.items():
        if name in old and name in new and old[name] != new[name]:
            key = application_key(arguments.name)
            raise Refused(
                f"{arguments.name}: {label} can't be changed: Auth0 fixes it when an application"
                " is created. Plan a twin with a client id of its own:"
                f" {pastable(f'tpa twin {key}')}"
            )


def keep_known_keys(arguments: ResourceHookArgs) -> None:
    """Refuses an update of keys of which the state knows less than Auth0.

    Raises:
        Refused: with the command that reads them.
    """
    reason = lost_keys(arguments)
    if reason is not None:
        raise Refused(reason)
