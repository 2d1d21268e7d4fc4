"""Secrets that were rotated in the tenant: the state has one that is dead. Neither is shown."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import MissingScope, remember
from auth0_third_party.model.names import credentials_name
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace
from tpa.environments.stack_state import CREDENTIALS
from tpa.tenant.reading import EnvironmentStates

FIELDS = {"fields": "client_id,client_secret", "include_fields": "true"}


def rotated_secrets(workspace: Workspace, seen: EnvironmentStates) -> tuple[str, ...]:
    """Keys of applications whose secret is another one than in the state; none where the state
    can't be decrypted here, or the token may not read secrets.
    """
    held = dict(_secrets_in_state(workspace))
    names = {key: held.get(credentials_name(key)) for key in seen.view.managed}
    if not any(names.values()):
        return ()
    with open_management(workspace.root, workspace.catalog) as client:
        try:
            listed = list(client.pages("/clients", "clients", FIELDS))
        except MissingScope:
            return ()
    live = {item.get("client_id"): item.get("client_secret") for item in listed}
    remember(*filter(None, live.values()))
    found = {key: live.get(client.id) for key, client in seen.view.managed.items()}
    return tuple(sorted(k for k, now in found.items() if now and names[k] and now != names[k]))


def _secrets_in_state(workspace: Workspace) -> Iterator[tuple[str, str]]:
    """Logical name of credentials -> secret."""
    tenant = workspace.tenant().start() if workspace.embedded else None
    done = subprocess.run(  # noqa: S603
        [str(workspace.choice.cli), "stack", "export", "--show-secrets", "--stack", workspace.name],
        cwd=workspace.root,
        env=workspace.process_environment(tenant),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return
    for entry in json.loads(done.stdout).get("deployment", {}).get("resources") or ():
        if entry.get("type") == CREDENTIALS:
            secret = _plain((entry.get("outputs") or {}).get("clientSecret"))
            if secret:
                remember(secret)
                yield str(entry["urn"]).rpartition("::")[2], secret


def _plain(value: Any) -> str:
    """A decrypted secret of an export; "" where it is none."""
    text = value.get("plaintext") if isinstance(value, Mapping) else None
    return str(json.loads(text) or "") if isinstance(text, str) else ""
