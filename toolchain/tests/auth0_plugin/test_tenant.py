"""The plugin's HTTP against a real HTTPS server."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_toolchain.auth0_plugin.errors import ApiError, PluginError
from pulumi_toolchain.auth0_plugin.settings import Settings
from pulumi_toolchain.auth0_plugin.tenant import Retries, Sdk, Tenant, query

from .playback import Exchange, PlaybackTenant

SECRET = "s3cr3t-of-the-deployment"
TOKEN = Exchange(
    "POST",
    "/oauth/token",
    None,
    200,
    {"access_token": "x.y.z", "token_type": "Bearer", "expires_in": 86400},
)
DENIED = {"error": "access_denied", "error_description": "Unauthorized"}
ONE = Exchange("GET", "/api/v2/clients/a", None, 200, {"client_id": "a"})


def by_client(tenant: PlaybackTenant, audience: str = "") -> Tenant:
    settings = Settings(tenant.domain, client_id="m2m", client_secret=SECRET, audience=audience)
    return Tenant(settings, Retries(sleep=lambda _: None))


def by_token(tenant: PlaybackTenant) -> Tenant:
    return Tenant(Settings(tenant.domain, api_token="static"), Retries(sleep=lambda _: None))


def test_a_static_token_needs_no_token_call(tenant: PlaybackTenant) -> None:
    tenant.script.expect(ONE)
    assert by_token(tenant).call("GET", "/clients/a") == {"client_id": "a"}
    assert tenant.script.seen == [("GET", "/api/v2/clients/a", None)]
    headers = tenant.script.received_headers[-1]
    assert headers["Authorization"] == "Bearer static"
    assert "Content-Type" not in headers


def test_a_token_is_fetched_once_for_many_calls_at_once(tenant: PlaybackTenant) -> None:
    tenant.script.expect(TOKEN, *[ONE] * 20)
    api = by_client(tenant)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: api.call("GET", "/clients/a"), range(20)))
    assert answers == [{"client_id": "a"}] * 20
    asked = [path for _, path, _ in tenant.script.seen]
    assert asked.count("/oauth/token") == 1
    form = next(body for _, path, body in tenant.script.seen if path == "/oauth/token")
    port = tenant.domain.rsplit(":", 1)[1]
    assert form == (
        f"audience=https%3A%2F%2Flocalhost%3A{port}%2Fapi%2Fv2%2F&grant_type=client_credentials"
    )
    first = tenant.script.received_headers[0]["Authorization"]
    assert first == "Basic " + base64.b64encode(f"m2m:{SECRET}".encode()).decode()


def test_each_sdk_has_a_token_of_its_own(tenant: PlaybackTenant) -> None:
    tenant.script.expect(TOKEN, TOKEN, ONE, ONE, ONE, ONE)
    api = by_client(tenant)
    for sdk in (Sdk.FIRST, Sdk.SECOND, Sdk.FIRST, Sdk.SECOND):
        api.call("GET", "/clients/a", sdk=sdk)
    assert [path for _, path, _ in tenant.script.seen].count("/oauth/token") == 2


def test_a_configured_audience_is_used(tenant: PlaybackTenant) -> None:
    tenant.script.expect(TOKEN, ONE)
    by_client(tenant, "urn:own").call("GET", "/clients/a")
    assert tenant.script.seen[0][2] == "audience=urn%3Aown&grant_type=client_credentials"


def test_wrong_credentials_are_tried_twice_and_never_shown(tenant: PlaybackTenant) -> None:
    refused = Exchange("POST", "/oauth/token", None, 401, DENIED)
    tenant.script.expect(refused, refused)
    with pytest.raises(PluginError) as refusal:
        by_client(tenant).call("PATCH", "/clients/a", {})
    assert str(refusal.value) == (
        f'failed to send the request: Patch "https://{tenant.domain}/api/v2/clients/a": '
        'oauth2: "access_denied" "Unauthorized"'
    )
    assert f"client_secret={SECRET}" in tenant.script.seen[1][2]
    assert len(tenant.script.seen) == 2


def test_bodies_are_written_as_go_writes_them(tenant: PlaybackTenant) -> None:
    made = Exchange("POST", "/api/v2/clients", {"name": "<a&b>", "none": None}, 201, {})
    tenant.script.expect(made)
    by_token(tenant).call("POST", "/clients", {"name": "<a&b>", "none": None})
    length = int(tenant.script.received_headers[-1]["Content-Length"])
    assert length == len(r'{"name":"\u003ca\u0026b\u003e","none":null}' + "\n")


def test_a_chunked_body_arrives_whole(tenant: PlaybackTenant) -> None:
    tenant.script.expect(Exchange("PATCH", "/api/v2/tenants/settings", {"mtls": None}, 200, {}))
    by_token(tenant).call("PATCH", "/tenants/settings", {"mtls": None}, chunked=True)
    assert tenant.script.seen == [("PATCH", "/api/v2/tenants/settings", {"mtls": None})]
    headers = tenant.script.received_headers[-1]
    assert headers["Transfer-Encoding"] == "chunked"
    assert "Content-Length" not in headers


@pytest.mark.parametrize(
    ("status", "body", "message", "seen"),
    [
        (
            400,
            {"statusCode": 400, "error": "Bad Request", "message": "no", "errorCode": "invalid"},
            "400 Bad Request: no",
            400,
        ),
        (
            404,
            {"statusCode": 400, "error": "Bad Request", "message": "no"},
            "400 Bad Request: no",
            400,
        ),
        (404, {"error": "Not Found", "message": "gone"}, "404 Not Found: gone", 404),
    ],
)
def test_errors_of_the_first_sdk(
    tenant: PlaybackTenant, status: int, body: dict[str, str], message: str, seen: int
) -> None:
    tenant.script.expect(Exchange("GET", "/api/v2/clients/a", None, status, body))
    with pytest.raises(ApiError) as refusal:
        by_token(tenant).call("GET", "/clients/a")
    assert (str(refusal.value), refusal.value.status) == (message, seen)


def test_errors_of_the_second_sdk(tenant: PlaybackTenant) -> None:
    body = {"statusCode": 404, "message": "gone"}
    tenant.script.expect(Exchange("GET", "/api/v2/rate-limit-policies/a", None, 404, body))
    with pytest.raises(ApiError) as refusal:
        by_token(tenant).call("GET", "/rate-limit-policies/a", sdk=Sdk.SECOND)
    assert str(refusal.value) == '404: {"statusCode": 404, "message": "gone"}'


def test_a_refused_connection_is_reported(tenant: PlaybackTenant) -> None:
    tenant.close()
    with pytest.raises(PluginError, match="failed to send the request: Get"):
        by_token(tenant).call("GET", "/clients/a")


def test_an_untrusted_certificate_is_refused(
    tenant: PlaybackTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(PluginError, match="certificate"):
        by_token(tenant).call("GET", "/clients/a")
    assert tenant.script.seen == []


def test_a_proxy_is_never_used(tenant: PlaybackTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:1")
    tenant.script.expect(ONE)
    assert by_token(tenant).call("GET", "/clients/a") == {"client_id": "a"}


def test_queries_are_sorted_and_escaped() -> None:
    assert query(per_page="50", audience="https://a b") == "?audience=https%3A%2F%2Fa+b&per_page=50"


def test_a_wait_of_one_call_does_not_stop_the_others(tenant: PlaybackTenant) -> None:
    limited = Exchange("GET", "/api/v2/clients/slow", None, 429, {})
    tenant.script.expect(limited, ONE)
    released = threading.Event()

    def wait(_: float) -> None:
        released.wait(30)

    api = Tenant(
        Settings(tenant.domain, api_token="static"),
        Retries(sleep=wait),
    )
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(api.call, "GET", "/clients/slow")
        assert api.call("GET", "/clients/a") == {"client_id": "a"}
        tenant.script.expect(Exchange("GET", "/api/v2/clients/slow", None, 200, {"ok": True}))
        released.set()
        assert slow.result(30) == {"ok": True}
