"""One engine for every resource that owns a few fields of an object which others own too.

Create writes our fields. What they held before is remembered by a resource of its own
(`remembered`), which restores it; one that is used without it remembers and restores itself. That
happens where the live value is still ours, and where nobody else needs it. Each write is fenced:
the object is read before and after, and a run fails when another field has changed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, NotFound
from auth0_third_party.provider.doors import Claims, Json, still_needed
from auth0_third_party.provider.fence import Locks, Owned, Target, at, read, write
from auth0_third_party.provider.resource import (
    BEFORE,
    TOLD,
    UNKNOWN,
    InvalidInput,
    Properties,
    State,
    Unknown,
    Warn,
    own_clients,
    recorded,
    told,
)


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
    once: str = "declare it once"
    """What to do about a second resource for one object."""
    uses: Callable[[Json], bool] | None = None
    """Which third-party clients need the object as we made it; None: none does."""


class OwnedFields:
    """The resource that a `Kind` describes.

    Outputs: the inputs, `before` (what the fields held earlier), `remembered` (whether that is in
    another resource, which restores it), and the target's facts.
    """

    # The old value is restored first, or the new resource would find it as ours.
    delete_before_replace = True

    def __init__(self, kind: Kind, locks: Locks) -> None:
        self.kind = kind
        self.claims = Claims()
        self._locks = locks
        self._previewed: dict[str, Target] = {}
        self.resource_type = kind.resource_type
        self.replace_on_change: Sequence[str] = (kind.key,) if kind.key else ()

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        kind = self.kind
        checked: dict[str, Any] = told(news)
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
        named = bool(self.kind.key) and key == self.kind.key and new in known
        return named or key in TOLD

    def claim(self, resource_id: str, urn: str) -> None:
        """Notes the object as this resource's.

        Raises:
            OwnedTwice: another resource of the program has it.
        """
        self.claims.claim(resource_id, urn, f"this {self.kind.noun}", self.kind.once)

    def create(
        self, client: ManagementClient, inputs: Properties, *, preview: bool, urn: str = ""
    ) -> State:
        if isinstance(inputs.get(self.kind.key), Unknown):
            later = (BEFORE, *self.kind.facts, self.kind.flag)
            unknown = {name: UNKNOWN for name in later if name}
            return State("", inputs, {**_declared(inputs), **unknown, "remembered": UNKNOWN})
        target = self._located(client, str(inputs.get(self.kind.key, "")), preview=preview)
        self.claim(target.id, urn)
        known = recorded(inputs)
        with self._locks.of(target.id):
            live = _seen(client, target) if preview else read(client, target)
            before = {o.name: at(live, o.wire) for o in self.kind.fields if o.name in inputs}
            if not preview:
                write(client, target, self.kind.fields, live, inputs)
        return self._state(
            inputs, inputs, {**before, **(known or {})}, target, remembered=known is not None
        )

    def _located(self, client: ManagementClient, name: str, *, preview: bool) -> Target:
        """The object; what a preview has found, as for the `Remembered` of this resource a moment
        ago, is not searched again.
        """
        target = self._previewed.pop(name, None) or self.kind.locate(client, name)
        if preview:
            self._previewed[name] = target
        return target

    def read(self, client: ManagementClient, resource_id: str, old: State | None) -> State | None:
        kind = self.kind
        try:
            target = kind.locate(client, resource_id)
            live = _seen(client, target)
        except NotFound:
            return None
        key = {self.kind.key: target.name} if self.kind.key else {}
        named = {self.kind.key: old.inputs[self.kind.key]} if old and self.kind.key else key
        ours = [o for o in kind.fields if not o.optional or (old and o.name in old.inputs)]
        held = {owned.name: at(live, owned.wire) for owned in ours}
        # What is imported was there before us, and stays after us.
        found = {o.name: held[o.name] if o.constant is None else o.constant for o in ours}
        before = old.outputs.get(BEFORE, found) if old else found
        remembered = bool(old and old.outputs.get("remembered"))
        seen = self._state({**named, **held}, held, before, target, remembered=remembered)
        kept = told(old.inputs) if old else {}
        return State(seen.id, {**kept, **seen.inputs}, seen.outputs)

    def update(
        self, client: ManagementClient, old: State, inputs: Properties, *, preview: bool
    ) -> State:
        remembered = bool(old.outputs.get("remembered"))
        known = recorded(inputs) if remembered else None
        with self._locks.of(old.id):
            target = self.kind.locate(client, old.id)
            live = _seen(client, target)
            before = known or self._before_update(old, inputs, live)
            if not preview:
                write(client, target, self.kind.fields, live, inputs)
        return self._state(inputs, inputs, before, target, remembered=remembered)

    def _before_update(self, old: State, inputs: Properties, live: Properties) -> Properties:
        before = dict(old.outputs.get(BEFORE, {}))
        for owned in self.kind.fields:
            if owned.name not in inputs:
                continue
            now = at(live, owned.wire)
            before.setdefault(owned.name, now)
            # The value changed outside since we found it right: that is what we overwrite now.
            refreshed = owned.constant is not None and now != owned.constant
            drifted = refreshed or now != old.outputs.get(owned.name)
            if drifted and before.get(owned.name) == inputs.get(owned.name):
                before[owned.name] = now
        return before

    def delete(self, client: ManagementClient, old: State, urn: str = "") -> tuple[str, ...]:
        left = self.claims.leave(old, urn, self._called(old))
        return self.restore(client, old, urn) if left is None else left

    def restore(self, client: ManagementClient, old: State, urn: str) -> tuple[str, ...]:
        """Writes back what was there before, where it is still ours and nobody else needs it."""
        before = old.outputs.get(BEFORE, {})
        ours = {o.name: o.constant or old.outputs.get(o.name) for o in self.kind.fields}
        try:
            with self._locks.of(old.id):
                target = self.kind.locate(client, old.id)
                live = _seen(client, target)
                now = {owned.name: at(live, owned.wire) for owned in self.kind.fields}
                if ours == now and all(before.get(name) == now[name] for name in ours):
                    return (f"{self._called(old)} was like this before us and stays so",)
                notes, restored = self._restorable(now, ours, before, self._called(old))
                needed = self._needed(client, old, urn) if restored else ()
                write(client, target, self.kind.fields, live, {} if needed else restored)
        except NotFound:
            return (f"{self._called(old)} is gone; nothing to restore",)
        return (*notes, *needed)

    def _needed(self, client: ManagementClient, old: State, urn: str) -> tuple[Warn, ...]:
        uses = self.kind.uses
        own = own_clients(old.inputs)
        return still_needed(client, uses, self._called(old), own, urn) if uses else ()

    def _called(self, old: State) -> str:
        return f"{self.kind.noun} '{old.outputs.get('name', old.id)}'"

    def _restorable(
        self, now: Properties, ours: Properties, before: Properties, called: str
    ) -> tuple[list[str], dict[str, Any]]:
        """What to say of fields that can't be restored, and the values of those that can."""
        notes: list[str] = []
        restored = {}
        for owned in self.kind.fields:
            value, then = now[owned.name], before.get(owned.name)
            where = ".".join(owned.wire)
            if ours[owned.name] in (None, then):
                continue
            if value == then:
                notes.append(f"{called}: {where} is as it was before us already")
            elif value != ours[owned.name]:
                notes.append(Warn(f"{called}: {where} was changed outside; left as it is"))
            elif then is None and owned.stays:
                notes.append(Warn(f"{called}: {where} can't be unset; left as it is"))
            else:
                restored[owned.name] = then
        return notes, restored

    def _state(
        self,
        inputs: Properties,
        held: Properties,
        before: Properties,
        target: Target,
        *,
        remembered: bool,
    ) -> State:
        key = {self.kind.key: inputs[self.kind.key]} if self.kind.key else {}
        own = {o.name: held.get(o.name) for o in self.kind.fields if o.name in held}
        declared = {**key, **own}
        outputs = {**declared, **target.facts, BEFORE: dict(before), "remembered": remembered}
        if self.kind.flag:
            wanted = {owned.name: owned.constant for owned in self.kind.fields}
            outputs[self.kind.flag] = any(before.get(key) != value for key, value in wanted.items())
        return State(target.id, declared, outputs)


def _seen(client: ManagementClient, target: Target) -> Properties:
    return read(client, target) if target.found is None else target.found


def _declared(inputs: Properties) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if name not in TOLD}
