"""Doors: fields and links of a tenant that let every third-party application in.

A tenant has one of each, so a program has one resource for it, and it is shut only when nobody
else signs users in through it.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, ManagementError
from auth0_third_party.provider.resource import State, Warn

Json = Mapping[str, Any]
SHOWN = 12
"""Applications that a warning names; the rest is counted."""
FIELDS = ",".join(
    (
        *("client_id", "name", "app_type", "grant_types", "is_first_party", "client_metadata"),
        *("external_client_id", "external_metadata_type"),
    )
)


class OwnedTwice(ManagementError):
    """Two resources of one program have one object."""

    def __init__(self, text: str, fix: str) -> None:
        super().__init__(text)
        self.fix = fix


class Claims:
    """Which resource of the running program has which object, by URN and id. Thread-safe."""

    def __init__(self) -> None:
        self._urns: dict[str, str] = {}
        self._guard = threading.Lock()

    def claim(self, object_id: str, urn: str, what: str, fix: str) -> None:
        """Notes the object as this resource's; one without a URN claims nothing.

        Raises:
            OwnedTwice: another resource has it.
        """
        with self._guard:
            owner = self._urns.setdefault(object_id, urn) if urn else urn
        if owner != urn:
            raise OwnedTwice(f"'{name_in(owner)}' of this program has {what} already", fix)

    def release(self, object_id: str, urn: str) -> None:
        """The resource is about to be deleted."""
        with self._guard:
            if self._urns.get(object_id) == urn:
                del self._urns[object_id]

    def owner(self, object_id: str) -> str:
        """The URN of the resource that has the object; "" where the program declares none."""
        with self._guard:
            return self._urns.get(object_id, "")

    def leave(self, old: State, urn: str, what: str) -> tuple[str, ...] | None:
        """Releases what a resource has before it is deleted. None where it is to be restored; else
        what to tell: another resource remembers the earlier value, or has the object too.
        """
        self.release(old.id, urn)
        if old.outputs.get("remembered"):
            return ()
        other = self.owner(old.id)
        return (f"{what} stays as it is: '{name_in(other)}' has it too",) if other else None


def name_in(urn: str) -> str:
    """The logical name at a URN's end."""
    return urn.rpartition("::")[2]


def signs_users_in(client: Json) -> bool:
    """Whether users sign in to a client at all: one for machines alone has no use for a door."""
    flows = client.get("grant_types")
    machines_alone = isinstance(flows, list) and set(flows) == {"client_credentials"}
    return client.get("app_type") != "non_interactive" and not machines_alone


def has_document(client: Json) -> bool:
    """Whether a metadata document describes the client (CIMD-04)."""
    return bool(client.get("external_client_id"))


def still_needed(
    client: ManagementClient,
    uses: Callable[[Json], bool],
    what: str,
    own: Collection[str],
    urn: str,
) -> tuple[Warn, ...]:
    """A warning that names the third-party applications that need a door, if there are any.

    Those of this stack do not count: its program no longer names the door. They are known by their
    ownership tags, or are among `own`: client ids, and the addresses of agents' documents.
    """
    others = list(_others(client, uses, own, _stack_tag(urn)))
    if not others:
        return ()
    more = f" and {len(others) - SHOWN} more" if len(others) > SHOWN else ""
    return (
        Warn(
            f"{what} stays open: {', '.join(others[:SHOWN])}{more} may sign users in through it,"
            " and this stack does not manage them. Close it in the Auth0 Dashboard when they no"
            " longer need it"
        ),
    )


def _others(
    client: ManagementClient, uses: Callable[[Json], bool], own: Collection[str], stack: str
) -> Iterator[str]:
    # Imported when a door is shut: the models take longer than the provider's whole start.
    from auth0_third_party.model.client import is_third_party  # noqa: PLC0415
    from auth0_third_party.model.names import TAG_STACK  # noqa: PLC0415

    asked = {"fields": FIELDS, "include_fields": "true"}
    for item in client.pages("/clients", "clients", asked):
        metadata = item.get("client_metadata")
        tag = metadata.get(TAG_STACK, "") if isinstance(metadata, Mapping) else ""
        names = {item.get("client_id"), item.get("external_client_id")}
        ours = tag == stack or not names.isdisjoint(own)
        if is_third_party(item) and uses(item) and not ours:
            of = f", stack {tag}" if tag else ""
            yield f"{item.get('name', '')} ({item.get('client_id', '')}{of})"


def _stack_tag(urn: str) -> str:
    """The ownership tag `project/stack` of the resource's stack: urn:pulumi:STACK::PROJECT::…"""
    stack, _, rest = urn.removeprefix("urn:pulumi:").partition("::")
    return f"{rest.partition('::')[0]}/{stack}"
