"""`auth0apps:index:ConnectionPromotion`: opens an existing connection to third-party applications.

Writes one field, `is_domain_connection`, and nothing else: a PATCH that carries `options` would
replace all of them, the identity provider's secret included (DC-02, DC-05, DC-06;
https://auth0.com/docs/authenticate/identity-providers/promote-connections-to-domain-level).
"""

from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from management import ManagementClient, NotFound, UnusableAnswer
from plugins.auth0apps.resource import UNKNOWN, InvalidInput, Properties, State, Unknown

FIELDS = "id,name,strategy,is_domain_connection"


class ConnectionPromotion:
    """Inputs: `connection`, a name or a `con_` id. The Pulumi id is the connection's id.

    `promotedByUs` remembers whether the connection was closed before, and so is closed again on
    delete. An imported promotion was there before us and stays.
    """

    resource_type: ClassVar[str] = "auth0apps:index:ConnectionPromotion"
    replace_on_change: ClassVar[Sequence[str]] = ("connection",)

    def check(self, news: Properties) -> Properties | Sequence[InvalidInput]:
        connection = news.get("connection")
        if isinstance(connection, Unknown):
            return {"connection": connection, "isDomainConnection": True}
        if not isinstance(connection, str) or not connection.strip():
            return [InvalidInput("connection", "name the connection, or give its con_ id")]
        return {"connection": connection, "isDomainConnection": True}

    def same(self, key: str, new: Any, outputs: Properties) -> bool:
        """A connection's name and its id are two words for one thing."""
        return key == "connection" and new in (outputs.get("connectionId"), outputs.get("name"))

    def create(self, client: ManagementClient, inputs: Properties, *, preview: bool) -> State:
        if isinstance(inputs["connection"], Unknown):
            outputs = dict.fromkeys(("connectionId", "name", "strategy", "promotedByUs"), UNKNOWN)
            return State("", inputs, {**inputs, **outputs})
        live = _find(client, inputs["connection"])
        was_open = _is_open(live)
        if not was_open and not preview:
            live = _write(client, live["id"], promoted=True)
        return _state(inputs, {**live, "is_domain_connection": True}, by_us=not was_open)

    def read(
        self,
        client: ManagementClient,
        resource_id: str,
        old: State | None,
    ) -> State | None:
        try:
            live = _find(client, resource_id)
        except NotFound:
            return None
        connection = old.inputs.get("connection", live["name"]) if old else live["name"]
        by_us = bool(old and old.outputs.get("promotedByUs", False))
        return _state({"connection": connection}, live, by_us=by_us)

    def update(
        self, client: ManagementClient, old: State, inputs: Properties, *, preview: bool
    ) -> State:
        live = _find(client, old.id)
        was_open = _is_open(live)
        if not was_open and not preview:
            live = _write(client, old.id, promoted=True)
        by_us = bool(old.outputs.get("promotedByUs")) or not was_open
        return _state(inputs, {**live, "is_domain_connection": True}, by_us=by_us)

    def delete(self, client: ManagementClient, old: State) -> tuple[str, ...]:
        name = old.outputs.get("name", old.id)
        if not old.outputs.get("promotedByUs"):
            return (f"connection '{name}' was promoted before us and stays promoted",)
        try:
            live = _find(client, old.id)
        except NotFound:
            return (f"connection '{name}' is gone; nothing to restore",)
        if not _is_open(live):
            return (f"connection '{name}' was demoted by somebody else; left as it is",)
        _write(client, old.id, promoted=False)
        return ()


def _find(client: ManagementClient, connection: str) -> dict[str, Any]:
    if connection.startswith("con_"):
        live = client.get(_path(connection), {"fields": FIELDS})
        return _checked(live, connection)
    found = client.pages("/connections", "connections", {"name": connection, "fields": FIELDS})
    for live in found:
        if live.get("name") == connection:
            return _checked(live, connection)
    raise NotFound(f"there is no connection '{connection}' in this tenant")


def _write(client: ManagementClient, connection_id: str, *, promoted: bool) -> dict[str, Any]:
    path = _path(connection_id)
    live = _checked(client.patch(path, {"is_domain_connection": promoted}), connection_id)
    if _is_open(live) is not promoted:
        raise UnusableAnswer(f"PATCH {path}: is_domain_connection did not change")
    return live


def _path(connection_id: str) -> str:
    return f"/connections/{quote(connection_id, safe='')}"


def _checked(live: Any, connection: str) -> dict[str, Any]:
    if not isinstance(live, dict) or "id" not in live or "name" not in live:
        raise UnusableAnswer(f"connection '{connection}': the answer is not a connection")
    return live


def _is_open(live: Properties) -> bool:
    return bool(live.get("is_domain_connection", False))


def _state(inputs: Properties, live: Properties, *, by_us: bool) -> State:
    declared = {"connection": inputs["connection"], "isDomainConnection": _is_open(live)}
    outputs = {
        **declared,
        "connectionId": live["id"],
        "name": live["name"],
        "strategy": live.get("strategy", ""),
        "promotedByUs": by_us,
    }
    return State(str(live["id"]), declared, outputs)
