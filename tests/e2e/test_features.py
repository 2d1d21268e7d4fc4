"""Every feature of the tenant's third-party access, from a file to the tenant and back."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import Live, Project

pytestmark = pytest.mark.e2e
PORTAL = "stacks/applications/order-portal.yaml"
WIDGET = "stacks/applications/store-widget.yaml"


def public_key(folder: Path, name: str) -> str:
    """A new RSA key's public half, made by openssl."""
    private = folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "genrsa", "-out", str(private), "2048"], check=True, capture_output=True
    )
    done = subprocess.run(
        ["openssl", "rsa", "-in", str(private), "-pubout"],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def client_of(project: Project, key: str) -> dict[str, Any]:
    client_id = project.applied["applications"][key]["client_id"]
    client: dict[str, Any] = project.tenant().get(f"clients/{client_id}")
    return client


def grants_of(tenant: Live, client_id: str) -> list[dict[str, Any]]:
    return [g for g in tenant.get("client-grants") if g.get("client_id") == client_id]


def test_the_examples_show_each_feature(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    settings = tenant.get("tenants/settings")
    assert settings["flags"]["enable_dynamic_client_registration"] is True
    assert settings["flags"]["use_scope_descriptions_for_consent"] is True
    assert settings["client_id_metadata_document_supported"] is True
    assert settings["error_page"]["url"] == "https://www.example.com/sign-in-failed"
    agent = client_of(project, "shopping-agent")
    assert agent["external_client_id"] == "https://agent.example.com/oauth/client.json"
    organization = tenant.get("organizations/name/northwind")
    assert organization["third_party_client_access"] == "allow"
    identity = organization["id"]
    (enabled,) = tenant.get(f"organizations/{identity}/enabled_connections")
    assert enabled["connection"]["name"] == "customers"
    (granted,) = tenant.get(f"organizations/{identity}/client-grants")
    assert granted["client_id"] == client_of(project, "report-collector")["client_id"]
    limits = tenant.get("rate-limit-policies")["rate_limit_policies"]
    assert {limit["consumer_selector"] for limit in limits} == {
        "third_party_clients",
        f"client_id:{granted['client_id']}",
    }


def test_registration_waits_for_the_defaults_and_doors_for_everything(project: Project) -> None:
    project.tenant().forget_log()
    project.up()
    writes = project.tenant().writes()
    doors = [i for i, (_, path) in enumerate(writes) if path.startswith("/api/v2/connections/")]
    made = [i for i, (_, path) in enumerate(writes) if path in ("/api/v2/clients", GRANTS)]
    access = [i for i, (m, p) in enumerate(writes) if m == "PATCH" and "/organizations/" in p]
    assert max(made) < min(doors)
    assert max(doors) < min(access)


GRANTS = "/api/v2/client-grants"


def test_keys_take_over_one_after_the_other(project: Project, tmp_path: Path) -> None:
    """A secret, then a key, then two keys, then the new one alone; never a moment without any."""
    first = {"name": "2026-01", "pem": public_key(tmp_path, "first")}
    second = {"name": "2026-07", "pem": public_key(tmp_path, "second")}
    project.up()
    assert client_of(project, "order-portal")["token_endpoint_auth_method"] == "client_secret_post"
    for keys in ([first], [first, second], [second]):
        project.edit(PORTAL, keys=keys)
        project.up()
        client = client_of(project, "order-portal")
        credentials = project.tenant().get(f"clients/{client['client_id']}/credentials")
        attached = client["client_authentication_methods"]["private_key_jwt"]["credentials"]
        assert {c["name"] for c in credentials} == {key["name"] for key in keys}
        assert {c["id"] for c in attached} == {c["id"] for c in credentials}
    project.tenant().forget_log()
    project.up()
    assert project.tenant().writes() == []


def test_all_scopes_and_back(project: Project) -> None:
    grant = {"api": "orders", "subject_type": "user"}
    everything = {"allow_all_scopes": True, "allow_all_scopes_reason": "their own product"}
    project.edit(WIDGET, grants=[{**grant, **everything}])
    project.up()
    client_id = client_of(project, "store-widget")["client_id"]
    (live,) = grants_of(project.tenant(), client_id)
    assert live["allow_all_scopes"] is True
    project.edit(WIDGET, grants=[{**grant, "scopes": ["read:orders"]}])
    project.up()
    (live,) = grants_of(project.tenant(), client_id)
    assert (live["scope"], live["allow_all_scopes"]) == (["read:orders"], False)


def test_authorization_details_come_and_go(project: Project) -> None:
    grant = {"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}
    project.edit(WIDGET, grants=[{**grant, "authorization_details_types": ["payment"]}])
    project.up()
    client_id = client_of(project, "store-widget")["client_id"]
    (live,) = grants_of(project.tenant(), client_id)
    assert live["authorization_details_types"] == ["payment"]
    project.edit(WIDGET, grants=[grant])
    project.up()
    (live,) = grants_of(project.tenant(), client_id)
    assert not live.get("authorization_details_types")
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0


def test_an_organization_leaves_a_grant(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    identity = tenant.get("organizations/name/northwind")["id"]
    grants = project.read("stacks/applications/report-collector.yaml")["grants"]
    grants[0].pop("organizations")
    project.edit("stacks/applications/report-collector.yaml", grants=grants)
    project.up()
    assert tenant.get(f"organizations/{identity}/client-grants") == []
    client_id = client_of(project, "report-collector")["client_id"]
    (live,) = grants_of(tenant, client_id)
    assert live.get("organization_usage", "deny") == "deny"


def test_the_tenants_own_settings_go_with_their_lines(project: Project) -> None:
    before = project.tenant().everything()["tenants/settings"]
    project.up()
    project.live("dev", {"shopping-agent": None})
    (project.folder / "stacks/tenant.yaml").unlink()
    project.up()
    assert project.tenant().everything()["tenants/settings"] == before


def test_neighbours_of_what_we_own_are_never_touched(project: Project) -> None:
    """Somebody else works beside us on every shared object; then all of ours is taken away."""
    project.up()
    tenant = project.tenant()
    organization = tenant.get("organizations/name/northwind")["id"]
    connection = next(c for c in tenant.get("connections") if c["name"] == "customers")
    tenant.patch("tenants/settings", {"friendly_name": "Theirs", "flags": {"enable_sso": False}})
    tenant.patch(f"organizations/{organization}", {"display_name": "Theirs"})
    tenant.patch(f"connections/{connection['id']}", {"display_name": "Theirs"})
    options = {**connection["options"], "import_mode": False}
    tenant.patch(f"connections/{connection['id']}", {"options": options})
    seen = tenant.get(f"connections/{connection['id']}")
    project.up()
    assert project.pulumi("refresh", "--yes", "--skip-preview").returncode == 0
    project.up()
    project.down()
    tenant = project.tenant()
    settings = tenant.get("tenants/settings")
    assert (settings["friendly_name"], settings["flags"]["enable_sso"]) == ("Theirs", False)
    assert tenant.get(f"organizations/{organization}")["display_name"] == "Theirs"
    assert tenant.get(f"organizations/{organization}")["third_party_client_access"] == "block"
    after = tenant.get(f"connections/{connection['id']}")
    assert after == {**seen, "is_domain_connection": False}


def test_what_somebody_else_set_meanwhile_is_left(project: Project) -> None:
    project.up()
    theirs = {"html": "", "url": "https://theirs.example", "show_log_link": True}
    project.tenant().patch("tenants/settings", {"error_page": theirs})
    assert "was changed outside; left as it is" in project.down()
    assert project.tenant().get("tenants/settings")["error_page"] == theirs


def test_a_permissive_application_on_an_eligible_tenant(project: Project) -> None:
    project.edit("stacks/dev.yaml", permissive_eligible=True)
    project.edit(PORTAL, security_mode="permissive", refresh_token=None)
    project.up()
    client = client_of(project, "order-portal")
    assert client["third_party_security_mode"] == "permissive"
    assert not client["client_id"].startswith("tpc_")
    assert "redirection_policy" not in client
    settings = project.tenant().get("tenants/settings")
    assert settings["dynamic_client_registration_security_mode"] == "strict"
    assert project.pulumi("preview", "--expect-no-changes").returncode == 0
