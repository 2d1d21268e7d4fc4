"""What `tpa drift` finds, and what the tenant and the stack have, to compare before and after."""

import json
from typing import Any

from tests.e2e.conftest import Live, Project

PORTAL = "stacks/applications/order-portal.yaml"
COURIER = "stacks/applications/courier-app.yaml"


def drifted(project: Project, *arguments: str) -> Any:
    """`tpa drift --json`, which found something."""
    done = project.tpa("drift", "--json", *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads(done.stdout)


def whole(tenant: Live) -> dict[str, Any]:
    """Every collection that drift looks at, times aside."""
    organization = tenant.get("organizations")[0]["id"]
    return {
        **tenant.everything(),
        "organizations": tenant.get("organizations"),
        "connections of it": tenant.get(f"organizations/{organization}/enabled_connections"),
        "grants in it": tenant.get(f"organizations/{organization}/client-grants"),
        "limits": [
            (each["consumer_selector"], each["configuration"])
            for each in tenant.get("rate-limit-policies", take="50")["rate_limit_policies"]
        ],
    }


def client_ids(tenant: Live) -> dict[str, str]:
    tags = [(each.get("client_metadata") or {}, each) for each in tenant.get("clients")]
    return {m["tpa_application"]: each["client_id"] for m, each in tags if "tpa_application" in m}


def grants(tenant: Live) -> dict[tuple[str, str], str]:
    """Client id ("" for all) and API -> grant id; those for users first."""
    found = sorted(tenant.get("client-grants"), key=lambda each: each["subject_type"])
    return {(g.get("client_id", ""), g["audience"].split("/")[-1]): g["id"] for g in found}


def post(tenant: Live, path: str, body: object) -> Any:
    return tenant.http.post(f"/api/v2/{path}", json=body).raise_for_status().json()


def record(project: Project) -> Any:
    """What the stack says it applied."""
    exported = json.loads(project.pulumi("stack", "export", "--stack", "dev").stdout)
    (outputs,) = (
        resource["outputs"]
        for resource in exported["deployment"]["resources"]
        if resource["type"] == "pulumi:pulumi:Stack"
    )
    return outputs["__advance"]
