"""What clients of other kinds send and read: recorded or measured with the official provider and
deploy-cli.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from auth0_emulator.endpoints.always_empty import OPERATIONS
from auth0_emulator.testing import ManagementApi

EXPIRES = datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def certificate() -> str:
    key = rsa.generate_private_key(65537, 2048)
    wanted = (
        (NameOID.COUNTRY_NAME, "ES"),
        (NameOID.STATE_OR_PROVINCE_NAME, "Madrid"),
        (NameOID.LOCALITY_NAME, "Alcalá"),
        (NameOID.ORGANIZATION_NAME, "Acme"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "Partners"),
        (NameOID.COMMON_NAME, "portal"),
    )
    name = x509.Name([x509.NameAttribute(*each) for each in wanted])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(EXPIRES - timedelta(days=365))
        .not_valid_after(EXPIRES)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture
def credentials(api: ManagementApi) -> str:
    client = api.create("/clients", {"name": "machine", "app_type": "non_interactive"})
    return f"/clients/{client['client_id']}/credentials"


def test_the_expiry_of_a_certificate_is_read_when_asked_for(
    api: ManagementApi, credentials: str, certificate: str
) -> None:
    body = {"credential_type": "public_key", "pem": certificate, "parse_expiry_from_cert": True}
    made = api.create(credentials, body)
    assert made["expires_at"] == "2031-02-03T04:05:06.000Z"
    assert api("GET", f"{credentials}/{made['id']}").json() == made
    api("DELETE", f"{credentials}/{made['id']}")
    body["parse_expiry_from_cert"] = False
    assert "expires_at" not in api.create(credentials, body)


def test_a_certificate_credential_has_its_subject_one_attribute_a_line(
    api: ManagementApi, credentials: str, certificate: str
) -> None:
    made = api.create(credentials, {"credential_type": "cert_subject_dn", "pem": certificate})
    assert made["subject_dn"] == "C=ES\nST=Madrid\nL=Alcalá\nO=Acme\nOU=Partners\nCN=portal"
    assert "pem" not in made
    named = api.create(credentials, {"credential_type": "cert_subject_dn", "subject_dn": "CN=x"})
    assert named["subject_dn"] == "CN=x"


def test_a_self_signed_certificate_has_thumbprint_and_expiry(
    api: ManagementApi, credentials: str, certificate: str
) -> None:
    made = api.create(credentials, {"credential_type": "x509_cert", "pem": certificate})
    assert made["expires_at"] == "2031-02-03T04:05:06.000Z"
    assert len(made["thumbprint_sha256"]) == 43


@pytest.mark.parametrize("kind", ["cert_subject_dn", "x509_cert"])
def test_a_certificate_is_needed(api: ManagementApi, credentials: str, kind: str) -> None:
    api.refused("POST", credentials, {"credential_type": kind})
    api.refused("POST", credentials, {"credential_type": kind, "pem": "not one"})


def test_a_mobile_platform_that_is_not_sent_stays(api: ManagementApi) -> None:
    android = {"app_package_name": "com.example"}
    ios = {"team_id": "9JA89QQLNQ", "app_bundle_identifier": "com.my.bundle"}
    client = api.create("/clients", {"name": "app", "mobile": {"android": android, "ios": ios}})
    path, other = f"/clients/{client['client_id']}", {"app_package_name": "com.other"}
    answer = api("PATCH", path, {"mobile": {"android": other}}).json()
    assert answer["mobile"] == {"android": other, "ios": ios}


def test_an_empty_session_transfer_gets_the_defaults(api: ManagementApi) -> None:
    client = api.create("/clients", {"name": "app", "session_transfer": {}})
    assert client["session_transfer"] == {
        "can_create_session_transfer_token": False,
        "allowed_authentication_methods": [],
        "enforce_device_binding": "ip",
    }


@pytest.mark.parametrize("strategy", ["oidc", "okta"])
def test_options_of_openid_connections_that_a_patch_does_not_send(
    api: ManagementApi, strategy: str
) -> None:
    kept = {
        "attribute_map": {"mapping_mode": "bind_all"},
        "connection_settings": {"pkce": "disabled"},
    }
    body = {"name": "c", "strategy": strategy, "options": {**kept, "scope": "openid"}}
    connection = api.create("/connections", body)
    path = f"/connections/{connection['id']}"
    changed = api("PATCH", path, {"options": {"issuer": "https://i.example.com"}}).json()
    assert changed["options"] == {**kept, "issuer": "https://i.example.com"}
    new = {"attribute_map": {"mapping_mode": "basic_profile"}}
    assert api("PATCH", path, {"options": new}).json()["options"] == {**kept, **new}


def test_options_of_google_workspace(api: ManagementApi) -> None:
    options = {"domain": "example.com", "map_user_id_to_id": True}
    body = {"name": "c", "strategy": "google-apps", "options": options}
    connection = api.create("/connections", body)
    got = {"email": True, "profile": True, "scope": ["email", "profile"]}
    assert connection["options"] == {**options, **got, "handle_login_from_social": True}
    change = {"options": {"domain": "example.com"}}
    changed = api("PATCH", f"/connections/{connection['id']}", change).json()
    assert changed["options"] == {**options, **got}


USERNAME = {"identifier": {"active": True}, "profile_required": True}


@pytest.mark.parametrize(
    "options",
    [
        {"attributes": {"username": USERNAME}, "requires_username": True},
        {
            "attributes": {"username": USERNAME},
            "validation": {"username": {"min": 1, "max": 5}},
        },
        {"attributes": {"phone_number": {**USERNAME, "signup": {"status": "inactive"}}}},
    ],
    ids=["requires_username", "validation", "inactive phone"],
)
def test_attributes_that_contradict_other_options(
    api: ManagementApi, options: dict[str, Any]
) -> None:
    assert "attributes." in api.refused(
        "POST", "/connections", {"name": "c", "strategy": "auth0", "options": options}
    )
    fine = {"name": "c", "strategy": "auth0", "options": {"attributes": {"username": USERNAME}}}
    path = f"/connections/{api.create('/connections', fine)['id']}"
    assert "attributes." in api.refused("PATCH", path, {"options": options})


def test_the_code_of_a_missing_theme(api: ManagementApi) -> None:
    for path in ("/branding/themes/default", "/branding/themes/none"):
        answer = api("GET", path)
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "theme_not_found")


COLORS = (
    "body_text error header icons input_background input_border input_filled_text"
    " input_labels_placeholders links_focused_components primary_button primary_button_label"
    " secondary_button_border secondary_button_label success widget_background widget_border"
)
TEXT = {"bold": False, "size": 100}
THEME = {
    "borders": {
        "button_border_radius": 3,
        "button_border_weight": 1,
        "buttons_style": "rounded",
        "input_border_radius": 3,
        "input_border_weight": 1,
        "inputs_style": "rounded",
        "show_widget_shadow": True,
        "widget_border_weight": 0,
        "widget_corner_radius": 5,
    },
    "colors": dict.fromkeys(COLORS.split(), "#000000"),
    "fonts": {
        **dict.fromkeys(("body_text", "buttons_text", "input_labels"), TEXT),
        **dict.fromkeys(("links", "subtitle", "title"), TEXT),
        "font_url": "",
        "links_style": "normal",
        "reference_text_size": 16,
    },
    "page_background": {
        "background_color": "#000000",
        "background_image_url": "",
        "page_layout": "center",
    },
    "widget": {
        "header_text_alignment": "center",
        "logo_height": 52,
        "logo_position": "center",
        "logo_url": "",
        "social_buttons_layout": "bottom",
    },
}


def test_a_theme_without_a_name_gets_none(api: ManagementApi) -> None:
    made = api("POST", "/branding/themes", THEME)
    assert made.status_code == 200, made.text
    assert {**made.json(), "themeId": ""} == {**THEME, "themeId": ""}
    assert api("GET", "/branding/themes/default").json() == made.json()


def test_a_custom_domain_can_be_read_and_deleted(api: ManagementApi) -> None:
    body = {"domain": "login.example.com", "type": "auth0_managed_certs"}
    made = api.create("/custom-domains", body)
    path = f"/custom-domains/{made['custom_domain_id']}"
    assert api("GET", path).json() == made
    assert api("DELETE", path).status_code == 204
    assert api("GET", path).status_code == 404


def test_scopes_of_the_management_api_have_titles(api: ManagementApi) -> None:
    (server,) = [s for s in api("GET", "/resource-servers").json() if s.get("is_system")]
    titles = {scope["value"]: scope["description"] for scope in server["scopes"]}
    assert titles["read:users"] == "Read Users"
    assert titles["create:client_grants"] == "Create Client Grants"


LIFETIMES = (
    "session_lifetime",
    "idle_session_lifetime",
    "ephemeral_session_lifetime",
    "idle_ephemeral_session_lifetime",
)


@pytest.mark.parametrize("name", LIFETIMES)
def test_lifetimes_can_be_sent_in_minutes(api: ManagementApi, name: str) -> None:
    for minutes, hours in ((600, 10), (90, 1.5)):
        answer = api("PATCH", "/tenants/settings", {f"{name}_in_minutes": minutes})
        assert answer.json()[name] == hours
        assert api("GET", "/tenants/settings").json()[name] == hours
        assert f"{name}_in_minutes" not in answer.json()


@pytest.mark.parametrize("path", [one.path for one in OPERATIONS if not one.writes])
def test_what_is_not_kept_reads_as_empty(api: ManagementApi, path: str) -> None:
    """A default export of deploy-cli reads each of these, and stops at a 404."""
    plain = path.replace("{id}", "x").replace("{prompt}", "login").replace("{language}", "en")
    assert api("GET", plain).status_code == 200
    assert api("POST", plain, {}).status_code == 404


def test_what_is_not_kept_can_be_written_back_and_not_changed(api: ManagementApi) -> None:
    path = "/attack-protection/brute-force-protection"
    kept = api("GET", path).json()
    nothing_new: list[dict[str, object]] = [kept, {"allowlist": []}]
    for same in nothing_new:
        assert api("PATCH", path, same).json() == kept
    assert "does not keep this" in api.refused("PATCH", path, {**kept, "enabled": True})
    assert "does not keep this" in api.refused("PUT", "/guardian/policies", ["all-applications"])
