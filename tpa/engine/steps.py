"""What the engine does with one resource, as its events tell it, without secrets."""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.model.values import Model
from auth0_third_party.rules import holds_secret, names_secret

SECRET, UNKNOWN = "(secret)", "(known after the update)"
HIDDEN = "[secret]"
NOT_KNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What an event has in place of a value; the engine's own marks."""
LONGEST = 300
"""Characters of a value that are shown: a page of HTML has thousands."""
MOST_KEPT = 5
"""Entries of a list that stay and are shown; more are counted."""
REMEMBERED = "auth0-third-party:index:Remembered"
REMEMBERED_INPUTS = {"before", "ownClients"}
"""Of our own resources: what they need to know of the tenant, and don't write."""
SIGNS = {"create": "+", "update": "~", "delete": "-", "replace": "±", "import": "=", "refresh": "~"}
PARTS = {"create-replacement", "delete-replaced"}
"""Steps of a replacement, which is one change: `replace`."""
PUBLIC_ENDS = ("Method", "Type", "Policy", "Format", "Dialect", "Id", "Url", "Uri")
"""Of names like `tokenEndpointAuthMethod`, which say something about a secret."""
QUIET = {"same", "read", "read-discard", "refresh", "discard-replaced", "remove-pending-replace"}
"""Steps that change nothing in the tenant."""


class Value(Model):
    """One property that changes; a side that there is not is empty."""

    property: str
    before: str = ""
    after: str = ""


class Step(Model):
    """One resource that changes. `kind`: its type without the package, such as `ClientGrant`."""

    action: str
    kind: str
    name: str
    values: tuple[Value, ...] = ()

    @property
    def sign(self) -> str:
        return SIGNS.get(self.action, "?")


def step_in(metadata: Mapping[str, Any]) -> Step | None:
    """The change that an event's `metadata` tells of; None for one that concerns no object of a
    tenant: a component, a provider, a note of what there was before.

    Source: `StepEventMetadata`, https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
    """
    action, kind = str(metadata.get("op", "")), str(metadata.get("type", ""))
    old, new = metadata.get("old") or {}, metadata.get("new") or {}
    custom = bool((new or old).get("custom"))
    if action in QUIET | PARTS or not custom or kind.startswith("pulumi:") or kind == REMEMBERED:
        return None
    name = str(metadata.get("urn", "")).rpartition("::")[2]
    return Step(
        action=action,
        kind=kind.rpartition(":")[2],
        name=name,
        values=tuple(_values(metadata, old, new)),
    )


def _values(
    metadata: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Value]:
    before, after = old.get("inputs") or {}, new.get("inputs") or {}
    if not new:
        return  # all of it goes
    if not old:
        for name, value in sorted(after.items()):
            if _stated(name, value) and name not in REMEMBERED_INPUTS:
                yield Value(property=name, after=_text(name, value))
        return
    names = metadata.get("diffs") or [*before, *(each for each in after if each not in before)]
    for name in dict.fromkeys(names):
        was, will = before.get(name), after.get(name)
        if was == will:  # it was changed in the tenant, and is changed back
            was = (old.get("outputs") or {}).get(name)
        if was != will and not name.startswith("__"):
            yield from _changed(name, was, will)


def _changed(path: str, was: Any, will: Any) -> Iterator[Value]:
    """Of a block, its fields; of a long list, what is new in it and what is gone."""
    if isinstance(was, Mapping) and isinstance(will, Mapping):
        for name in sorted(was.keys() | will.keys()):
            if was.get(name) != will.get(name) and _stated(name, will.get(name, was.get(name))):
                yield from _changed(f"{path}.{name}", was.get(name), will.get(name))
        return
    kept = ""
    if isinstance(was, list) and isinstance(will, list):
        lost = [each for each in was if each not in will]
        gained = [each for each in will if each not in was]
        stay = len(was) - len(lost)
        if stay > MOST_KEPT and (lost or gained):  # else their order changes
            was, will, kept = lost, gained, f"{stay:,} that stay"
    sides = (", ".join(filter(None, (_text(path, side), kept))) for side in (was, will))
    yield Value(property=path, before=next(sides), after=next(sides))


def _stated(name: str, value: Any) -> bool:
    return not name.startswith("__") and value not in (None, "", [], {})


def _text(path: str, value: Any) -> str:
    text = _plain(path, value)
    if len(text) > LONGEST:
        return f"{text[:LONGEST]}… ({len(text):,} characters)"
    return text


def _plain(path: str, value: Any) -> str:
    if isinstance(value, str):
        hidden = _is_secret(path.rpartition(".")[2], value)
        return UNKNOWN if value.startswith(NOT_KNOWN) else SECRET if hidden else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(path, each) for each in value)
    if isinstance(value, Mapping):
        fields = ((name, each) for name, each in sorted(value.items()) if _stated(name, each))
        return ", ".join(f"{name}: {_plain(name, each)}" for name, each in fields)
    return "" if value is None else str(value)


def _is_secret(name: str, text: str) -> bool:
    """The engine has marked what it knows for secret; the rest is told by name, or by form."""
    marked = text == HIDDEN or holds_secret(text)
    return marked or (names_secret(name) and not name.endswith(PUBLIC_ENDS))
