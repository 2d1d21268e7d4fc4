"""What other test suites use to run a tenant."""

import ssl
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from auth0_emulator.testing import ManagementApi, RunningTenant, start


def test_a_tenant_lives_as_long_as_its_block(tmp_path: Path) -> None:
    with start(tmp_path) as tenant, tenant.api() as api:
        assert api("GET", "/clients").status_code == 200
        assert tenant.domain == tenant.environment["AUTH0_DOMAIN"]
    assert tenant.process.returncode == 0
    assert (tenant.stop(), tenant.errors) == (0, "")


def test_the_environment_is_enough_for_other_clients(launch: Callable[..., RunningTenant]) -> None:
    environment = launch().environment
    trust = ssl.create_default_context(cafile=environment["SSL_CERT_FILE"])
    form = (
        "grant_type=client_credentials"
        f"&client_id={environment['AUTH0_CLIENT_ID']}"
        f"&client_secret={environment['AUTH0_CLIENT_SECRET']}"
        f"&audience=https://{environment['AUTH0_DOMAIN']}/api/v2/"
    )
    url = f"https://{environment['AUTH0_DOMAIN']}/oauth/token"
    with urllib.request.urlopen(url, form.encode(), context=trust) as answer:
        assert answer.status == 200


def test_a_tenant_that_cannot_start_says_why(tmp_path: Path) -> None:
    (tmp_path / "tenant.sqlite").write_text("not a database, and long enough to be read" * 9)
    with pytest.raises(RuntimeError, match="did not start: auth0-emulator: stale state folder"):
        start(tmp_path)


def test_a_process_that_has_ended_can_be_stopped(
    launch: Callable[..., RunningTenant],
) -> None:
    tenant = launch()
    tenant.process.terminate()
    tenant.process.wait(10)
    assert tenant.stop() == 0


def test_helpers_say_what_they_got_instead(api: ManagementApi) -> None:
    with pytest.raises(AssertionError, match=r"400 instead of 201: .*Missing required property"):
        api.create("/clients", {})
    with pytest.raises(AssertionError, match="201 instead of 400"):
        api.refused("POST", "/clients", {"name": "fine"})
    with pytest.raises(AssertionError, match="unknown 'x'"):
        api.set_faults({"do": "slow", "x": 1})


def test_reset_and_log(api: ManagementApi) -> None:
    client = api.create_third_party(name="Partner")
    assert client["third_party_security_mode"] == "strict"
    api.set_faults({"do": "status", "status": 503})
    api.reset()
    assert api.log() == []
    assert api("GET", f"/clients/{client['client_id']}").status_code == 404
    assert [entry["status"] for entry in api.log()] == [404]
    api.clear_log()
    assert api.log() == []
