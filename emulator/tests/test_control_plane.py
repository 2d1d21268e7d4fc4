"""Faults, the rate limit, the request log, reset: the control plane."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.limits import Rate, RateLimiter
from auth0_emulator.testing import ManagementApi, RunningTenant

Launch = Callable[..., RunningTenant]


def fault(api: ManagementApi, **values: Any) -> None:
    answer = api.control("POST", "/faults", values)
    assert answer.status_code == 200, answer.text


def names(api: ManagementApi) -> list[str]:
    return [client["name"] for client in api("GET", "/clients").json()]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_status_fault_applies_so_often_and_does_nothing_else(
    api: ManagementApi, status: int
) -> None:
    fault(api, do="status", status=status, method="POST", path="/api/v2/clients", count=2)
    answers = [api("POST", "/clients", {"name": f"c{n}"}) for n in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 201]
    assert answers[0].json()["statusCode"] == status
    assert "c0" not in names(api)
    assert "c2" in names(api)
    assert ("x-ratelimit-reset" in answers[0].headers) is (status == 429)


def test_some_requests_pass_before_a_fault_applies(api: ManagementApi) -> None:
    fault(api, do="status", status=400, method="[PD]*", path="/api/v2/*", skip=2, count=1)
    answers = [api("POST", "/clients", {"name": f"c{n}"}).status_code for n in range(4)]
    assert answers == [201, 201, 400, 201]
    assert api("GET", "/clients").status_code == 200


def test_a_probability_applies_to_some_requests(api: ManagementApi) -> None:
    fault(api, do="status", path="/api/v2/prompts", probability=0.5)
    found = {api("GET", "/prompts").status_code for _ in range(60)}
    assert found == {200, 500}


def test_slow_answers_are_still_answers(api: ManagementApi) -> None:
    fault(api, do="slow", path="/api/v2/prompts", seconds=0.05)
    assert api("GET", "/prompts").status_code == 200
    (entry,) = [entry for entry in api.log() if entry["path"] == "/api/v2/prompts"]
    assert entry["fault"] == "slow"
    assert entry["ms"] >= 50


@pytest.mark.parametrize(
    "wrong",
    [{"do": "explode"}, {"status": 500}, {"do": "status", "status": 200}, {"do": "slow", "x": 1}],
    ids=str,
)
def test_invalid_faults_are_refused(api: ManagementApi, wrong: dict[str, Any]) -> None:
    assert api.control("POST", "/faults", wrong).status_code == 400
    assert api.control("GET", "/faults").json() == []


def test_faults_can_be_removed(api: ManagementApi) -> None:
    fault(api, do="status", path="*")
    assert api("GET", "/prompts").status_code == 500
    api.control("DELETE", "/faults")
    assert api("GET", "/prompts").status_code == 200


def test_mg_15_the_rate_limit_says_when_to_retry() -> None:
    moment = [1_000.0]
    limiter = RateLimiter(Rate(2, 3), now=lambda: moment[0])
    api = in_process(new_tenant(), limiter=limiter)
    answers = [api("GET", "/prompts") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["x-ratelimit-remaining"] == "2"
    assert answers[3].json()["errorCode"] == "too_many_requests"
    assert answers[3].headers["x-ratelimit-limit"] == "3"
    assert int(answers[3].headers["x-ratelimit-reset"]) > moment[0]
    moment[0] = float(answers[3].headers["x-ratelimit-reset"])
    assert api("GET", "/prompts").status_code == 200
    api.client.close()


def test_the_log_has_callers_and_no_secrets(api: ManagementApi, tenant: Any) -> None:
    api.control("DELETE", "/log")
    client = api.create("/clients", {"name": "logged", "description": "body-marker"})
    api("GET", f"/clients/{client['client_id']}", fields="name")
    api("GET", "/nowhere")
    log = api.log()
    assert [(e["method"], e["status"]) for e in log] == [("POST", 201), ("GET", 200), ("GET", 404)]
    assert log[1]["path"] == f"/api/v2/clients/{client['client_id']}"
    assert log[1]["query"] == "fields=name"
    assert log[0]["caller"] == tenant.fact("management_client_id")
    assert log[0]["at"].endswith("Z")
    assert "body-marker" not in str(log)
    assert client["client_secret"] not in str(log)
    api.control("DELETE", "/log")
    assert api.log() == []


def test_reset_makes_the_tenant_as_new_with_the_same_ids(api: ManagementApi) -> None:
    before = api("GET", "/connections").json(), api("GET", "/clients").json()
    api.create("/clients", {"name": "gone"})
    api("DELETE", f"/connections/{before[0][0]['id']}")
    assert api.control("POST", "/reset").status_code == 204
    assert (api("GET", "/connections").json(), api("GET", "/clients").json()) == before


def test_a_connection_is_cut_before_or_after_the_commit(launch: Launch) -> None:
    running = launch()
    api = running.api()
    for do, kept in (("cut-before", False), ("cut-after", True)):
        fault(api, do=do, method="POST", path="/api/v2/clients", count=1)
        with pytest.raises(httpx.RemoteProtocolError):
            api("POST", "/clients", {"name": do})
        assert (do in names(api)) is kept
    cut = [entry for entry in api.log() if entry.get("fault", "").startswith("cut")]
    assert [(entry["fault"], entry["status"]) for entry in cut] == [
        ("cut-before", None),
        ("cut-after", 201),
    ]
    running.stop()
    assert running.errors == ""


def test_faults_and_rate_limit_on_the_command_line(launch: Launch) -> None:
    spec = "do=status,status=503,method=GET,path=/api/v2/prompts,count=1"
    api = launch("--fault", spec, "--rate-limit", "0.001", "--burst", "3").api()
    assert [api("GET", "/prompts").status_code for _ in range(5)] == [503, 200, 200, 200, 429]


def test_a_stopped_clock(launch: Launch) -> None:
    api = launch("--clock", "2026-10-01T00:00:00Z", "--legacy").api()
    client = api.create("/clients", {"name": "old", "is_first_party": False})
    assert client["third_party_security_mode"] == "permissive"
    assert api.log()[-1]["at"] == "2026-10-01T00:00:00.000Z"
