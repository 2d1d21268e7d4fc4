"""What the engine holds of each definition: that alone is recorded as applied.

With `--target`, `--exclude` or `refresh --run-program` the program declares everything, but the
engine leaves some resources as they were and answers with their old values, or with none where it
did not create them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pulumi
from pulumi import ResourceTransformationArgs
from pulumi.output import contains_unknowns

from auth0_third_party.model import names
from auth0_third_party.model.values import same_value
from tpa.environments.stack_state import GRANT
from tpa.files.record import DEFAULTS, TENANT, Entry, Identity, Leaving, Record

CONNECTIONS = Identity("connections", "shared")
ORGANIZATIONS = Identity("organizations", "shared")
"""Parts of a stack that belong to several definitions."""
CLEARED = frozenset({"allow_all_scopes", "authorization_details_types", "scopes"})
"""What a grant does not have where it is not declared; elsewhere that is left to the plugin."""
Noted = tuple[str, pulumi.CustomResource, Mapping[str, Any]]
"""A resource's type, itself, and what is declared of it."""


class AppliedResources:
    """The resources of each part of a stack."""

    def __init__(self) -> None:
        self._noted: dict[Identity, list[Noted]] = {}

    def part(self, key: Identity, opts: pulumi.ResourceOptions) -> pulumi.ResourceOptions:
        """`opts` for a component whose resources that part is made of."""

        def note(arguments: ResourceTransformationArgs) -> None:
            if isinstance(arguments.resource, pulumi.CustomResource):
                resource = (arguments.type_, arguments.resource, arguments.props)
                self._noted.setdefault(key, []).append(resource)

        return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(transformations=[note]))

    def record(self, declared: Record, before: Record) -> pulumi.Output[Record]:
        """`declared` as far as the engine holds it, and `before` where it does not."""
        if pulumi.runtime.is_dry_run():  # a preview records nothing, and shows what an update would
            return pulumi.Output.from_input(declared)
        changed = set(declared.differing_definitions(before)) & declared.definitions.keys()
        parts = (*changed, ORGANIZATIONS)
        promotions = {str(each[2]["connection"]): each for each in self._noted.get(CONNECTIONS, ())}
        held = (map(self._holds, parts), map(_holds, promotions.values()))
        return pulumi.Output.all(*(pulumi.Output.all(*each) for each in held)).apply(
            lambda held: _recorded(
                declared, before, _missing(parts, held[0]), _missing(promotions, held[1])
            )
        )

    def _holds(self, part: Identity) -> pulumi.Output[bool]:
        return pulumi.Output.all(*map(_holds, self._noted.get(part, ()))).apply(all)


def existing(values: Mapping[str, Mapping[str, Any]]) -> pulumi.Output[dict[str, Any]]:
    """Those of objects that there are after an update: what the engine did not create has no id."""
    if pulumi.runtime.is_dry_run():
        return pulumi.Output.all(**values).apply(dict)  # of none, the SDK makes a list
    found = {
        key: pulumi.Output.from_input(value).apply(_complete_or_none, run_with_unknowns=True)
        for key, value in values.items()
    }
    return pulumi.Output.all(**found).apply(
        lambda each: {key: value for key, value in dict(each).items() if value is not None}
    )


def _complete_or_none(value: Any) -> Any:
    return None if contains_unknowns(value) or None in value.values() else value


def _missing(parts: Iterable[Any], held: Iterable[bool]) -> frozenset[Any]:
    return frozenset(part for part, holds in zip(parts, held, strict=True) if not holds)


def _recorded(
    declared: Record, before: Record, parts: frozenset[Identity], connections: frozenset[str]
) -> Record:
    """The record where these parts and the promotions of these connections were not applied."""
    users = declared.connection_users
    late = {*parts, *(key for name in connections for key in users.get(name, ()))}
    late &= declared.definitions.keys()
    declared = declared.model_copy(update={"leaving": _leaving(declared, before)})
    admitted = before.admitted if ORGANIZATIONS in parts else declared.admitted
    if not late:
        return declared.model_copy(update={"admitted": admitted})
    entries = _but_late(declared.definitions, before.definitions, late)
    return declared.model_copy(
        update={
            "admitted": admitted,
            "definitions": entries,
            "overrides": _but_late(declared.overrides, before.overrides, late),
            "audiences": {**declared.audiences, **before.audiences},
            "connections": {**declared.connections, **before.connections},
            "organizations": {**declared.organizations, **before.organizations},
        }
    )


def _leaving(declared: Record, before: Record) -> dict[Identity, Leaving]:
    """The definitions of which this run is to delete resources."""
    found = {}
    for key, entry in before.definitions.items():
        gone = _resource_names(key, entry) - _resource_names(key, declared.definitions.get(key))
        if gone:
            found[key] = Leaving(entry=entry, resources=tuple(sorted(gone)))
    return found


def _resource_names(of: Identity, entry: Entry | None) -> set[str]:
    """Of a client and its grants, and of default permissions."""
    if entry is None or of == TENANT:
        return set()
    parent = names.DEFAULTS if of == DEFAULTS else names.grants_name(of.key)
    own = set() if of == DEFAULTS else {names.client_name(of.key)}
    grants = ((each["api"], each["subject_type"]) for each in entry.definition.get("grants", ()))
    return own | {names.permission_name(parent, *each) for each in grants}


def _but_late(
    declared: Mapping[Identity, Any], before: Mapping[Identity, Any], late: Iterable[Identity]
) -> dict[Identity, Any]:
    kept = {key: each for key, each in declared.items() if key not in late}
    return {**kept, **{key: before[key] for key in late if key in before}}


def _holds(noted: Noted) -> pulumi.Output[bool]:
    """Whether the engine holds everything plain that is declared of a resource. What is made of
    another resource, such as a client id, does not change with a definition.
    """
    kind, resource, props = noted
    cleared = CLEARED if kind == GRANT else frozenset()
    declared = {
        name: value
        for name, value in props.items()
        if (value is not None or name in cleared) and not isinstance(value, pulumi.Output)
    }
    found = {name: pulumi.get(resource, name) for name in declared}

    def compare(values: Any) -> bool:
        return not contains_unknowns(values) and _is_in(declared, values[0])

    answer = pulumi.Output.all(found, resource.id)
    return pulumi.Output.unsecret(answer.apply(compare, run_with_unknowns=True))


def _is_in(declared: Any, found: Any) -> bool:
    """Whether a value holds what is declared; the plugin adds fields of its own to blocks."""
    if declared is None:
        return not found
    if isinstance(declared, Mapping):
        return all(_is_in(value, _field(found, name)) for name, value in declared.items())
    if isinstance(declared, list | tuple) and any(isinstance(each, Mapping) for each in declared):
        found = list(found or ())
        both = len(found) == len(declared)
        return both and all(any(_is_in(each, other) for other in found) for each in declared)
    return same_value(declared, found)


def _field(found: Any, name: str) -> Any:
    """From a mapping, or from a block with the SDK's names."""
    if isinstance(found, Mapping) and name in found:
        return found[name]
    return getattr(found, name, None)
