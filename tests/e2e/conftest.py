"""The shipped project in a folder of its own, driven as a person drives it."""

import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
FOLDERS = ("components", "emulator", "stacks", "toolchain", "tpa")
PARTS = (*FOLDERS, "Pulumi.yaml", "__main__.py", "requirements.txt")
LISTS = ("clients", "client-grants", "connections", "resource-servers", "tenants/settings")
WRITES = ("POST", "PATCH", "PUT", "DELETE")


class Project:
    """A copy of the project; its `.venv` and `.toolchain` are the real one's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        for part in PARTS:
            source = ROOT / part
            ignored = shutil.ignore_patterns("__pycache__")
            if source.is_dir():
                shutil.copytree(source, folder / part, ignore=ignored)
            else:
                shutil.copy(source, folder / part)
        for shared in (".venv", ".toolchain"):
            (folder / shared).symlink_to(ROOT / shared)
        for name in ("dev", "staging", "prod"):
            self.edit(f"stacks/{name}.yaml", embedded_port=free_port())

    def edit(self, file: str, **changes: Any) -> None:
        """Replaces top-level fields of a YAML file; None removes one."""
        path = self.folder / file
        content = {**yaml.safe_load(path.read_text(encoding="utf-8")), **changes}
        kept = {key: value for key, value in content.items() if value is not None}
        path.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")

    def live(self, environment: str, where: Mapping[str, Any]) -> None:
        """Partners by key: what differs there; None: it is not live there."""
        for key, differs in where.items():
            (path,) = self.folder.glob(f"stacks/a*s/{key}.yaml")
            file = path.relative_to(self.folder).as_posix()
            stated = {**(self.read(file).get("environments") or {}), environment: differs}
            kept = {name: each for name, each in stated.items() if each is not None}
            self.edit(file, environments=kept)

    def nothing_live(self, environment: str) -> None:
        self.live(environment, {path.stem: None for path in self.folder.glob("stacks/a*s/*.yaml")})

    def read(self, file: str) -> dict[str, Any]:
        content: dict[str, Any] = yaml.safe_load((self.folder / file).read_text("utf-8"))
        return content

    def tpa(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            k: v for k, v in os.environ.items() if not k.startswith(("AUTH0_", "PULUMI"))
        }
        return subprocess.run(
            [sys.executable, "-m", "tpa", *arguments],
            cwd=self.folder,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def up(self, environment: str = "dev") -> dict[str, Any]:
        """`tpa up --json`, which must succeed; its summary."""
        done = self.tpa("up", "-e", environment, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        self.applied: dict[str, Any] = json.loads(done.stdout)
        return {**self.applied, "said": done.stderr}

    def down(self, environment: str = "dev") -> str:
        done = self.tpa("down", "-e", environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def variables(self, environment: str = "dev") -> dict[str, str]:
        """What `make env` exports; the tenant runs afterwards."""
        done = self.tpa("env", "-e", environment, "--json")
        assert done.returncode == 0, done.stderr
        variables: dict[str, str] = json.loads(done.stdout)
        return variables

    def pulumi(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Plain `pulumi` in a shell that `make env` prepared."""
        return subprocess.run(
            ["pulumi", *arguments, "--non-interactive"],
            cwd=self.folder,
            env={**os.environ, **self.variables(), **variables},
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def stop(self) -> None:
        """Ends its embedded tenants, however they are."""
        for process in (self.folder / ".embedded").glob("*/process"):
            subprocess.run(["kill", "-9", process.read_text(encoding="utf-8")], check=False)

    def tenant(self, environment: str = "dev") -> "Live":
        return Live(self.variables(environment))


class Live:
    """A running embedded tenant, seen from outside."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.variables = variables
        trust = ssl.create_default_context(cafile=variables["SSL_CERT_FILE"])
        url = f"https://{variables['AUTH0_DOMAIN']}"
        self.http = httpx.Client(base_url=url, verify=trust, timeout=30)
        form = {
            "grant_type": "client_credentials",
            "client_id": variables["AUTH0_CLIENT_ID"],
            "client_secret": variables["AUTH0_CLIENT_SECRET"],
            "audience": f"{url}/api/v2/",
        }
        token = self.http.post("/oauth/token", json=form).raise_for_status().json()
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"
        self.http.headers["X-Control-Token"] = control_token(variables["SSL_CERT_FILE"])

    def get(self, path: str, **params: str) -> Any:
        return self.http.get(f"/api/v2/{path}", params=params).raise_for_status().json()

    def patch(self, path: str, body: object) -> Any:
        return self.http.patch(f"/api/v2/{path}", json=body).raise_for_status().json()

    def everything(self) -> dict[str, Any]:
        """Every listed collection, times aside."""
        return {path: _without_times(self.get(path)) for path in LISTS}

    def forget_log(self) -> None:
        self.http.delete("/_control/log").raise_for_status()

    def log(self) -> list[tuple[str, str]]:
        entries = self.http.get("/_control/log").raise_for_status().json()
        return [(entry["method"], entry["path"]) for entry in entries]

    def writes(self) -> list[tuple[str, str]]:
        """Requests since `forget_log` that could change something, in order."""
        return [
            (method, path)
            for method, path in self.log()
            if method in WRITES and path.startswith("/api/v2/")
        ]


def control_token(roots: str) -> str:
    """That of the embedded tenant whose certificate is in this file, or in the folder beside it."""
    (file,) = Path(roots).parent.glob("**/control-token")
    return file.read_text(encoding="utf-8")


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_times(v) for k, v in value.items() if not re.search(r"_at$", k)}
    return [_without_times(item) for item in value] if isinstance(value, list) else value


def secrets_in(value: Any) -> set[str]:
    """What Auth0 calls a secret anywhere in an object."""
    if isinstance(value, list):
        return set().union(*map(secrets_in, value))
    if not isinstance(value, dict):
        return set()
    named = re.compile(r"secret|password$|_key$|KEY$")
    own = {v for k, v in value.items() if named.search(k) and isinstance(v, str) and v}
    return own.union(*map(secrets_in, value.values()))


def leaks(folder: Path) -> list[str]:
    """Files of the engine's state in which a secret of a running tenant stands in clear."""
    found = []
    for ready in folder.glob("*/ready.json"):
        told = json.loads(ready.read_text(encoding="utf-8"))
        management = told["management"]
        variables = {
            "AUTH0_DOMAIN": told["domain"],
            "SSL_CERT_FILE": told["ca_file"],
            "AUTH0_CLIENT_ID": management["client_id"],
            "AUTH0_CLIENT_SECRET": management["client_secret"],
        }
        try:
            tenant = Live(variables)
            known = secrets_in([tenant.get("clients"), tenant.get("connections")])
        except httpx.HTTPError:  # stopped, broken on purpose, or without the scopes to look
            continue
        for file in (folder / "state").rglob("*"):
            if file.is_file():
                text = file.read_text(encoding="utf-8", errors="replace")
                found += [file.name for secret in known if len(secret) > 8 and secret in text]
    return found


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """A project; afterwards no secret is in clear in its states, and its tenants are stopped."""
    made = Project(tmp_path / "project folder")
    yield made
    try:
        leaked = leaks(made.folder / ".embedded")
    finally:
        made.stop()
    assert leaked == []
