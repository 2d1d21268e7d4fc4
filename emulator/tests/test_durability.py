"""A kill during writes, fifty clients at once, any order of calls."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.testing import ManagementApi, RunningTenant

Launch = Callable[..., RunningTenant]
WRITES, KILLED_AFTER = 1_000, 300


def test_a_kill_among_a_thousand_writes_loses_nothing_answered(launch: Launch) -> None:
    running = launch()
    token = running.api().client.headers["authorization"]
    answered: list[str] = []
    enough = threading.Event()

    async def worker(client: httpx.AsyncClient, numbers: Iterator[int]) -> None:
        for number in numbers:
            try:
                answer = await client.post("/api/v2/clients", json={"name": f"w{number}"})
            except httpx.HTTPError:
                return
            assert answer.status_code == 201
            answered.append(answer.json()["client_id"])
            if len(answered) >= KILLED_AFTER:
                enough.set()

    async def all_writes() -> None:
        numbers = iter(range(WRITES))
        async with httpx.AsyncClient(
            base_url=running.ready["url"],
            verify=running.trust,
            headers={"authorization": token},
            timeout=60,
        ) as client:
            await asyncio.gather(*(worker(client, numbers) for _ in range(50)))

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(asyncio.run, all_writes())
        assert enough.wait(60)
        running.kill()
        writing.result()
    assert KILLED_AFTER <= len(answered) < WRITES
    api = launch().api()
    # So is the key of the tokens.
    assert api.client.get("/api/v2/clients", headers={"authorization": token}).status_code == 200
    kept: set[str] = set()
    query = {"take": "100"}
    while True:
        page = api("GET", "/clients", **query).json()
        kept |= {client["client_id"] for client in page["clients"]}
        if "next" not in page:
            break
        query["from"] = page["next"]
    assert set(answered) <= kept


def test_fifty_clients_at_once_see_their_own_writes(launch: Launch) -> None:
    running = launch()

    def work(number: int) -> None:
        api = running.api()
        made = api.create("/organizations", {"name": f"org-{number}"})
        path = f"/organizations/{made['id']}"
        for step in range(3):
            api("PATCH", path, {"display_name": f"{number}.{step}"})
            assert api("GET", path).json()["display_name"] == f"{number}.{step}"
        api.close()

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, range(50)))
    listed = running.api()("GET", "/organizations", per_page="100").json()
    assert {f"org-{number}" for number in range(50)} <= {one["name"] for one in listed}
    assert not [entry for entry in running.api().log() if entry["status"] >= 400]


@contextmanager
def fresh() -> Iterator[ManagementApi]:
    api = in_process(new_tenant())
    yield api
    api.client.close()


NAMES = st.sampled_from(["a", "b", "c"])
STEP = st.one_of(
    st.tuples(st.just("create"), NAMES),
    st.tuples(st.just("describe"), st.integers(0, 5), st.text(max_size=20)),
    st.tuples(st.just("mark"), st.integers(0, 5), NAMES, st.none() | st.text(max_size=5)),
    st.tuples(st.just("delete"), st.integers(0, 5)),
    st.tuples(st.just("grant"), st.integers(0, 5), st.lists(NAMES, max_size=3, unique=True)),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEP, max_size=25))
def test_any_order_of_calls_reads_as_it_was_written(steps: list[tuple[Any, ...]]) -> None:
    """After every step the tenant and a model in memory agree."""
    with fresh() as api:
        before = api("GET", "/clients").json(), api("GET", "/client-grants").json()
        clients: dict[str, dict[str, Any]] = {}
        grants: dict[str, list[str]] = {}
        for step in steps:
            apply(api, step, clients, grants)
            listed = api("GET", "/clients", is_first_party="false").json()
            found = {one["client_id"]: known_part(one) for one in listed}
            assert found == clients
            listed = api("GET", "/client-grants", audience="https://orders.example.com").json()
            assert {one["client_id"]: one["scope"] for one in listed} == grants
        for client_id in clients:
            api("DELETE", f"/clients/{client_id}")
        assert (api("GET", "/clients").json(), api("GET", "/client-grants").json()) == before


def known_part(client: dict[str, Any]) -> dict[str, Any]:
    known = ("name", "description", "client_metadata")
    return {key: client[key] for key in known if key in client}


def apply(
    api: ManagementApi,
    step: tuple[Any, ...],
    clients: dict[str, dict[str, Any]],
    grants: dict[str, list[str]],
) -> None:
    verb, first, *rest = step
    if verb == "create":
        made = api.create("/clients", {"name": first, "is_first_party": False})
        clients[made["client_id"]] = {"name": first}
        return
    if not clients:
        return
    client_id = list(clients)[first % len(clients)]
    path = f"/clients/{client_id}"
    if verb == "describe":
        answer = api("PATCH", path, {"description": rest[0]})
        assert answer.status_code == 200
        clients[client_id]["description"] = rest[0]
    elif verb == "mark":
        assert api("PATCH", path, {"client_metadata": {rest[0]: rest[1]}}).status_code == 200
        marks = {**clients[client_id].get("client_metadata", {}), rest[0]: rest[1]}
        clients[client_id]["client_metadata"] = {k: v for k, v in marks.items() if v is not None}
    elif verb == "delete":
        assert api("DELETE", path).status_code == 204
        clients.pop(client_id)
        grants.pop(client_id, None)
    else:
        body = {
            "client_id": client_id,
            "audience": "https://orders.example.com",
            "scope": rest[0],
        }
        answer = api("POST", "/client-grants", body)
        assert answer.status_code == (409 if client_id in grants else 201)
        grants.setdefault(client_id, rest[0])
