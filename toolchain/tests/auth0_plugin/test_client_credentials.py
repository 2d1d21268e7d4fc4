"""How a client authenticates: methods, secrets, keys."""

from typing import Any

from .caller import Caller
from .playback import Exchange, PlaybackTenant

Bag = dict[str, Any]
CLIENT = "/api/v2/clients/tpc_1"


def test_an_unchanged_method_is_not_sent(caller: Caller, tenant: PlaybackTenant) -> None:
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


def test_a_new_key_is_attached_before_an_old_one_is_removed(
    caller: Caller, tenant: PlaybackTenant
) -> None:
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
