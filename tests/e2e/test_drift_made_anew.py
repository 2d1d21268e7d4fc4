"""What was taken away outside is made anew by the real engine."""

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.e2e.conftest import Project
from tests.e2e.drifting import COURIER, PORTAL, client_ids, drifted, grants, post, record

pytestmark = pytest.mark.e2e


def test_what_was_deleted_outside_is_made_anew(project: Project) -> None:
    """With protection, as on a real tenant. An agent and a rate limit can't even be looked at."""
    project.edit("stacks/dev.yaml", protect=True)
    project.up()
    tenant = project.tenant()
    noted, old = record(project), client_ids(tenant)
    agent = next(c["client_id"] for c in tenant.get("clients") if c.get("external_client_id"))
    limits = tenant.get("rate-limit-policies", take="50")["rate_limit_policies"]
    grant = grants(tenant)[old["order-portal"], "orders.example.com"]
    for path in (
        f"clients/{old['report-collector']}",
        f"clients/{agent}",
        f"client-grants/{grant}",
        *(f"rate-limit-policies/{each['id']}" for each in limits),
    ):
        tenant.http.delete(f"/api/v2/{path}").raise_for_status()

    words = (project.folder / COURIER).read_text("utf-8")
    ahead = words.replace("independent", "busy")
    (project.folder / COURIER).write_text(ahead, encoding="utf-8")
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not applied yet: 1 difference" in done.stdout
    for key, secret in (("report-collector", " and another secret"), ("shopping-agent", "")):
        said = f"{key} was deleted: it gets another client id{secret}; tell"
        assert said in done.stderr
    new = client_ids(tenant)
    assert {key for key in old if old[key] != new[key]} == {"report-collector"}
    assert record(project) == noted
    (project.folder / COURIER).write_text(words, encoding="utf-8")
    fresh = project.pulumi("preview", "--refresh", "--expect-no-changes")
    assert fresh.returncode == 0, fresh.stdout


def test_what_is_gone_and_changed_in_its_file_comes_back(project: Project) -> None:
    """No update can change it; and a restore that was cut off is run again, nothing else."""
    project.up()
    tenant = project.tenant()
    old = client_ids(tenant)["courier-app"]
    tenant.http.delete(f"/api/v2/clients/{old}").raise_for_status()
    words = (project.folder / COURIER).read_text("utf-8")
    ahead = words.replace("independent", "busy")
    (project.folder / COURIER).write_text(ahead, encoding="utf-8")
    failed = project.tpa("up")
    assert failed.returncode == 1
    assert "tpa drift -e dev --restore creates it again" in failed.stdout
    # As after a restore that was cut off: the state has lost it, and the tenant has it not yet.
    assert project.pulumi("refresh", "--yes", "--skip-preview").returncode == 0
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "not applied yet: 1 difference" in done.stdout
    project.up()
    assert project.tpa("drift").returncode == 0


def test_what_would_refuse_the_engine_is_told_before_the_first_write(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    ids = client_ids(tenant)
    (google,) = tenant.get("connections", name="google-oauth2")
    for path in (f"clients/{ids['store-widget']}", f"connections/{google['id']}"):
        tenant.http.delete(f"/api/v2/{path}").raise_for_status()
    tenant.patch(f"clients/{ids['order-portal']}", {"name": "Other"})
    tenant.forget_log()
    stopped = project.tpa("drift", "--restore")
    assert stopped.returncode == 2
    assert "the engine restores store-widget-client (" in stopped.stderr
    assert "nothing was changed: the engine's update would be refused" in stopped.stderr
    assert "has no connection 'google-oauth2'" in stopped.stderr
    assert tenant.writes() == []

    post(tenant, "connections", {"name": "google-oauth2", "strategy": "google-oauth2"})
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_engine_that_fails_on_the_way_back_is_no_success(project: Project) -> None:
    project.up()
    tenant = project.tenant()
    ids = client_ids(tenant)
    tenant.http.delete(f"/api/v2/clients/{ids['store-widget']}").raise_for_status()
    tenant.patch(f"clients/{ids['order-portal']}", {"name": "Other"})
    fault = {"do": "status", "status": 400, "method": "POST", "path": "/api/v2/client-grants"}
    tenant.http.post("/_control/faults", json={**fault, "count": 9}).raise_for_status()
    done = project.tpa("drift", "--restore")
    assert done.returncode == 1
    restored = "applications/order-portal/name, applications/store-widget"
    assert f"restored before that: {restored}\n" in done.stderr
    assert "not restored: grants/store-widget/orders/user\n" in done.stderr
    assert "then run tpa drift -e dev --restore again" in done.stderr
    tenant.http.delete("/_control/faults").raise_for_status()
    again = project.tpa("drift", "--restore")
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_key_that_was_taken_off_is_put_on_again(project: Project) -> None:
    """It is still there, unused, and the engine alone could not add the same key once more."""
    project.edit(PORTAL, keys=[{"name": "signing", "pem": public_key()}])
    project.up()
    tenant = project.tenant()
    place = f"clients/{client_ids(tenant)['order-portal']}"
    by_secret = {"token_endpoint_auth_method": "client_secret_post"}
    tenant.patch(place, {"client_authentication_methods": None, **by_secret})
    paths = [each["path"] for each in drifted(project)["differences"]]
    proof = ["keys", "token_endpoint_auth_method"]
    assert paths == [f"applications/order-portal/{name}" for name in proof]
    done = project.tpa("drift", "--restore")
    assert done.returncode == 0, done.stdout + done.stderr
    live = tenant.get(place)
    assert live.get("token_endpoint_auth_method") is None
    assert len(live["client_authentication_methods"]["private_key_jwt"]["credentials"]) == 1
    assert len(tenant.get(f"{place}/credentials")) == 1


def public_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode()
