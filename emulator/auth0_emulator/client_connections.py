"""Which first-party clients may use a connection, and which connections a client may use."""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError, invalid_body
from auth0_emulator.tenant import Tenant

ENABLED = "connection_client"


def list_connections(tenant: Tenant, call: Call) -> Answer:
    """The connections enabled for a client, as a checkpoint list."""
    client_id = call.path["id"]
    if tenant.store.get("client", client_id) is None:
        raise ApiError(404, "The client does not exist", "inexistent_client")

    def show(pair: Json) -> Json:
        return tenant.store.get("connection", pair["connection_id"]) or {}

    where = {"client_id": client_id}
    return paging.checkpoint(
        tenant, call, paging.Listing(ENABLED, "connections", where, None, show)
    )


def list_enabled(tenant: Tenant, call: Call) -> Answer:
    """DC-09: `{"clients": [{"client_id"}]}`, `next` while there is more."""
    where = {"connection_id": _existing(tenant, call)}

    def show(pair: Json) -> Json:
        return {"client_id": pair["client_id"]}

    return paging.checkpoint(tenant, call, paging.Listing(ENABLED, "clients", where, None, show))


def update_enabled(tenant: Tenant, call: Call) -> Answer:
    """DC-09, DC-10: 204; changes only the clients that are named, never the promotion."""
    wanted = {item["client_id"]: item["status"] for item in call.body}
    set_enabled(tenant, _existing(tenant, call), wanted)
    return Answer(204)


def set_enabled(tenant: Tenant, connection_id: str, wanted: dict[str, bool]) -> None:
    """Enables and disables first-party access, client by client."""
    for client_id, on in wanted.items():
        key = f"{connection_id}:{client_id}"
        if not on:
            tenant.store.remove(ENABLED, key)
        elif tenant.store.get("client", client_id) is None:
            raise invalid_body(f"The client {client_id} does not exist (emulator wording)")
        elif tenant.store.get(ENABLED, key) is None:
            tenant.add(ENABLED, key, {"connection_id": connection_id, "client_id": client_id})


def _existing(tenant: Tenant, call: Call) -> str:
    connection = tenant.store.get("connection", call.path["id"])
    if connection is None:
        raise ApiError(404, "The connection does not exist", "inexistent_connection")
    return str(connection["id"])
