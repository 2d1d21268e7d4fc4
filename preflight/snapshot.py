"""What a tenant holds, as far as third-party applications depend on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from management import ManagementClient, MissingScope, UnusableAnswer

NEEDED_SCOPES = (
    "read:clients",
    "create:clients",
    "update:clients",
    "delete:clients",
    "read:client_keys",
    "update:client_keys",
    "read:client_grants",
    "create:client_grants",
    "update:client_grants",
    "delete:client_grants",
    "read:connections",
    "update:connections",
    "read:resource_servers",
)
"""What `pulumi up` needs on the Management API."""


@dataclass(frozen=True)
class Snapshot:
    """APIs (audience -> scopes), connections (name -> id), clients (client id -> name).

    `missing_scopes` are those that the management token lacks; a list that could not be read
    because of one is empty.
    """

    apis: Mapping[str, frozenset[str]] = field(default_factory=dict)
    connections: Mapping[str, str] = field(default_factory=dict)
    clients: Mapping[str, str] = field(default_factory=dict)
    missing_scopes: tuple[str, ...] = ()


def take_snapshot(client: ManagementClient) -> Snapshot:
    """Reads the tenant; one list per kind of object, however many applications there are.

    Raises:
        ManagementError: the tenant can't be reached or does not accept the credentials.
    """
    held = client.token_scopes()
    lacking = set() if held is None else {scope for scope in NEEDED_SCOPES if scope not in held}

    def listed(path: str, key: str, fields: str) -> list[dict[str, object]]:
        try:
            asked = {"fields": fields, "include_fields": "true"} if fields else {}
            return list(client.pages(path, key, asked))
        except MissingScope as error:
            lacking.update(error.scopes)
            return []

    apis = listed("/resource-servers", "resource_servers", "")
    connections = listed("/connections", "connections", "id,name")
    clients = listed("/clients", "clients", "client_id,name")
    return Snapshot(
        {_text(api, "identifier"): _scopes(api) for api in apis},
        {_text(item, "name"): _text(item, "id") for item in connections},
        {_text(item, "client_id"): str(item.get("name", "")) for item in clients},
        tuple(scope for scope in NEEDED_SCOPES if scope in lacking),
    )


def _scopes(api: Mapping[str, object]) -> frozenset[str]:
    scopes = api.get("scopes")
    items = scopes if isinstance(scopes, list) else []
    return frozenset(_text(scope, "value") for scope in items)


def _text(item: Mapping[str, object], name: str) -> str:
    try:
        return str(item[name])
    except (KeyError, TypeError):
        raise UnusableAnswer(f"a listed object has no '{name}'") from None
