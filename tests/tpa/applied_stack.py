"""A running tenant that has just what a project's files say, and a stack's state that tells so.

No engine ran: its command prints the state, and notes what else it was asked.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from auth0_third_party.model import names
from auth0_third_party.model.client import client_arguments
from auth0_third_party.model.fields import at
from pulumi_toolchain.choice import Choice
from tests.conftest import LiveTenant
from tests.tpa.files.conftest import Project
from tpa.drift.restore_steps import client_resources
from tpa.files.catalog import Catalog

APPLICATION = "auth0-third-party:index:ThirdPartyApplication"
CLIENT = "auth0:index/client:Client"
STACK = "pulumi:pulumi:Stack"


ENGINE = """\
#!/bin/sh
cd '{root}'
case "$1 $2" in
  "stack ls") echo '[{{"name": "dev"}}]';;
  "stack export")
    if [ -f state.json ]; then cat state.json; exit; fi
    echo "error: no stack named 'dev' found" >&2
    exit 255;;
  *)
    echo "$* restore=$TPA_RESTORE" >> engine-calls
    if [ -f engine-fails ]; then exit 1; fi;;
esac
"""


def client_urn(key: str) -> str:
    return f"urn:pulumi:dev::p::{APPLICATION}${CLIENT}::{key}-client"


def without_none(body: Any) -> Any:
    """A body without what is left to the tenant."""
    if isinstance(body, dict):
        return {name: without_none(value) for name, value in body.items() if value is not None}
    return body


class AppliedStack:
    """`clients`: key of an application -> client id."""

    def __init__(
        self, project: Project, tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.root, self.project, self.tenant = project.root, project, tenant
        own = tenant.credentials
        project.dev(
            tenant=own.domain,
            embedded_port=None,
            connections={"customers": "customers"},
        )
        self._print_state()
        for name, value in (
            ("DOMAIN", own.domain),
            ("CLIENT_ID", own.client_id),
            ("CLIENT_SECRET", own.client_secret),
        ):
            monkeypatch.setenv(f"AUTH0_{name}", value)
        self.clients: dict[str, str] = {}
        self._grants: dict[tuple[str, str, str], str] = {}

    def apply(self) -> None:
        """What an update would have made."""
        catalog = self.project.load()
        known = {api["identifier"] for api in self.tenant.api("GET", "/resource-servers").json()}
        for audience in catalog.record.audiences.values():
            if audience not in known:
                scopes = [{"value": scope} for scope in ("read:orders", "write:orders")]
                scopes.append({"value": "read:products"})
                self.tenant.api.create(
                    "/resource-servers", {"identifier": audience, "scopes": scopes}
                )
        for name in catalog.connections:
            self.tenant.promote(name, promoted=True)
        for key in catalog.applications:
            self.clients[key] = self._make(catalog, key)
        for default in catalog.default_permissions:
            self._grant(default, default_for="third_party_clients")
        self._save(catalog)

    def grant_id(self, key: str = "portal") -> str:
        """The one grant of an application."""
        path = "/client-grants"
        (found,) = self.tenant.api("GET", path, client_id=self.clients[key]).json()
        return str(found["id"])

    def client(self, key: str = "portal") -> dict[str, Any]:
        found: dict[str, Any] = self.tenant.api("GET", f"/clients/{self.clients[key]}").json()
        return found

    def change(self, key: str = "portal", **changes: Any) -> None:
        """What another administrator might do to an application; the log forgets it."""
        path = f"/clients/{self.clients[key]}"
        assert self.tenant.api("PATCH", path, changes).status_code == 200
        self.tenant.forget_log()

    def _make(self, catalog: Catalog, key: str) -> str:
        application = catalog.applications[key]
        stated = client_arguments(lambda *path: at(application, path), application)
        tags = {
            "tpa_application": key,
            "tpa_stack": "sample/dev",
            "tpa_owner": application.owner,
        }
        body = {
            **without_none(stated),
            "is_first_party": False,
            "token_endpoint_auth_method": application.auth_method,
            "client_metadata": {**application.client_metadata, **tags},
        }
        if not application.logo_uri:
            del body["logo_uri"]
        made = self.tenant.api.create("/clients", body)
        for grant in application.grants:
            self._grant(grant, client_id=made["client_id"])
        return str(made["client_id"])

    def _grant(self, grant: Any, **whose: str) -> None:
        body = {"audience": grant.audience, "subject_type": grant.subject_type}
        made = self.tenant.api.create(
            "/client-grants", {**body, "scope": list(grant.scopes), **whose}
        )
        key = whose.get("client_id", ""), grant.audience, grant.subject_type
        self._grants[key] = made["id"]

    def _save(self, catalog: Catalog) -> None:
        outputs = {"advance": catalog.record.after(catalog.record).as_output()}
        components = [
            {"urn": f"urn:pulumi:dev::p::{APPLICATION}::{key}", "type": APPLICATION}
            for key in self.clients
        ]
        children = []
        for key, identity in self.clients.items():
            application = catalog.applications[key]
            ids = {
                names.grant_name(names.grants_name(key), grant): self._grants[
                    identity, grant.audience, grant.subject_type
                ]
                for grant in application.grants
            }
            children += [
                {
                    "urn": f"urn:pulumi:dev::p::{APPLICATION}${each.type}::{each.name}",
                    "type": each.type,
                    "id": ids.get(each.name, identity),
                }
                for each in client_resources(key, application)
            ]
        stack = {"urn": "urn:pulumi:dev::p::s::s", "type": STACK, "outputs": outputs}
        state = {"deployment": {"resources": [stack, *components, *children]}}
        (self.root / "state.json").write_text(json.dumps(state), encoding="utf-8")

    def _print_state(self) -> None:
        """The engine's command: prints the state, notes what changes anything, and ends as told."""
        command = self.root / "pulumi"
        command.write_text(ENGINE.format(root=self.root), encoding="utf-8")
        command.chmod(0o755)
        home = self.root / "home"
        Choice(command, "registries", "stand-in", "official", home, (), {}).save(self.root)

    def engine_calls(self) -> list[str]:
        """What the engine was asked to change, each with `restore=` and that variable's value."""
        noted = self.root / "engine-calls"
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []

    def engine_fails(self) -> None:
        (self.root / "engine-fails").touch()

    def files(self) -> dict[str, str]:
        """All texts of `stacks`."""
        found = sorted(Path(self.root / "stacks").rglob("*.yaml"))
        return {file.name: file.read_text("utf-8") for file in found}
