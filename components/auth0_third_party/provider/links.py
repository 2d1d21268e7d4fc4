"""One engine for links between two objects that a tenant shares with others.

A link that was there before us stays after us. Links have no id of their own: ours is
`<organization id>::<other id>`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auth0_third_party.management import ManagementClient, NotFound, Refused
from auth0_third_party.provider.locate import connection_target, organization_target
from auth0_third_party.provider.resource import UNKNOWN, InvalidInput, Properties, State, Unknown


@dataclass(frozen=True)
class LinkKind:
    """A link from an organization: `other` is the input that names its other end.

    `resolve` turns that input into an id; `path` is below the organization's, `body` what a POST
    there takes; `listed` says whether the link exists.
    """

    resource_type: str
    noun: str
    other: str
    path: str
    resolve: Callable[[ManagementClient, str], str]
    body: Callable[[str], dict[str, Any]]
    exists: Callable[[ManagementClient, str, str], bool]


class OrganizationLink:
    """The resource that a `LinkKind` describes. Outputs: the inputs, both ids, `linkedByUs`."""

    def __init__(self, kind: LinkKind) -> None:
        self.kind = kind
        self.resource_type = kind.resource_type
        self.replace_on_change: Sequence[str] = ("organization", kind.other)

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        wanted = {name: news.get(name) for name in ("organization", self.kind.other)}
        return [
            InvalidInput(name, "name it, or give its id")
            for name, value in wanted.items()
            if not isinstance(value, Unknown) and not (isinstance(value, str) and value)
        ] or wanted

    def same(self, key: str, new: Any, outputs: Properties) -> bool:
        """A name and an id are two words for one object."""
        return bool(new == outputs.get(f"{key}Id"))

    def create(self, client: ManagementClient, inputs: Properties, *, preview: bool) -> State:
        if any(isinstance(value, Unknown) for value in inputs.values()):
            return State("", inputs, {**inputs, "linkedByUs": UNKNOWN})
        organization = organization_target(client, str(inputs["organization"])).id
        other = self.kind.resolve(client, str(inputs[self.kind.other]))
        there = self.kind.exists(client, organization, other)
        if not there and not preview:
            self._link(client, organization, other)
        return self._state(inputs, organization, other, by_us=not there)

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
        by_us = bool(old and old.outputs.get("linkedByUs"))
        return self._state(inputs, organization, other, by_us=by_us)

    def update(
        self,
        client: ManagementClient,  # noqa: ARG002  (every change of a link replaces it)
        old: State,
        inputs: Properties,
        *,
        preview: bool,  # noqa: ARG002
    ) -> State:
        return State(old.id, inputs, {**old.outputs, **inputs})

    def delete(self, client: ManagementClient, old: State) -> tuple[str, ...]:
        if not old.outputs.get("linkedByUs"):
            return (f"the {self.kind.noun} was there before us and stays",)
        organization, other = old.id.split("::", 1)
        try:
            client.delete(f"/organizations/{organization}/{self.kind.path}/{other}")
        except NotFound:
            return (f"the {self.kind.noun} is gone already",)
        return ()

    def _state(self, inputs: Properties, organization: str, other: str, *, by_us: bool) -> State:
        declared = {name: inputs[name] for name in ("organization", self.kind.other)}
        told = {"organizationId": organization, f"{self.kind.other}Id": other, "linkedByUs": by_us}
        return State(f"{organization}::{other}", declared, {**declared, **told})


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
