"""The process: ready line, TLS, restart, refusals to start."""

import signal
import socket
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from auth0_emulator.testing import RunningTenant, command

Launch = Callable[..., RunningTenant]


def test_the_ready_line_has_all_that_a_client_needs(launch: Launch) -> None:
    running = launch()
    ready = running.ready
    assert ready["url"] == f"https://{ready['domain']}"
    assert ready["management"]["audience"] == f"{ready['url']}/api/v2/"
    assert running.api()("GET", "/clients").status_code == 200
    token = ready["control"]["token"]
    for host in ("127.0.0.1", "[::1]"):
        port = ready["domain"].partition(":")[2]
        url, own = f"https://{host}:{port}/_control/ready", {"x-control-token": token}
        assert httpx.get(url, headers=own, verify=running.trust).json() == ready


def test_its_certificate_is_trusted_only_with_its_authority(launch: Launch) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(launch().ready["url"])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(launch: Launch, number: int) -> None:
    running = launch()
    running.api()
    assert running.stop(number) == 0
    assert running.errors == ""


def test_state_and_trust_survive_a_kill(launch: Launch) -> None:
    first = launch()
    made = first.api().create("/clients", {"name": "kept"})
    first.kill()
    second = launch()
    assert second.ready["management"]["client_id"] == first.ready["management"]["client_id"]
    assert Path(second.ready["ca_file"]).read_bytes() == Path(first.ready["ca_file"]).read_bytes()
    found = second.api()("GET", f"/clients/{made['client_id']}").json()
    assert {**found, "encrypted": True} | {"signing_keys": 0} == made | {"signing_keys": 0}


@pytest.mark.parametrize("mode", [0o700, 0o755], ids=oct)
def test_what_is_secret_is_for_the_owner_alone(launch: Launch, tmp_path: Path, mode: int) -> None:
    """Also in a folder that others may read; a file of an earlier start is closed too."""
    (tmp_path / "data").mkdir(mode=mode)
    (tmp_path / "data" / "tenant.sqlite").touch(mode=0o644)
    running = launch(data=tmp_path / "data")
    running.api().create("/clients", {"name": "kept"})
    token = (tmp_path / "data" / "control-token").read_text(encoding="utf-8")
    assert token == running.ready["control"]["token"]
    open_to_others = {f.name for f in (tmp_path / "data").iterdir() if f.stat().st_mode & 0o077}
    assert open_to_others <= {"ca.pem", "lock"}


def test_the_control_token_stays_with_the_folder(launch: Launch, tmp_path: Path) -> None:
    first = launch()
    first.stop()
    assert launch().ready["control"] == first.ready["control"]
    assert launch(data=tmp_path / "other").ready["control"] != first.ready["control"]


def refused(*arguments: str) -> str:
    ended = subprocess.run(
        command(*arguments), capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert ended.stderr.startswith("auth0-emulator: ")
    return ended.stderr


def test_a_second_process_on_the_same_folder_is_refused(launch: Launch, tmp_path: Path) -> None:
    launch(data=tmp_path / "one")
    message = refused("--data", str(tmp_path / "one"))
    assert str(tmp_path / "one") in message
    assert "in use by another tenant process" in message


def test_a_port_in_use_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        message = refused("--data", str(tmp_path), "--port", port)
    assert f"port {port} is in use" in message


def test_a_stale_state_folder_is_refused(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "tenant.sqlite")
    database.executescript("CREATE TABLE other (x); PRAGMA user_version = 99;")
    database.close()
    message = refused("--data", str(tmp_path))
    assert "stale state folder" in message
    assert str(tmp_path) in message
    assert "delete the folder" in message


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tenant.sqlite").write_text("not a database, and long enough to be read" * 9)
    assert "stale state folder" in refused("--data", str(tmp_path))


def test_the_state_can_be_used_on_another_port(launch: Launch) -> None:
    first = launch()
    first.stop()
    with socket.create_server(("127.0.0.1", 0)):
        second = launch()
    audience = second.ready["management"]["audience"]
    servers = second.api()("GET", "/resource-servers").json()
    assert [s["identifier"] for s in servers if s.get("is_system")] == [audience]
