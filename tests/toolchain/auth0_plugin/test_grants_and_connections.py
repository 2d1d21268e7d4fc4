"""Calls that are not a plain create, read, update, delete; hazards included."""

from typing import Any

import grpc
import pytest

from .caller import Caller, bag, told
from .playback import Exchange, PlaybackTenant

Bag = dict[str, Any]
GRANTS = "/api/v2/client-grants"
LIST = f"{GRANTS}?audience=https%3A%2F%2Forders&client_id=tpc_1&include_totals=true&per_page=50"
CONNECTION = "/api/v2/connections/con_1"
SWITCH = f"{CONNECTION}/clients"
CLIENT = "/api/v2/clients/tpc_1"


def grant(**changes: Any) -> Bag:
    base = {"clientId": "tpc_1", "audience": "https://orders", "subjectType": "user"}
    return {**base, "scopes": ["read:orders"], **changes}


def served(**changes: Any) -> Bag:
    base = {"id": "cgr_1", "client_id": "tpc_1", "audience": "https://orders"}
    return {**base, "scope": ["read:orders"], "subject_type": "user", **changes}


def listed(*grants: Bag) -> Exchange:
    return Exchange("GET", LIST, None, 200, {"client_grants": list(grants), "total": len(grants)})


def read(**changes: Any) -> Exchange:
    return Exchange("GET", f"{GRANTS}/cgr_1", None, 200, served(**changes))


def test_a_grant_that_exists_is_adopted_with_its_scopes(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    old = served(scope=["old:scope"])
    tenant.script.expect(listed(old), read(scope=["old:scope"]))
    made, outputs = caller.create("ClientGrant", "g", grant())
    assert (made, outputs["scopes"]) == ("cgr_1", ["old:scope"])
    tenant.script.expect(
        Exchange("PATCH", f"{GRANTS}/cgr_1", {"scope": ["read:orders"]}, 200, served()), read()
    )
    assert caller.update("ClientGrant", "g", outputs, grant())["scopes"] == ["read:orders"]


def test_a_grant_of_the_other_subject_type_is_not(caller: Caller, tenant: PlaybackTenant) -> None:
    body: Bag = {"client_id": "tpc_1", "audience": "https://orders"}
    body |= {"scope": ["read:orders"], "subject_type": "user"}
    other = served(subject_type=None)
    tenant.script.expect(listed(other), Exchange("POST", GRANTS, body, 201, served()), read())
    caller.create("ClientGrant", "g", grant())
    assert [method for method, _, _ in tenant.script.seen] == ["GET", "POST", "GET"]


def test_a_default_grant_is_not_looked_for(caller: Caller, tenant: PlaybackTenant) -> None:
    inputs = grant(defaultFor="third_party_clients")
    del inputs["clientId"]
    tenant.script.expect(Exchange("POST", GRANTS, None, 201, served()), read())
    caller.create("ClientGrant", "d", inputs)
    assert tenant.script.seen[0][2]["default_for"] == "third_party_clients"


def test_leaving_all_scopes_takes_two_steps(caller: Caller, tenant: PlaybackTenant) -> None:
    path = f"{GRANTS}/cgr_1"
    before = {**grant(scopes=[]), "id": "cgr_1", "allowAllScopes": True}
    tenant.script.expect(
        Exchange("PATCH", path, None, 200, {}), Exchange("PATCH", path, None, 200, {}), read()
    )
    caller.update("ClientGrant", "g", before, grant())
    assert [body for _, _, body in tenant.script.seen[:2]] == [
        {"allow_all_scopes": False, "scope": []},
        {"scope": ["read:orders"]},
    ]


def test_a_grant_without_sendable_changes_is_only_read(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    before = {**grant(), "id": "cgr_1", "organizationUsage": "allow"}
    tenant.script.expect(read(organization_usage="allow"))
    caller.update("ClientGrant", "g", before, grant())
    assert [method for method, _, _ in tenant.script.seen] == ["GET"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"allowAllScopes": True}, "`scopes` cannot be provided when `allow_all_scopes`"),
        ({"scopes": None}, "either `scopes` must be provided or `allow_all_scopes`"),
    ],
)
def test_scopes_and_all_scopes_exclude_each_other(
    caller: Caller, tenant: PlaybackTenant, changes: Bag, message: str
) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        caller.preview("ClientGrant", "g", grant(**changes))
    assert message in told(refusal.value)
    assert tenant.script.seen == []


def test_a_grant_has_one_owner(caller: Caller) -> None:
    both = caller.checked("ClientGrant", "g", grant(defaultFor="third_party_clients"))
    assert len(both.failures) == 2
    assert 'Conflicting configuration arguments. "default_for"' in both.failures[0].reason


def test_the_key_of_a_grant_replaces_it(caller: Caller) -> None:
    before = {**grant(), "id": "cgr_1"}
    response = caller.diff("ClientGrant", "g", before, grant(subjectType="client"))
    assert list(response.replaces) == ["subjectType"]
    assert list(response.stables) == ["audience", "clientId", "defaultFor"]
    assert not response.deleteBeforeReplace


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
    """The hazard that our own guards are for."""
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


def test_a_database_secret_that_nobody_declares_stops_the_update(
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


def test_clients_that_somebody_else_enabled_are_not_taken_over(
    caller: Caller, tenant: PlaybackTenant
) -> None:
    tenant.script.expect(Exchange("GET", SWITCH, None, 200, {"clients": [{"client_id": "x"}]}))
    with pytest.raises(grpc.RpcError, match="non empty enabled clients"):
        caller.create("ConnectionClients", "cc", {"connectionId": "con_1", "enabledClients": ["a"]})


def test_a_method_is_changed_only_if_it_is_another(caller: Caller, tenant: PlaybackTenant) -> None:
    known = Exchange("GET", f"{CLIENT}?fields=client_id&include_fields=true", None, 200, {})
    answer = {"client_id": "tpc_1", "client_secret": "new", "token_endpoint_auth_method": "none"}
    inputs = {"clientId": "tpc_1", "authenticationMethod": "none"}
    held = {**inputs, "id": "tpc_1", "clientSecret": "old"}
    tenant.script.expect(known, Exchange("GET", CLIENT, None, 200, answer))
    outputs = caller.update("ClientCredentials", "cr", held, inputs)
    assert [method for method, _, _ in tenant.script.seen] == ["GET", "GET"]
    assert outputs["clientSecret"]["value"] == "new"
    assert outputs["__meta"] == '{"schema_version":"1"}'


def test_the_server_owned_secret_is_not_a_change(caller: Caller) -> None:
    inputs = {"clientId": "tpc_1", "authenticationMethod": "client_secret_post"}
    held = {**inputs, "id": "tpc_1", "clientSecret": "server's"}
    response = caller.diff("ClientCredentials", "cr", held, inputs)
    assert response.changes == response.DIFF_NONE


def test_keys_come_before_they_go(caller: Caller, tenant: PlaybackTenant) -> None:
    def key(name: str) -> Bag:
        return {"credentialType": "public_key", "pem": name, "name": name, "algorithm": "RS256"}

    def method(*names: str) -> Bag:
        return {"privateKeyJwt": {"credentials": [key(name) for name in names]}}

    base = {"clientId": "tpc_1", "authenticationMethod": "private_key_jwt"}
    old = {**key("k1"), "id": "cred_1"}
    held = {**base, "id": "tpc_1", "privateKeyJwt": {"credentials": [old]}}
    fields = f"{CLIENT}?fields=client_id%2Capp_type&include_fields=true"
    made = {"id": "cred_2", "credential_type": "public_key", "name": "k2", "alg": "RS256"}
    attached = {"private_key_jwt": {"credentials": [{"id": "cred_2"}]}}
    tenant.script.expect(
        Exchange("GET", f"{CLIENT}?fields=client_id&include_fields=true", None, 200, {}),
        Exchange("GET", f"{CLIENT}/credentials?include_totals=true&per_page=50", None, 200, []),
        Exchange("POST", f"{CLIENT}/credentials", None, 201, made),
        Exchange("GET", fields, None, 200, {}),
        Exchange("PATCH", CLIENT, None, 200, {}),
        Exchange("GET", fields, None, 200, {}),
        Exchange("PATCH", CLIENT, None, 200, {}),
        Exchange("DELETE", f"{CLIENT}/credentials/cred_1", None, 204),
        Exchange(
            "GET",
            CLIENT,
            None,
            200,
            {"client_id": "tpc_1", "client_authentication_methods": attached},
        ),
        Exchange("GET", f"{CLIENT}/credentials/cred_2", None, 200, made),
    )
    outputs = caller.update("ClientCredentials", "cr", held, {**base, **method("k2")})
    patches = [
        [
            each["id"]
            for each in body["client_authentication_methods"]["private_key_jwt"]["credentials"]
        ]
        for verb, _, body in tenant.script.seen
        if verb == "PATCH"
    ]
    assert patches == [["cred_1", "cred_2"], ["cred_2"]]
    assert outputs["privateKeyJwt"]["credentials"][0]["pem"] == "k2"


def test_what_a_404_means_depends_on_the_sdk(caller: Caller, tenant: PlaybackTenant) -> None:
    gone = {"statusCode": 404, "message": "gone"}
    path = "/api/v2/rate-limit-policies/rlp_1"
    inputs = {
        "resource": "oauth_authentication_api",
        "consumer": "client",
        "consumerSelector": "default",
        "configuration": {"action": "log"},
    }
    held = {**inputs, "id": "rlp_1"}
    tenant.script.expect(Exchange("GET", path, None, 404, gone))
    with pytest.raises(grpc.RpcError) as failure:
        caller.read("RateLimitPolicy", "r", "rlp_1", held, inputs)
    assert told(failure.value).startswith("refreshing urn:")
    assert "* 404: {" in told(failure.value)
    tenant.script.expect(Exchange("DELETE", path, None, 404, gone))
    with pytest.raises(grpc.RpcError) as failure:
        caller.delete("RateLimitPolicy", "r", held, inputs)
    assert told(failure.value).startswith("deleting urn:")


def test_a_tenant_is_adopted_and_only_forgotten(caller: Caller, tenant: PlaybackTenant) -> None:
    settings = "/api/v2/tenants/settings"
    tenant.script.expect(
        Exchange("PATCH", settings, {}, 200, {}),
        Exchange("PATCH", settings, None, 200, {}),
        Exchange("GET", settings, None, 200, {"friendly_name": "T"}),
    )
    made, outputs = caller.create("Tenant", "t", {})
    cleared = ("default_token_quota", "error_page", "mtls")
    assert tenant.script.seen[1][2] == dict.fromkeys(
        (*cleared, "skip_non_verifiable_callback_uri_confirmation_prompt")
    )
    assert made.startswith("terraform-")
    assert outputs["mtls"] == {"disable": True, "enableEndpointAliases": False}
    caller.delete("Tenant", "t", outputs, {})
    assert len(tenant.script.seen) == 3


def test_functions_read_in_previews_too(caller: Caller, tenant: PlaybackTenant) -> None:
    from pulumi.runtime.proto import provider_pb2  # noqa: PLC0415

    from toolchain.auth0_plugin.values import to_struct  # noqa: PLC0415

    answer = {"id": "rs", "identifier": "https://orders", "scopes": [{"value": "a"}]}
    path = "/api/v2/resource-servers/https:%252F%252Forders"
    tenant.script.expect(Exchange("GET", path, None, 200, answer))
    request = provider_pb2.InvokeRequest(
        tok="auth0:index/getResourceServer:getResourceServer",
        args=to_struct({"identifier": "https://orders"}),
    )
    found = bag(getattr(caller.stub.Invoke(request), "return"))
    assert found["scopes"] == [{"name": "a", "description": ""}]
    assert found["tokenEncryptions"] == [{"disable": True, "encryptionKeys": [], "format": ""}]
