"""What was there before us, in the state before anything is written.

A write and the engine's record of it are two steps, and a run can be cut off between them. So what
a shared object held before is a resource of its own: the engine has recorded it when the resource
that writes begins. It restores when it is deleted, also where the write was never recorded. A run
without the engine's checkpoints has it in a `journal` besides.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from auth0_third_party.management import ManagementClient
from auth0_third_party.provider.field_scoped import OwnedFields
from auth0_third_party.provider.journal import Journal
from auth0_third_party.provider.links import OrganizationLink
from auth0_third_party.provider.resource import BEFORE, InvalidInput, Properties, State

TYPE = "auth0-third-party:index:Remembered"
OF = "of"


class Remembered:
    """The memory of another resource: `of` is the name of its type, the other inputs are its own.

    It reads what that resource is about to write, and writes nothing itself before it is deleted.
    """

    resource_type = TYPE
    delete_before_replace = False

    def __init__(self, writers: Sequence[OwnedFields | OrganizationLink], journal: Journal) -> None:
        self._journal = journal
        self._writers = {each.resource_type.rpartition(":")[2]: each for each in writers}
        keys = {key for each in writers for key in each.replace_on_change}
        self.replace_on_change: Sequence[str] = (OF, *sorted(keys))

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        named = news.get(OF)
        if named not in self._writers:
            return [InvalidInput(OF, f"one of {', '.join(self._writers)}")]
        checked = self._writers[str(named)].check(_without(news))
        return {**checked, OF: named} if isinstance(checked, Mapping) else checked

    def same(self, key: str, new: Any, outputs: Properties) -> bool:
        writer = self._writers.get(str(outputs.get(OF)))
        return writer is not None and writer.same(key, new, outputs)

    def claim(self, resource_id: str, urn: str) -> None:
        """The writer has the object; its memory has not."""

    def create(
        self,
        client: ManagementClient,
        inputs: Properties,
        *,
        preview: bool,
        urn: str = "",  # noqa: ARG002  (the writer has the object)
    ) -> State:
        seen = self._writer(inputs).create(client, _without(inputs), preview=True)
        return self._earliest(_of(inputs, seen), writing=not preview)

    def read(self, client: ManagementClient, resource_id: str, old: State | None) -> State | None:
        if old is None:
            return None
        writer = self._writer(old.inputs)
        seen = writer.read(client, resource_id, old)
        if seen is None and isinstance(writer, OrganizationLink):
            return old  # a link that is not there is what may be remembered
        return self._earliest(_of(old.inputs, seen), writing=False) if seen else None

    def update(
        self,
        client: ManagementClient,
        old: State,
        inputs: Properties,
        *,
        preview: bool,
    ) -> State:
        seen = self._writer(inputs).update(client, old, _without(inputs), preview=True)
        return self._earliest(_of(inputs, seen), writing=not preview)

    def delete(self, client: ManagementClient, old: State, urn: str = "") -> tuple[str, ...]:
        writer = self._writer(old.inputs)
        # The writer lives on, under whatever name: what it wrote is wanted.
        return () if writer.claims.owner(old.id) else writer.restore(client, old, urn)

    def _earliest(self, state: State, *, writing: bool) -> State:
        """As it was before a run that was killed; on disk before the writer writes."""
        before = state.outputs.get(BEFORE)
        if not isinstance(before, Mapping):  # not known in a preview
            return state
        find = self._journal.keep if writing else self._journal.earliest
        found = find(str(state.outputs[OF]), state.id, before)
        return State(state.id, state.inputs, {**state.outputs, BEFORE: dict(found)})

    def _writer(self, inputs: Properties) -> OwnedFields | OrganizationLink:
        return self._writers[str(inputs[OF])]


def _without(inputs: Properties) -> Properties:
    return {key: value for key, value in inputs.items() if key != OF}


def _of(inputs: Properties, state: State) -> State:
    own = {OF: inputs[OF]}
    return State(state.id, {**state.inputs, **own}, {**state.outputs, **own})
