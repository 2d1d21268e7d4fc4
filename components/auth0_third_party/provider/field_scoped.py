"""One engine for every resource that owns a few fields of an object which others own too.

Create remembers what the fields held and writes ours; delete restores that where the live value
is still ours, and says so where it is not. Each write is fenced: the object is read before and
after, and a run fails when another field has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, NotFound
from auth0_third_party.provider.fence import Locks, Owned, at, read, write
from auth0_third_party.provider.locate import Target
from auth0_third_party.provider.resource import UNKNOWN, InvalidInput, Properties, State, Unknown


@dataclass(frozen=True)
class Kind:
    """What to own on which object. `key` is the input that names the object, "" for a singleton.

    `locate` finds the object by that input or by the Pulumi id; it raises NotFound.
    """

    resource_type: str
    noun: str
    fields: tuple[Owned, ...]
    locate: Callable[[ManagementClient, str], Target]
    key: str = ""
    prefix: str = ""
    """How ids of such objects start."""
    facts: tuple[str, ...] = ()
    """Outputs that `locate` finds out."""
    flag: str = ""
    """An output that says whether the (constant) fields were other than ours when we came."""


class OwnedFields:
    """The resource that a `Kind` describes.

    Outputs: the inputs, `before` (what the fields held earlier), and the target's facts.
    """

    def __init__(self, kind: Kind, locks: Locks) -> None:
        self.kind = kind
        self._locks = locks
        self.resource_type = kind.resource_type
        self.replace_on_change: Sequence[str] = (kind.key,) if kind.key else ()

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        kind = self.kind
        checked: dict[str, Any] = {}
        if kind.key:
            named = news.get(kind.key)
            if not isinstance(named, Unknown) and not (isinstance(named, str) and named.strip()):
                return [
                    InvalidInput(kind.key, f"name the {kind.noun}, or give its {kind.prefix} id")
                ]
            checked[kind.key] = named
        missing = [o for o in kind.fields if o.required and news.get(o.name) is None]
        if missing:
            return [InvalidInput(owned.name, "a value is needed") for owned in missing]
        for owned in kind.fields:
            value = news.get(owned.name) if owned.constant is None else owned.constant
            if value is not None:
                checked[owned.name] = value
        return checked

    def same(self, key: str, new: Any, outputs: Properties) -> bool:
        """A name and an id are two words for one object."""
        known = (outputs.get("name"), outputs.get(f"{self.kind.key}Id"))
        return bool(self.kind.key) and key == self.kind.key and new in known

    def create(self, client: ManagementClient, inputs: Properties, *, preview: bool) -> State:
        if isinstance(inputs.get(self.kind.key), Unknown):
            later = ("before", *self.kind.facts, self.kind.flag)
            return State("", inputs, {**inputs, **{name: UNKNOWN for name in later if name}})
        target = self.kind.locate(client, str(inputs.get(self.kind.key, "")))
        with self._locks.of(target.path):
            live = read(client, target)
            before = {o.name: at(live, o.wire) for o in self.kind.fields if o.name in inputs}
            if not preview:
                write(client, target, self.kind.fields, live, inputs)
        return self._state(inputs, inputs, before, target)

    def read(self, client: ManagementClient, resource_id: str, old: State | None) -> State | None:
        kind = self.kind
        try:
            target = kind.locate(client, resource_id)
            live = read(client, target)
        except NotFound:
            return None
        key = {self.kind.key: target.name} if self.kind.key else {}
        named = {self.kind.key: old.inputs[self.kind.key]} if old and self.kind.key else key
        ours = [o for o in kind.fields if not o.optional or (old and o.name in old.inputs)]
        held = {owned.name: at(live, owned.wire) for owned in ours}
        # What is imported was there before us, and stays after us.
        found = {o.name: held[o.name] if o.constant is None else o.constant for o in ours}
        before = old.outputs.get("before", found) if old else found
        return self._state({**named, **held}, held, before, target)

    def update(
        self, client: ManagementClient, old: State, inputs: Properties, *, preview: bool
    ) -> State:
        target = self.kind.locate(client, old.id)
        with self._locks.of(target.path):
            live = read(client, target)
            before = self._before_update(old, inputs, live)
            if not preview:
                write(client, target, self.kind.fields, live, inputs)
        return self._state(inputs, inputs, before, target)

    def _before_update(self, old: State, inputs: Properties, live: Properties) -> Properties:
        before = dict(old.outputs.get("before", {}))
        for owned in self.kind.fields:
            if owned.name not in inputs:
                continue
            now = at(live, owned.wire)
            before.setdefault(owned.name, now)
            # The value changed outside since we found it right: that is what we overwrite now.
            drifted = now != old.outputs.get(owned.name) or now != inputs.get(owned.name)
            if drifted and before.get(owned.name) == inputs.get(owned.name):
                before[owned.name] = now
        return before

    def delete(self, client: ManagementClient, old: State) -> tuple[str, ...]:
        called = f"{self.kind.noun} '{old.outputs.get('name', old.id)}'"
        before = old.outputs.get("before", {})
        ours = {o.name: o.constant or old.outputs.get(o.name) for o in self.kind.fields}
        if all(before.get(name) == value for name, value in ours.items()):
            return (f"{called} was like this before us and stays so",)
        try:
            target = self.kind.locate(client, old.id)
            with self._locks.of(target.path):
                return self._restore(client, target, ours, before, called)
        except NotFound:
            return (f"{called} is gone; nothing to restore",)

    def _restore(
        self,
        client: ManagementClient,
        target: Target,
        ours: Properties,
        before: Properties,
        called: str,
    ) -> tuple[str, ...]:
        live = read(client, target)
        notes, restored = [], {}
        for owned in self.kind.fields:
            now, then = at(live, owned.wire), before.get(owned.name)
            where = ".".join(owned.wire)
            if ours[owned.name] in (None, then):
                continue
            if now != ours[owned.name]:
                notes.append(f"{called}: {where} was changed outside; left as it is")
            elif then is None and owned.stays:
                notes.append(f"{called}: {where} can't be unset; left as it is")
            else:
                restored[owned.name] = then
        write(client, target, self.kind.fields, live, restored)
        return tuple(notes)

    def _state(
        self, inputs: Properties, held: Properties, before: Properties, target: Target
    ) -> State:
        key = {self.kind.key: inputs[self.kind.key]} if self.kind.key else {}
        own = {o.name: held.get(o.name) for o in self.kind.fields if o.name in held}
        declared = {**key, **own}
        outputs = {**declared, **target.facts, "before": dict(before)}
        if self.kind.flag:
            wanted = {owned.name: owned.constant for owned in self.kind.fields}
            outputs[self.kind.flag] = any(before.get(key) != value for key, value in wanted.items())
        return State(target.id, declared, outputs)
