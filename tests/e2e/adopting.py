"""`tpa adopt` on a tenant, and what the tenant means before and after."""

import json
from typing import Any

from tests.e2e.conftest import Live, Project

OURS = ("tpa_application", "tpa_stack", "tpa_owner")
EMPTY = ("allowed_origins", "callbacks", "description", "logo_uri", "web_origins")


def adopted(project: Project, *arguments: str, status: int = 0) -> dict[str, Any]:
    done = project.tpa("adopt", "--json", *arguments)
    assert done.returncode == status, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return {**told, "said": done.stderr}


def meaning(tenant: Live) -> dict[str, Any]:
    """Every listed collection, without our tags and without values that say nothing."""
    everything = tenant.everything()
    for client in everything["clients"]:
        metadata = client.get("client_metadata") or {}
        client["client_metadata"] = {k: v for k, v in metadata.items() if k not in OURS}
        for name in ("client_metadata", *EMPTY):
            if not client.get(name):
                client.pop(name, None)
        if client.get("require_proof_of_possession") is False:
            del client["require_proof_of_possession"]
    for grant in everything["client-grants"]:
        if grant.get("organization_usage") == "deny":
            del grant["organization_usage"]
    return everything
