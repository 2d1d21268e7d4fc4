"""The embedded tenant of one environment, a background process."""

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock

from auth0_third_party.management import Credentials, ManagementClient, OnWait
from tpa.engine.installation import check_embedded
from tpa.engine.tenant_process import listener_at, tenant_at
from tpa.errors import TpaError
from tpa.terminal.output import say

START_SECONDS = 20.0


@dataclass(frozen=True)
class Tenant:
    """A running tenant and how to sign in to its Management API."""

    domain: str
    ca_file: Path
    client_id: str
    client_secret: str = field(repr=False)
    process_id: int = 0
    control_token: str = field(default="", repr=False)
    users: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """The users that it was made with: e-mail address and password."""

    @classmethod
    def from_json(cls, text: str, process_id: int) -> "Tenant":
        """From the line that `python -m auth0_emulator` prints when it is ready."""
        ready: dict[str, Any] = json.loads(text)
        management = ready["management"]
        return cls(
            ready["domain"],
            Path(ready["ca_file"]),
            management["client_id"],
            management["client_secret"],
            process_id,
            ready["control"]["token"],
            tuple((user["username"], user["password"]) for user in ready.get("users", ())),
        )

    def trust(self) -> ssl.SSLContext:
        """Accepts this tenant's certificate and no other."""
        return ssl.create_default_context(cafile=str(self.ca_file))

    def management(self, on_wait: OnWait | None = None) -> ManagementClient:
        """A client of its Management API; close it."""
        own = Credentials(self.domain, self.client_id, self.client_secret)
        return ManagementClient(own, trust=self.trust(), on_wait=on_wait)

    def answers(self) -> bool:
        """Whether this very tenant, told by its certificate, is running."""
        try:
            url, own = (
                f"https://{self.domain}/_control/ready",
                {"x-control-token": self.control_token},
            )
            client = httpx.Client(headers=own, verify=self.trust(), timeout=2, trust_env=False)
            with client:
                return client.get(url).is_success
        except (httpx.HTTPError, OSError, ssl.SSLError):
            return False


@dataclass(frozen=True)
class EmbeddedTenant:
    """`folder` holds its data, its log and, while it runs, the line that it printed when ready."""

    folder: Path
    port: int
    legacy: bool = False
    """Like a tenant that used third-party applications before there were security modes."""

    @property
    def log(self) -> Path:
        return self.folder / "tenant.log"

    @property
    def _ready(self) -> Path:
        return self.folder / "ready.json"

    @property
    def _process(self) -> Path:
        return self.folder / "process"

    def running(self) -> Tenant | None:
        """The tenant, if it answers."""
        try:
            process_id = int(self._process.read_text(encoding="utf-8"))
            tenant = Tenant.from_json(self._ready.read_text(encoding="utf-8"), process_id)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return tenant if tenant.answers() else None

    def start(self) -> Tenant:
        """The running tenant; starts it first if needed. It outlives this process.

        Raises:
            TpaError: the port is taken, or the tenant could not start.
        """
        running = self.running()
        if running is not None:
            return running
        check_embedded(self.folder.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self.folder / "starting", timeout=START_SECONDS):
            return self.running() or self._start()

    def _start(self) -> Tenant:
        self._free_port()
        command = [sys.executable, "-m", "auth0_emulator"]
        command += ["--port", str(self.port), "--data", str(self.folder / "tenant")]
        if self.legacy:
            command.append("--legacy")
        with self._open(self._ready) as ready, self._open(self.log) as log:
            process = subprocess.Popen(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=ready,
                stderr=log,
                cwd=self.folder,
                start_new_session=True,
            )
        self._process.write_text(str(process.pid), encoding="utf-8")
        return self._wait(process)

    def stop(self) -> bool:
        """Stops the tenant if it runs; returns whether it did.

        Raises:
            TpaError: it does not stop.
        """
        found = tenant_at(self.port)
        if found is None or not found.belongs_to(self.folder):
            if tenant := self.running():
                raise TpaError(
                    f"the tenant at {tenant.domain} was not started here; stop the program that did"
                )
            return False
        found.stop()
        self._ready.unlink(missing_ok=True)
        self._process.unlink(missing_ok=True)
        return True

    def _wait(self, process: subprocess.Popen[bytes]) -> Tenant:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            text = self._ready.read_text(encoding="utf-8")
            if text.endswith("\n"):
                return Tenant.from_json(text, process.pid)
            time.sleep(0.02)
        process.kill()
        lines = self.log.read_text(encoding="utf-8").strip().splitlines()
        reason = lines[-1] if lines else "it printed nothing"
        raise TpaError(f"the embedded tenant did not start: {reason}\n  log: {self.log}")

    def _free_port(self) -> None:
        """A tenant of ours that does not answer is ended: its files are gone, or it hangs."""
        if self._port_is_free():
            return
        found = tenant_at(self.port)
        if found is not None and found.belongs_to(self.folder):
            say(f"{self.folder.name}: its embedded tenant ({found}) does not answer; it is ended")
            found.stop()
            return
        holder = listener_at(self.port)
        user = f"another program{f' ({holder})' if holder else ''}"
        stop = "stop that program"
        if found is not None:
            user = f"another embedded tenant ({found}, in {found.folder or found.data})"
            stop = f"stop it, by tpa down there or kill {found.process.pid}"
        raise TpaError(
            f"port {self.port} is in use by {user}, and the embedded tenant of"
            f" {self.folder.name} needs it\n  fix: {stop}, or choose another"
            f" embedded_port in stacks/{self.folder.name}.yaml"
        )

    def _port_is_free(self) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", self.port))
            except OSError:
                return False
        return True

    @staticmethod
    def _open(file: Path) -> Any:
        return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
