"""Who may call: strangers' pages, other users of the machine, and requests out of all measure."""

import json
import os
import random
import socket
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth0_emulator.http.control import Control, RequestLog
from auth0_emulator.http.guard import BODY_BYTES
from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi, RunningTenant

CONTROL = [
    (method, route.path)
    for route in Control(new_tenant(), RequestLog(), dict).routes()
    for method in sorted(route.methods or ())
]


def control_headers(tenant: Tenant, **changes: str) -> dict[str, str]:
    return {"x-control-token": tenant.fact("control_token"), **changes}


@pytest.mark.parametrize(("method", "path"), CONTROL)
def test_the_control_plane_needs_its_token(
    api: ManagementApi, tenant: Tenant, method: str, path: str
) -> None:
    client = api.create("/clients", {"name": "kept"})
    for wrong in (None, b"", "☃".encode()):
        sent = [] if wrong is None else [(b"x-control-token", wrong)]
        answer = api.client.request(method, path, headers=sent, json={"do": "slow"})
        assert answer.status_code == 401
        assert tenant.fact("management_client_secret") not in answer.text
    assert api("GET", f"/clients/{client['client_id']}").status_code == 200
    assert len(api.log()) >= 2
    assert api.control("GET", "/faults").json() == []


FOREIGN = ("evil.example", "evil.example:4443", "localhost.evil.example", "127.0.0.1.evil.example")
UNKNOWN = ("", "user@localhost:4443", "[::2]:4443", "0.0.0.0:4443")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_control/reset"),
        ("GET", "/_control/ready"),
        ("GET", "/api/v2/clients"),
        ("POST", "/oauth/token"),
        ("POST", "/oidc/register"),
        ("GET", "/info-v1.js"),
        ("GET", "/nowhere"),
    ],
)
def test_a_foreign_host_reaches_nothing(
    api: ManagementApi, tenant: Tenant, method: str, path: str
) -> None:
    """DNS rebinding: a page whose name suddenly stands for this machine."""
    seen = len(api.log())
    for host in FOREIGN + UNKNOWN:
        answer = api.client.request(method, path, headers=control_headers(tenant, host=host))
        assert answer.status_code == 403, host
    assert len(api.log()) == seen


@pytest.mark.parametrize("host", ["localhost:4443", "127.0.0.1:4443", "[::1]:4443", "LOCALHOST"])
def test_every_name_of_this_machine_is_its_own(api: ManagementApi, host: str) -> None:
    assert api.client.get("/api/v2/clients", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://localhost:4443", "https://localhost:9", ""]
)
def test_pages_of_another_origin_change_nothing(
    api: ManagementApi, tenant: Tenant, origin: str
) -> None:
    api("PATCH", "/tenants/settings", {"flags": {"enable_dynamic_client_registration": True}})
    headers = control_headers(tenant, origin=origin)
    body = {"client_name": "Stranger", "redirect_uris": ["https://evil.example/cb"]}
    for method, path in (
        ("POST", "/_control/reset"),
        ("POST", "/oidc/register"),
        ("POST", "/api/v2/clients"),
        ("GET", "/api/v2/clients"),
    ):
        answer = api.client.request(method, path, headers=headers, json=body)
        assert answer.status_code == 403, path
        assert "access-control-allow-origin" not in answer.headers
    assert "Stranger" not in str(api("GET", "/clients").json())


def test_its_own_pages_may_call(api: ManagementApi, tenant: Tenant) -> None:
    headers = control_headers(tenant, origin=tenant.url)
    assert api.client.get("/api/v2/clients", headers=headers).status_code == 200
    assert api.client.post("/_control/reset", headers=headers).status_code == 204


@pytest.mark.parametrize("path", ["/_control/reset", "/_control/faults", "/oidc/register"])
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json"]
)
def test_only_json_is_accepted(api: ManagementApi, tenant: Tenant, path: str, kind: str) -> None:
    """The types that a page can send to another origin without being asked."""
    headers = control_headers(tenant, **{"content-type": kind})
    content = b'{"do": "status", "client_name": "x", "redirect_uris": []}'
    assert api.client.post(path, headers=headers, content=content).status_code == 415
    del headers["content-type"]
    assert api.client.post(path, headers=headers, content=content).status_code == 415


def test_a_large_body_is_refused_before_it_is_read(launch: Callable[..., RunningTenant]) -> None:
    """The answer comes while the declared bytes, or the last chunk, were never sent."""
    running = launch()
    port = int(running.domain.partition(":")[2])
    declared = [f"content-length: {200 * BODY_BYTES}\r\n\r\n".encode()]
    piece = b"10000\r\n" + b" " * 65_536 + b"\r\n"
    streamed = [b"transfer-encoding: chunked\r\n\r\n", *[piece] * (BODY_BYTES // 65_536 + 1)]
    for path in ("/api/v2/clients", "/oauth/token", "/oidc/register", "/login"):
        for parts in (declared, streamed):
            with (
                socket.create_connection(("127.0.0.1", port), 10) as plain,
                running.trust.wrap_socket(plain, server_hostname="localhost") as connection,
            ):
                head = (
                    f"POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                )
                for part in (head.encode(), *parts):
                    connection.sendall(part)
                assert connection.recv(100).startswith(b"HTTP/1.1 413 "), path
    with running.api() as api:
        content, kind = b" " * BODY_BYTES, {"content-type": "application/json"}
        answer = api.client.post("/api/v2/clients", headers=kind, content=content)
        assert answer.status_code == 400
    assert running.stop() == 0
    assert running.errors == ""


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("authorization", "Bearer ☃"),
        ("authorization", "Bearer a.b.☃"),
        ("authorization", "Bearer \xff\xfe"),
        ("authorization", "Basic ☃"),
        ("authorization", "Bearer ."),
        ("content-type", "☃"),
        ("origin", "☃"),
    ],
)
def test_headers_out_of_any_alphabet(api: ManagementApi, header: str, value: str) -> None:
    for path in ("/api/v2/clients", "/oauth/token", "/oidc/register"):
        sent = [(header.encode(), value.encode())]
        answer = api.client.post(path, headers=sent, content=b"{}")
        assert 400 <= answer.status_code < 500, (path, answer.text)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/clock", {"advance": 1e18}),
        ("/clock", {"advance": -1e18}),
        ("/clock", {"advance": 10**400}),
        ("/clock", {"advance": "nan"}),
        ("/clock", {"now": "9999-12-31T23:59:59Z"}),
        ("/clock", {"now": "0001-01-01T00:00:00+14:00"}),
        ("/clock", {"now": 5}),
        ("/clock", []),
        ("/faults", {"do": "status", "status": 10**400}),
        ("/faults", {"do": "status", "status": None}),
        ("/faults", {"do": "slow", "seconds": "inf"}),
        ("/faults", {"do": "slow", "seconds": -1}),
        ("/faults", {"do": "status", "method": 5}),
        ("/faults", {"do": "status", "path": ["x"]}),
        ("/faults", {"do": ["status"]}),
        ("/faults", {"do": "status", "count": -1}),
        ("/faults", "status"),
        ("/documents", []),
        ("/documents", {"url": "https://agent.example.com/x"}),
    ],
    ids=str,
)
def test_the_control_plane_refuses_what_it_cannot_do(
    api: ManagementApi, path: str, body: Any
) -> None:
    assert api.control("POST", path, body).status_code == 400
    assert api("GET", "/clients").status_code == 200


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e18, 10**400, "nan", "status", "slow", "https://agent.example.com/a"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
KEYS = ("do", "status", "seconds", "count", "skip", "probability", "method", "path", "now")
NAMED = st.dictionaries(st.sampled_from((*KEYS, "advance", "url", "document")), VALUES, max_size=4)
# For a long run: FUZZ_EXAMPLES=5000 pytest emulator/tests/test_guard.py
SEEDED = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "60")),
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@SEEDED
@given(st.sampled_from(["/faults", "/clock", "/documents"]), NAMED | VALUES)
def test_no_body_breaks_the_control_plane(path: str, body: Any) -> None:
    with in_process(TENANT) as api:
        answer = api.control("POST", path, body)
        assert answer.status_code in (200, 204, 400), answer.text
        api.reset()
        api.control("POST", "/clock", {"now": None})
        assert api("GET", "/clients").status_code == 200


HEADERS = st.dictionaries(
    st.sampled_from([b"authorization", b"content-type", b"origin", b"host", b"x-control-token"]),
    st.binary(max_size=12)
    | st.sampled_from(["Bearer ☃".encode(), b"Basic eA==", b"Bearer a.b.c", b"localhost:4443"]),
)


@SEEDED
@given(
    st.sampled_from(["/api/v2/clients", "/oauth/token", "/oidc/register", "/_control/log", "/x"]),
    st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
    HEADERS,
    st.binary(max_size=40),
)
def test_no_header_breaks_the_tenant(
    path: str, method: str, headers: dict[bytes, bytes], content: bytes
) -> None:
    """An exception in the application would be raised here."""
    with in_process(TENANT) as api:
        answer = api.client.request(method, path, headers=headers, content=content)
        assert answer.status_code < 500


TENANT = new_tenant(ids=type(new_tenant().ids)(random.Random(7)))  # noqa: S311


@pytest.mark.parametrize("text", ["[" * 5000, "{" * 5000, '{"a":' * 90 + "1" + "}" * 90])
def test_deep_json_is_refused_or_stored(api: ManagementApi, text: str) -> None:
    kind = {"content-type": "application/json"}
    assert api.client.post("/api/v2/clients", headers=kind, content=text).status_code == 400


def test_a_body_of_the_size_that_auth0_takes_passes(api: ManagementApi) -> None:
    page = json.dumps({"custom_login_page": "x" * 60_000})
    (other,) = [c for c in api("GET", "/clients").json() if c.get("global")]
    answer = api.client.patch(
        f"/api/v2/clients/{other['client_id']}",
        headers={"content-type": "application/json"},
        content=page,
    )
    assert answer.status_code == 200, answer.text
