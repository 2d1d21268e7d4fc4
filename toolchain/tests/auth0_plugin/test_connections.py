"""Connections and their clients, hazards included."""

from typing import Any

import grpc
import pytest

from .caller import Caller
from .playback import Exchange, PlaybackTenant

Bag = dict[str, Any]
CONNECTION = "/api/v2/connections/con_1"
SWITCH = f"{CONNECTION}/clients"


def test_one_field_of_a_connection_goes_alone(caller: Caller, tenant: PlaybackTenant) -> None:
    held = {"id": "con_1", "name": "db", "strategy": "auth0", "isDomainConnection": False}
    inputs = {"name": "db", "strategy": "auth0", "isDomainConnection": True}
    answer = {"id": "con_1", "name": "db", "strategy": "auth0", "is_domain_connection": True}
    tenant.script.expect(
        Exchange("PATCH", CONNECTION, {"is_domain_connection": True}, 200, answer),
        Exchange("GET", CONNECTION, None, 200, answer),
    )
    caller.update("Connection", "k", held, inputs)
    assert tenant.script.seen[0] == ("PATCH", CONNECTION, {"is_domain_connection": True})


def test_declared_options_drop_the_others(caller: Caller, tenant: PlaybackTenant) -> None:
    """The hazard of the official plugin."""
    options = {"clientId": "id", "clientSecret": "sec", "scopes": ["email"]}
    held = {"id": "con_1", "name": "g", "strategy": "google-oauth2", "options": options}
    inputs = {**held, "isDomainConnection": True}
    del inputs["id"]
    sent = {"client_id": "id", "client_secret": "sec", "email": True}
    answer = {"id": "con_1", "name": "g", "strategy": "google-oauth2", "options": sent}
    tenant.script.expect(
        Exchange("PATCH", CONNECTION, None, 200, answer),
        Exchange("GET", CONNECTION, None, 200, answer),
    )
    outputs = caller.update("Connection", "k", held, inputs)
    assert tenant.script.seen[0][2] == {"is_domain_connection": True, "options": sent}
    assert outputs["options"]["clientSecret"]["value"] == "sec"
    assert outputs["options"]["scopes"] == ["email"]
    assert outputs["__meta"] == '{"schema_version":"3"}'


def test_an_undeclared_database_secret_stops_the_update(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    held = {"id": "con_1", "name": "db", "strategy": "auth0"}
    inputs = {"name": "db", "strategy": "auth0", "options": {"disableSignup": True}}
    answer = {**held, "options": {"configuration": {"DB_PASSWORD": "2.0$x"}}}
    tenant.script.expect(Exchange("GET", CONNECTION, None, 200, answer))
    with pytest.raises(grpc.RpcError, match='not managed through terraform: "DB_PASSWORD"'):
        caller.update("Connection", "k", held, inputs)
    assert len(tenant.script.seen) == 1


def test_clients_of_a_connection_are_switched_one_by_one(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    names = Exchange(
        "GET",
        f"{CONNECTION}?fields=strategy%2Cname&include_fields=true",
        None,
        200,
        {"name": "db", "strategy": "auth0"},
    )
    clients = Exchange("GET", SWITCH, None, 200, {"clients": [{"client_id": "b"}], "next": "n"})
    rest = Exchange("GET", f"{SWITCH}?from=n", None, 200, {"clients": [{"client_id": "c"}]})
    body = [{"client_id": "c", "status": True}, {"client_id": "a", "status": False}]
    tenant.script.expect(Exchange("PATCH", SWITCH, body, 204), clients, rest, names)
    held = {"id": "con_1", "connectionId": "con_1", "enabledClients": ["a", "b"]}
    news = {"connectionId": "con_1", "enabledClients": ["b", "c"]}
    outputs = caller.update("ConnectionClients", "cc", held, news)
    assert tenant.script.seen[0] == ("PATCH", SWITCH, body)
    assert outputs["enabledClients"] == ["b", "c"]


def test_clients_that_another_tool_enabled_are_not_replaced(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    tenant.script.expect(Exchange("GET", SWITCH, None, 200, {"clients": [{"client_id": "x"}]}))
    with pytest.raises(grpc.RpcError, match="non empty enabled clients"):
        caller.create("ConnectionClients", "cc", {"connectionId": "con_1", "enabledClients": ["a"]})
