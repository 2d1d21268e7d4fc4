"""After an adoption: the next one adds what is new, or goes on; an application is given back."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.e2e.adopting import adopted
from tests.e2e.by_hand import CALLBACK, ORDERS, PARTNERS, STRICT, ByHand, empty
from tests.e2e.conftest import Project

pytestmark = pytest.mark.e2e


def test_only_what_is_new_is_added_the_second_time(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    web = {"app_type": "regular_web", "callbacks": CALLBACK, **STRICT}
    first = hand.client(name="First", token_endpoint_auth_method="client_secret_post", **web)
    hand.grant(first, ORDERS, "read:orders")
    assert len(adopted(project)["applications"]) == 1
    files = {f: f.read_bytes() for f in (project.folder / "stacks").rglob("*.yaml")}
    tenant.forget_log()

    nothing = adopted(project)
    assert (nothing["applications"], nothing["adopted"]) == ([], False)
    assert {f: f.read_bytes() for f in files} == files
    assert tenant.writes() == []

    second = hand.client(name="First", app_type="spa", callbacks=CALLBACK, **STRICT)
    hand.grant(second, ORDERS, "write:orders")
    extra = hand.grant(first, PARTNERS, "read:partners")
    told = adopted(project)
    assert told["applications"][0]["key"] == "first-2"
    assert told["grants"] == [{"application": "first", "id": extra}]
    assert project.read("stacks/applications/first.yaml")["grants"][1] == {
        "api": "partners",
        "subject_type": "user",
        "scopes": ["read:partners"],
    }
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def until(seen: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_adoption_that_is_cut_off_goes_on_where_it_was(project: Project) -> None:
    empty(project)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    web = {"app_type": "regular_web", "callbacks": CALLBACK, **STRICT}
    ids = [
        hand.client(name=f"Partner {n}", **web, token_endpoint_auth_method="client_secret_post")
        for n in range(4)
    ]
    for client in ids:
        hand.grant(client, ORDERS, "read:orders")
    clients = len(tenant.get("clients"))
    slow = {"do": "slow", "seconds": 0.5, "method": "GET", "path": "/api/v2/clients/tpc_*"}
    tenant.http.post("/_control/faults", json=[slow]).raise_for_status()
    locks = project.folder / ".embedded/state/.pulumi/locks"
    run = subprocess.Popen(
        [sys.executable, "-m", "tpa", "adopt"],
        cwd=project.folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until(lambda: any(locks.rglob("*.json")))  # a preview takes no lock
    tenant.forget_log()
    until(lambda: any(path.startswith("/api/v2/clients/tpc_") for _, path in tenant.log()))
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    tenant.http.delete("/_control/faults").raise_for_status()
    time.sleep(1)
    assert project.pulumi("cancel", "--yes").returncode == 0

    assert set(project.read("stacks/dev.yaml")["adopt"].values()) == set(ids)
    told = adopted(project)
    assert told["applications"] == []
    assert told["adopted"] is True
    assert len(tenant.get("clients")) == clients
    assert "adopt" not in project.read("stacks/dev.yaml")
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_an_application_is_given_back_as_it_is(project: Project) -> None:
    """By the steps of the platform guide: the state forgets it, and nothing in the tenant moves."""
    empty(project, protect=True)
    tenant = project.tenant()
    hand = ByHand(tenant)
    hand.promote("customers")
    for name in ("Goes", "Stays"):
        client = hand.client(name=name, app_type="spa", callbacks=CALLBACK, **STRICT)
        hand.grant(client, ORDERS, "read:orders")
    adopted(project)
    before = tenant.everything()
    tenant.forget_log()
    shown = project.pulumi("stack", "--show-urns", "--show-ids").stdout
    (urn,) = re.findall(r"URN: (\S+ThirdPartyApplication::goes)\n", shown)
    forget = ("state", "delete", urn, "--target-dependents", "--force", "--yes")
    assert project.pulumi(*forget).returncode == 0
    project.live("dev", {"goes": None})
    assert list(project.up()["applications"]) == ["stays"]
    assert tenant.writes() == []
    assert tenant.everything() == before
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0
