"""The Classic login page as browsers load it, and what Lock loads."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.tenant import Tenant
from auth0_emulator.testing import ManagementApi, RunningTenant

OLD_PARTNER = "Partner from before the security modes"


@pytest.fixture
def legacy() -> Iterator[ManagementApi]:
    """A tenant with a permissive third-party client."""
    one = in_process(new_tenant(legacy=True))
    yield one
    one.client.close()


def client_named(api: ManagementApi, name: str) -> Any:
    (found,) = [one for one in api("GET", "/clients").json() if one["name"] == name]
    return found


def set_page(api: ManagementApi, html: str, *, on: bool = True) -> None:
    (global_client,) = api("GET", "/clients", is_global="true").json()
    body = {"custom_login_page_on": on, "custom_login_page": html}
    assert api("PATCH", f"/clients/{global_client['client_id']}", body).status_code == 200


def shown(api: ManagementApi, client: Any) -> Any:
    answer = api.client.get("/login", params={"client": client["client_id"]})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return json.loads(b64decode(answer.text))


def loaded(api: ManagementApi, path: str, function: str) -> Any:
    answer = api.client.get(path)
    assert answer.headers["content-type"].startswith("application/x-javascript")
    text = answer.text
    assert text.startswith(f"Auth0.{function}(")
    return json.loads(text.removeprefix(f"Auth0.{function}(").removesuffix(");"))


def test_lp_04_the_page_of_the_global_client_serves_all_clients(api: ManagementApi) -> None:
    set_page(api, "@@config@@")
    client = api.create("/clients", {"name": "Shop – Büro", "callbacks": ["https://shop.test/cb"]})
    config = shown(api, client)
    assert config["clientID"] == client["client_id"]
    assert config["auth0Domain"] == "localhost:4443"
    assert config["callbackURL"] == "https://shop.test/cb"
    assert config["dict"] == {"signin": {"title": "Shop – Büro"}}


def test_lp_01_the_page_knows_which_client_is_a_third_party(legacy: ManagementApi) -> None:
    set_page(legacy, "@@config@@")
    assert shown(legacy, client_named(legacy, OLD_PARTNER))["isThirdPartyClient"] is True
    assert shown(legacy, client_named(legacy, "Default App"))["isThirdPartyClient"] is False


def test_lp_02_the_page_knows_where_its_settings_are(legacy: ManagementApi) -> None:
    set_page(legacy, "@@config@@")
    config = shown(legacy, client_named(legacy, OLD_PARTNER))
    assert config["clientConfigurationBaseUrl"] == "https://localhost:4443/"


def test_lp_04_a_disabled_page_is_not_shown(api: ManagementApi) -> None:
    default = {"client": client_named(api, "Default App")["client_id"]}
    assert api.client.get("/login", params=default).status_code == 404
    set_page(api, "kept", on=False)
    assert "no custom login page" in api.client.get("/login", params=default).text


def test_strict_clients_never_see_it(api: ManagementApi) -> None:
    set_page(api, "@@config@@")
    answer = api.client.get("/login", params={"client": api.create_third_party()["client_id"]})
    assert answer.status_code == 400
    assert "Universal Login" in answer.text


@pytest.mark.parametrize("path", ["/login", "/login?client=unknown", "/client/unknown.js"])
def test_an_unknown_client(api: ManagementApi, path: str) -> None:
    set_page(api, "@@config@@")
    assert api.client.get(path).status_code == 404


def test_first_parties_get_their_enabled_connections(api: ManagementApi) -> None:
    client_id = client_named(api, "Default App")["client_id"]
    info = loaded(api, f"/client/{client_id}.js", "setClient")
    assert info["id"] == client_id
    assert "waad" in [one["name"] for one in info["strategies"]]


def test_a_connection_that_is_not_enabled_is_not_listed(api: ManagementApi) -> None:
    client_id = api.create("/clients", {"name": "shop"})["client_id"]
    assert loaded(api, f"/client/{client_id}.js", "setClient")["strategies"] == []


def test_dc_01_third_parties_get_domain_connections(api: ManagementApi) -> None:
    empty = loaded(api, "/info-v1.js", "setTenant")["connections"]
    assert set(map(len, empty.values())) == {0}
    for connection in api("GET", "/connections").json():
        if connection["name"] != "google-oauth2":
            promoted = {"is_domain_connection": True}
            api("PATCH", f"/connections/{connection['id']}", promoted)
    named = {
        kind: [one["name"] for one in connections]
        for kind, connections in loaded(api, "/info-v1.js", "setTenant")["connections"].items()
    }
    assert named == {
        "database": ["Username-Password-Authentication", "customers"],
        "enterprise": ["acme-workforce"],
        "passwordless": [],
        "social": [],
    }
    assert loaded(api, "/tenants/v1/emulator.js", "setTenant")["connections"].keys() == named.keys()


def test_browsers_get_no_secrets(api: ManagementApi) -> None:
    for connection in api("GET", "/connections").json():
        api("PATCH", f"/connections/{connection['id']}", {"is_domain_connection": True})
    client_id = client_named(api, "Default App")["client_id"]
    for path in ("/info-v1.js", f"/client/{client_id}.js"):
        assert "secret" not in api.client.get(path).text


def test_there_is_no_session_and_no_captcha(api: ManagementApi) -> None:
    assert api.client.get("/user/ssodata").json() == {"sso": False}
    assert api.client.post("/usernamepassword/challenge").json() == {"required": False}


def test_files_for_browsers(tenant: Tenant, tmp_path: Path) -> None:
    (tmp_path / "lock.min.js").write_text("42", encoding="utf-8")
    (tmp_path.parent / "other.js").write_text("43", encoding="utf-8")
    one = in_process(tenant, assets=tmp_path)
    assert one.client.get("/assets/lock.min.js").text == "42"
    assert one.client.get("/assets/%2e%2e/other.js").status_code == 404
    one.client.close()


def test_requests_of_browsers_are_logged(
    launch: Callable[..., RunningTenant], tmp_path: Path
) -> None:
    (tmp_path / "lock.min.js").write_text("42", encoding="utf-8")
    api = launch("--assets", str(tmp_path)).api()
    api.control("DELETE", "/log")
    api.client.get("/assets/lock.min.js")
    api.client.get("/info-v1.js?t1")
    asked = [(entry["path"], entry.get("query"), entry["status"]) for entry in api.log()]
    assert asked == [("/assets/lock.min.js", None, 200), ("/info-v1.js", "t1", 200)]
    api.client.close()
