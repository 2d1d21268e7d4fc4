"""The tenant in the background: real processes."""

import os
import shutil
import signal
import socket
import subprocess
from dataclasses import replace

import psutil
import pytest

from tests.ports import free_port
from tpa.engine.embedded import EmbeddedTenant, Tenant
from tpa.errors import TpaError


def test_it_starts_once_and_stops(embedded: EmbeddedTenant) -> None:
    assert embedded.running() is None
    first = embedded.start()
    assert first.domain == f"localhost:{embedded.port}"
    assert first.answers()
    assert embedded.start() == first == embedded.running()
    assert embedded.stop() is True
    assert not first.answers()
    assert embedded.running() is None
    assert embedded.stop() is False


def test_it_is_the_same_tenant_after_a_stop(embedded: EmbeddedTenant) -> None:
    first = embedded.start()
    embedded.stop()
    second = embedded.start()
    assert second.process_id != first.process_id
    assert (second.client_id, second.client_secret) == (first.client_id, first.client_secret)


def test_it_comes_back_after_a_kill(embedded: EmbeddedTenant) -> None:
    first = embedded.start()
    os.kill(first.process_id, signal.SIGKILL)
    os.waitpid(first.process_id, 0)
    assert embedded.running() is None
    assert embedded.start().client_id == first.client_id


def test_its_files_are_gone_while_it_runs(
    embedded: EmbeddedTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    first = embedded.start()
    shutil.rmtree(embedded.folder)
    second = embedded.start()
    assert second.answers()
    assert second.client_id != first.client_id
    assert f"process {first.process_id}) does not answer; it is ended" in capsys.readouterr().err
    shutil.rmtree(embedded.folder)
    assert embedded.stop() is True
    assert not second.answers()


def test_its_folder_is_moved_while_it_runs(embedded: EmbeddedTenant) -> None:
    first = embedded.start()
    folder = embedded.folder.with_name("moved") / "dev"
    folder.parent.mkdir()
    embedded.folder.rename(folder)
    moved = EmbeddedTenant(folder, embedded.port)
    try:
        assert moved.start().client_id == first.client_id
        assert not psutil.pid_exists(first.process_id)
    finally:
        assert moved.stop() is True


def test_a_number_that_is_another_processs_now(embedded: EmbeddedTenant) -> None:
    tenant = embedded.start()
    with subprocess.Popen(["sleep", "60"]) as unrelated:
        (embedded.folder / "process").write_text(str(unrelated.pid), encoding="utf-8")
        assert embedded.stop() is True
        assert not tenant.answers()
        assert unrelated.poll() is None
        unrelated.kill()


def test_its_management_client_works(embedded: EmbeddedTenant) -> None:
    with embedded.start().management() as client:
        assert client.get("/clients")


def test_its_secret_is_for_its_owner_alone(embedded: EmbeddedTenant) -> None:
    tenant = embedded.start()
    for secret in (tenant.client_secret, tenant.control_token):
        assert secret not in repr(tenant)
        assert secret not in embedded.log.read_text(encoding="utf-8")
        for file in embedded.folder.rglob("*"):
            if file.is_file() and secret.encode() in file.read_bytes():
                assert file.stat().st_mode & 0o077 == 0, file


def test_without_its_token_the_control_plane_is_closed(embedded: EmbeddedTenant) -> None:
    tenant = embedded.start()
    assert tenant.answers()
    assert not replace(tenant, control_token="x").answers()


def test_another_program_on_its_port_is_named_with_the_remedy(embedded: EmbeddedTenant) -> None:
    with socket.create_server(("127.0.0.1", embedded.port)), pytest.raises(TpaError) as caught:
        embedded.start()
    said = str(caught.value)
    assert f"port {embedded.port} is in use by another program" in said
    assert f"process {os.getpid()})" in said
    assert "embedded_port in stacks/dev.yaml" in said
    assert not embedded.log.exists()


def test_another_tenant_on_its_port_is_not_taken_for_it(embedded: EmbeddedTenant) -> None:
    """Two checkouts with the same port: each tenant has an authority of its own."""
    mine = embedded.start()
    ready = (embedded.folder / "ready.json").read_text(encoding="utf-8")
    embedded.stop()
    other = EmbeddedTenant(embedded.folder.with_name("other"), embedded.port)
    theirs = other.start()
    try:
        assert not Tenant.from_json(ready, mine.process_id).answers()
        with pytest.raises(
            TpaError, match=f"another embedded tenant .process {theirs.process_id}, in"
        ):
            embedded.start()
        assert theirs.answers()
    finally:
        other.stop()


def test_a_tenant_that_can_not_start_names_its_log(embedded: EmbeddedTenant) -> None:
    data = embedded.folder / "tenant"
    data.mkdir(parents=True)
    (data / "tenant.sqlite").write_text("not a database, and long enough to be read" * 9)
    with pytest.raises(TpaError) as caught:
        embedded.start()
    said = str(caught.value)
    assert "the embedded tenant did not start: auth0-emulator:" in said
    assert "stale state folder" in said
    assert said.endswith(f"log: {embedded.log}")
    assert embedded.running() is None


def test_two_environments_run_side_by_side(embedded: EmbeddedTenant) -> None:
    other = EmbeddedTenant(embedded.folder.with_name("staging"), free_port())
    try:
        first, second = embedded.start(), other.start()
        assert first.client_id != second.client_id
        embedded.stop()
        assert second.answers()
    finally:
        other.stop()
