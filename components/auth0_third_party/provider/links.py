"""One engine for links between two objects that a tenant shares with others.

A link that was there before us stays after us. Links have no id of their own: ours is
`<organization id>::<other id>`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, NotFound, Refused
from auth0_third_party.provider.doors import Claims, Json, signs_users_in, still_needed
from auth0_third_party.provider.fence import connection_target, organization_target
from auth0_third_party.provider.resource import (
    BEFORE,
    TOLD,
    UNKNOWN,
    InvalidInput,
    Properties,
    State,
    Unknown,
    own_clients,
    recorded,
    told,
)


@dataclass(frozen=True)
class LinkKind:
    """A link from an organization: `other` is the input that names its other end.

    `resolve` turns that input into an id; `path` is below the organization's, `body` what a POST
    there takes; `exists` says whether the link does; `uses`, which third-party clients need it,
    those of this stack aside.
    """

    resource_type: str
    noun: str
    other: str
    path: str
    resolve: Callable[[ManagementClient, str], str]
    body: Callable[[str], dict[str, Any]]
    exists: Callable[[ManagementClient, str, str], bool]
    uses: Callable[[Json], bool] | None = None


class OrganizationLink:
    """The resource that a `LinkKind` describes.

    Outputs: the inputs, both ids, `before` (whether it was `linked`), `linkedByUs`, `remembered`
    (whether `before` is in another resource, which removes the link).
    """

    delete_before_replace = True

    def __init__(self, kind: LinkKind) -> None:
        self.kind = kind
        self.claims = Claims()
        self.resource_type = kind.resource_type
        self.replace_on_change: Sequence[str] = ("organization", kind.other)

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        wanted = {name: news.get(name) for name in ("organization", self.kind.other)}
        return [
            InvalidInput(name, "name it, or give its id")
            for name, value in wanted.items()
            if not isinstance(value, Unknown) and not (isinstance(value, str) and value)
        ] or {**wanted, **told(news)}

    def same(self, key: str, new: Any, outputs: Properties) -> bool:
        """A name and an id are two words for one object."""
        return key in TOLD or bool(new == outputs.get(f"{key}Id"))

    def claim(self, resource_id: str, urn: str) -> None:
        """Notes the link as this resource's.

        Raises:
            OwnedTwice: another resource of the program has it.
        """
        once = "declare it once: one ThirdPartyOrganization with all connections"
        self.claims.claim(resource_id, urn, f"this {self.kind.noun}", once)

    def create(
        self, client: ManagementClient, inputs: Properties, *, preview: bool, urn: str = ""
    ) -> State:
        ends = {name: inputs[name] for name in ("organization", self.kind.other)}
        if any(isinstance(value, Unknown) for value in ends.values()):
            later = dict.fromkeys((BEFORE, "linkedByUs", "remembered"), UNKNOWN)
            return State("", inputs, {**ends, **later})
        organization = organization_target(client, str(inputs["organization"])).id
        other = self.kind.resolve(client, str(inputs[self.kind.other]))
        self.claim(f"{organization}::{other}", urn)
        there = self.kind.exists(client, organization, other)
        if not there and not preview:
            self._link(client, organization, other)
        known = recorded(inputs)
        before = {LINKED: there} if known is None else known
        return self._state(inputs, organization, other, before, remembered=known is not None)

    def _link(self, client: ManagementClient, organization: str, other: str) -> None:
        try:
            client.post(f"/organizations/{organization}/{self.kind.path}", self.kind.body(other))
        except Refused:
            # The first try may have made it, and its answer been lost: it was not there before.
            if not self.kind.exists(client, organization, other):
                raise

    def read(self, client: ManagementClient, resource_id: str, old: State | None) -> State | None:
        organization, other = resource_id.split("::", 1)
        try:
            if not self.kind.exists(client, organization, other):
                return None
        except NotFound:
            return None
        inputs = old.inputs if old else {"organization": organization, self.kind.other: other}
        before = _before(old.outputs) if old else {LINKED: True}
        remembered = bool(old and old.outputs.get("remembered"))
        seen = self._state(inputs, organization, other, before, remembered=remembered)
        return State(seen.id, {**seen.inputs, **told(inputs)}, seen.outputs)

    def update(
        self,
        client: ManagementClient,  # noqa: ARG002  (every change of a link replaces it)
        old: State,
        inputs: Properties,
        *,
        preview: bool,  # noqa: ARG002
    ) -> State:
        ends = {name: inputs[name] for name in ("organization", self.kind.other)}
        return State(old.id, inputs, {**old.outputs, **ends})

    def delete(self, client: ManagementClient, old: State, urn: str = "") -> tuple[str, ...]:
        left = self.claims.leave(old, urn, f"the {self.kind.noun}")
        return self.restore(client, old, urn) if left is None else left

    def restore(self, client: ManagementClient, old: State, urn: str) -> tuple[str, ...]:
        """Removes the link where it was not there before us and nobody else needs it."""
        organization, other = old.id.split("::", 1)
        called = f"the {self.kind.noun}"
        if _before(old.outputs).get(LINKED):
            return (f"{called} was there before us and stays",)
        try:
            if not self.kind.exists(client, organization, other):
                return (f"{called} is gone already",)
            uses, own = self.kind.uses, own_clients(old.inputs)
            needed = still_needed(client, uses, called, own, urn) if uses else ()
            if not needed:
                client.delete(f"/organizations/{organization}/{self.kind.path}/{other}")
        except NotFound:
            return (f"{called} is gone already",)
        return needed

    def _state(
        self,
        inputs: Properties,
        organization: str,
        other: str,
        before: Properties,
        *,
        remembered: bool,
    ) -> State:
        declared = {name: inputs[name] for name in ("organization", self.kind.other)}
        outputs = {
            **declared,
            "organizationId": organization,
            f"{self.kind.other}Id": other,
            BEFORE: dict(before),
            "linkedByUs": not before.get(LINKED),
            "remembered": remembered,
        }
        return State(f"{organization}::{other}", declared, outputs)


LINKED = "linked"
"""In `before`: whether the link was there."""


def _before(outputs: Properties) -> Properties:
    """States of earlier releases have no `before`."""
    found: Properties = outputs.get(BEFORE) or {LINKED: not outputs.get("linkedByUs")}
    return found


def _connection_enabled(client: ManagementClient, organization: str, connection: str) -> bool:
    try:
        client.get(f"/organizations/{organization}/enabled_connections/{connection}")
    except NotFound:
        return False
    return True


def _granted(client: ManagementClient, organization: str, grant: str) -> bool:
    """Looks at every page: the official plugin's reading stops at the first 50."""
    path = f"/organizations/{organization}/client-grants"
    return any(item["id"] == grant for item in client.pages(path, "client_grants"))


ORGANIZATION_CONNECTION = LinkKind(
    "auth0-third-party:index:OrganizationConnection",
    "organization's connection",
    "connection",
    "enabled_connections",
    lambda client, name: connection_target(client, name).id,
    lambda connection: {
        "connection_id": connection,
        "assign_membership_on_login": False,
        "show_as_button": True,
    },
    _connection_enabled,
    signs_users_in,
)
ORGANIZATION_GRANT = LinkKind(
    "auth0-third-party:index:OrganizationGrant",
    "organization's client grant",
    "grant",
    "client-grants",
    lambda _client, grant: grant,
    lambda grant: {"grant_id": grant},
    _granted,
)
LINKS = (ORGANIZATION_CONNECTION, ORGANIZATION_GRANT)
