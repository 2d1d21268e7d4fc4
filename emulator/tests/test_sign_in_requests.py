"""What `/authorize` accepts and refuses, and where the refusal goes."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from auth0_emulator.in_process import in_process, new_tenant
from auth0_emulator.oauth.callbacks import registered, with_query
from auth0_emulator.testing import ManagementApi
from auth0_emulator.testing_sign_in import (
    CALLBACK,
    ORDERS,
    Partner,
    Pkce,
    UserAgent,
    callback,
    new_partner,
)

CATALOG, PARTNERS = "https://catalog.example.com", "https://partners.example.com"


def sign_in_page(answer: httpx.Response) -> bool:
    return answer.status_code == 200 and answer.url.path == "/u/login"


def refused(answer: httpx.Response, error: str, words: str = "") -> None:
    """The answer is the tenant's error page, with this error."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<dd>{error}</dd>" in answer.text
    assert words in answer.text


def test_the_usual_request_leads_to_the_sign_in_page(partner: Partner) -> None:
    assert sign_in_page(partner.open())


RT_01 = {
    "acr_values": "one",
    "authorization_details": "[]",
    "correlation_id": "1",
    "display": "page",
    "dpop_jkt": "a" * 43,
    "ext-anything": "x",
    "login_hint": "ann@example.com",
    "max_age": "60",
    "nonce": "n",
    "prompt": "login consent",
    "resource": ORDERS,
    "ui_locales": "en",
    "connection": "customers",
}


@pytest.mark.parametrize("name", RT_01)
def test_rt_01_allowed_parameters(partner: Partner, name: str) -> None:
    assert sign_in_page(partner.open(**{name: RT_01[name]}))


@pytest.mark.parametrize("name", ["response_mode", "auth0Client", "realm", "Scope", "code", "a b"])
def test_rt_01_any_other_parameter_is_refused(partner: Partner, name: str) -> None:
    refused(partner.open(**{name: "query"}), "invalid_request", f"Parameter {name}")


@pytest.mark.parametrize(
    "name",
    "claims id_token_hint invitation login_ticket request request_uri screen_hint".split(),
)
def test_rt_02_seven_parameters_are_not_supported(partner: Partner, name: str) -> None:
    refused(partner.open(**{name: "x"}), "invalid_request", f"{name} is not supported")


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"response_type": "token"}, "unsupported_response_type", "code"),
        ({"response_type": "id_token"}, "unsupported_response_type", "code"),
        ({"response_type": "code id_token"}, "unsupported_response_type", "code"),
        ({"response_type": None}, "invalid_request", "response_type"),
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request", "PKCE"),
        ({"code_challenge_method": None}, "invalid_request", "S256"),
        ({"code_challenge_method": "plain"}, "invalid_request", "S256"),
        ({"code_challenge_method": "s256"}, "invalid_request", "S256"),
        ({"code_challenge": "too-short"}, "invalid_request", "SHA-256"),
        ({"dpop_jkt": "x"}, "invalid_request", "dpop_jkt"),
        ({"max_age": "-1"}, "invalid_request", "max_age"),
        ({"max_age": "soon"}, "invalid_request", "max_age"),
        ({"prompt": "none login"}, "invalid_request", "prompt"),
        ({"prompt": "create"}, "invalid_request", "prompt"),
        ({"scope": "read:orders \x07"}, "invalid_scope", "scope"),
        ({"audience": None}, "invalid_request", "audience"),
        ({"audience": "https://none.example.com"}, "access_denied", "Service not found"),
        ({"audience": CATALOG}, "unauthorized_client", "client-grant"),
        ({"audience": "https://localhost:4443/api/v2/"}, "unauthorized_client", "client-grant"),
        ({"connection": "google-oauth2"}, "invalid_request", "not available"),
        ({"connection": "none"}, "invalid_request", "not available"),
        ({"organization": "org_0000000000000000"}, "invalid_request", "organization is invalid"),
    ],
)
def test_rt_03_rt_04_cg_01_refusals(
    partner: Partner, changes: dict[str, str | None], error: str, words: str
) -> None:
    refused(partner.open(**changes), error, words)


def test_a_parameter_without_a_value_counts_as_omitted(partner: Partner) -> None:
    assert sign_in_page(partner.open(connection="", max_age="", prompt=""))
    refused(partner.open(response_type=""), "invalid_request", "response_type")


def test_a_parameter_that_is_sent_twice(partner: Partner) -> None:
    pairs = [*partner.parameters().items(), ("state", "another")]
    refused(
        partner.user.open(f"/authorize?{urlencode(pairs)}"),
        "invalid_request",
        "more than once: state",
    )
    pairs = [*partner.parameters().items(), ("resource", ORDERS), ("resource", CATALOG)]
    assert sign_in_page(partner.user.open(f"/authorize?{urlencode(pairs)}"))


def test_rt_14_the_client_must_have_the_code_grant(partner: Partner) -> None:
    partner.change(grant_types=["refresh_token"])
    refused(partner.open(), "unauthorized_client", "Grant type &#39;authorization_code&#39;")


@pytest.mark.parametrize("client_id", [None, "unknown", "", "' OR 1=1", "\x00"])
def test_an_unknown_client(partner: Partner, client_id: str | None) -> None:
    refused(partner.open(client_id=client_id), "invalid_request")


def test_the_global_client_signs_nobody_in(partner: Partner) -> None:
    (everything,) = partner.api("GET", "/clients", is_global="true").json()
    refused(partner.open(client_id=everything["client_id"]), "invalid_request", "Unknown client")


FOREIGN = [
    "https://evil.example.com/callback",
    f"{CALLBACK}/",
    f"{CALLBACK}?a=b",
    f"{CALLBACK}#fragment",
    CALLBACK.upper(),
    CALLBACK.replace("https", "http"),
    "https://partner.example.com:443/callback",
    "https://partner.example.com@evil.example.com/callback",
    "https://partner.example.com.evil.example.com/callback",
    "https://*.example.com/callback",
    "//partner.example.com/callback",
    "/callback",
    f" {CALLBACK}",
    f"{CALLBACK}\r\nlocation: https://evil.example.com",
    "https://partner.example.com\\@evil.example.com/callback",
    "javascript:alert(1)",
]


@pytest.mark.parametrize("address", FOREIGN)
@pytest.mark.parametrize("policy", ["open_redirect_protection", "allow_always"])
def test_a_foreign_callback_gets_nothing(partner: Partner, address: str, policy: str) -> None:
    partner.change(redirection_policy=policy)
    answer = partner.open(redirect_uri=address)
    refused(answer, "unauthorized_client", "Callback URL mismatch.")


def test_without_a_callback_in_the_request(partner: Partner) -> None:
    assert sign_in_page(partner.open(redirect_uri=None))
    partner.change(callbacks=[CALLBACK, "https://partner.example.com/other"])
    refused(partner.open(redirect_uri=None), "invalid_request", "redirect_uri")
    partner.change(callbacks=[])
    refused(partner.open(redirect_uri=None), "invalid_request", "redirect_uri")


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost"])
def test_native_applications_use_any_port_on_loopback(host: str) -> None:
    known = [f"http://{host}/cb?a=1"]
    assert registered(f"http://{host}:49152/cb?a=1", known, native=True)
    assert not registered(f"http://{host}:49152/cb?a=1", known, native=False)
    for other in (
        f"http://{host}:49152/cb",
        f"http://{host}:49152/cb?a=1#",
        f"http://{host}:65536/cb?a=1",
        f"http://{host}:+80/cb?a=1",
        f"http://{host}:٤٤٣/cb?a=1",
        f"https://{host}:49152/cb?a=1",
        f"http://evil.example.com\\@{host}:49152/cb?a=1",
        f"http://{host}:1@evil.example.com/cb?a=1",
        f"http://{host}:49152.evil.example.com/cb?a=1",
        f"http://u@{host}/cb?a=1",
    ):
        assert not registered(other, known, native=True), other


def test_the_loopback_hosts_are_not_the_same() -> None:
    assert not registered("http://localhost:1/cb", ["http://127.0.0.1/cb"], native=True)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://a.test/cb", "https://a.test/cb?code=1"),
        ("https://a.test/cb?", "https://a.test/cb?code=1"),
        ("https://a.test/cb?b=2", "https://a.test/cb?b=2&code=1"),
        ("https://a.test/cb?b=2#c", "https://a.test/cb?b=2&code=1#c"),
        ("com.example.app:/cb", "com.example.app:/cb?code=1"),
    ],
)
def test_parameters_are_added_to_those_of_the_callback(address: str, expected: str) -> None:
    assert with_query(address, code="1", state=None) == expected


def test_rt_20_the_profile_of_the_tenant_chooses_the_api(partner: Partner) -> None:
    refused(partner.open(audience=None, resource=ORDERS), "invalid_request", "audience")
    partner.change_tenant(resource_parameter_profile="compatibility")
    assert sign_in_page(partner.open(audience=None, resource=ORDERS))
    assert sign_in_page(partner.open(audience=ORDERS, resource=CATALOG))
    refused(partner.open(audience=CATALOG, resource=ORDERS), "unauthorized_client")


def test_the_default_audience_of_the_tenant(partner: Partner) -> None:
    partner.change_tenant(default_audience=ORDERS)
    assert sign_in_page(partner.open(audience=None))


def test_cg_15_deny_all_closes_an_api_whatever_was_granted(partner: Partner) -> None:
    policy = {"user": {"policy": "deny_all"}, "client": {"policy": "require_client_grant"}}
    servers = partner.api("GET", "/resource-servers").json()
    (orders,) = [one for one in servers if one["identifier"] == ORDERS]
    body = {"subject_type_authorization": policy}
    assert partner.api("PATCH", f"/resource-servers/{orders['id']}", body).status_code == 200
    refused(partner.open(), "unauthorized_client")


def test_rt_15_active_rules_break_the_sign_in(partner: Partner) -> None:
    rule = partner.api.create("/rules", {"name": "old", "script": "function () {}"})
    refused(partner.open(), "access_denied", "Rules")
    partner.api("PATCH", f"/rules/{rule['id']}", {"enabled": False})
    assert sign_in_page(partner.open())


def test_dc_01_only_promoted_connections_are_offered(partner: Partner) -> None:
    assert "Continue with" not in partner.open().text
    partner.promote("google-oauth2")
    assert "Continue with Google" in partner.open().text
    assert "Continue with" not in partner.open(connection="customers").text
    partner.promote("google-oauth2", on=False)
    partner.promote("customers", on=False)
    refused(partner.open(), "invalid_request", "no connections enabled for the client")


def test_dc_10_first_parties_use_what_is_enabled_for_them(partner: Partner) -> None:
    shop = partner.api.create("/clients", {"name": "Shop", "callbacks": [CALLBACK]})
    refused_as = partner.open(client_id=shop["client_id"]).headers["location"]
    assert "no+connections+enabled" in refused_as
    body = [{"client_id": shop["client_id"], "status": True}]
    path = f"/connections/{partner.connection('google-oauth2')['id']}/clients"
    assert partner.api("PATCH", path, body).status_code == 204
    page = partner.open(client_id=shop["client_id"])
    assert page.url.path == "/u/identity"


# Open redirect protection


def test_orp_01_a_protected_application_gets_no_errors(partner: Partner) -> None:
    refused(partner.open(scope="\x07"), "invalid_scope")


def test_orp_02_with_allow_always_errors_go_to_the_callback(partner: Partner) -> None:
    partner.change(redirection_policy="allow_always")
    answer = partner.open(response_type="token")
    assert urlsplit(answer.headers["location"])._replace(query="").geturl() == CALLBACK
    got = callback(answer)
    assert got.keys() == {"error", "error_description", "state"}
    assert (got["error"], got["state"]) == ("unsupported_response_type", "a state")


def test_orp_07_lp_05_an_error_page_of_the_tenants(partner: Partner) -> None:
    page = "<p>{{ error }}: {{ error_description | escape }}</p>{{ unknown }}"
    partner.change_tenant(error_page={"html": page, "show_log_link": False})
    answer = partner.open(screen_hint="<script>")
    assert answer.status_code == 400
    assert answer.text.startswith("<p>invalid_request: Parameter screen_hint is not supported")
    hostile = partner.open(connection="<script>alert(1)</script>")
    assert "<script>" not in hostile.text
    assert "&lt;script&gt;" in hostile.text
    partner.change_tenant(error_page={"html": "{% broken", "show_log_link": False})
    assert partner.open(screen_hint="x").text == "{% broken"


def test_orp_07_an_error_page_elsewhere(partner: Partner) -> None:
    partner.change_tenant(error_page={"url": "https://help.example.com/e?a=b", "html": ""})
    answer = partner.open(screen_hint="x")
    target = urlsplit(answer.headers["location"])
    assert target.netloc == "help.example.com"
    got = callback(answer)
    assert got["a"] == "b"
    assert got["client_id"] == partner.client["client_id"]
    assert {"lang", "error", "error_description", "tracking"} < got.keys()
    assert "state" not in got


@pytest.mark.parametrize("value", [True, False])
def test_iss_is_sent_if_the_tenant_says_so(partner: Partner, value: bool) -> None:
    partner.change_tenant(authorization_response_iss_parameter_supported=value)
    expected = "https://localhost:4443/" if value else None
    assert callback(partner.sign_in()).get("iss") == expected
    partner.change(redirection_policy="allow_always")
    assert callback(partner.open(screen_hint="x")).get("iss") == expected


def test_hostile_names_are_shown_as_text(partner: Partner) -> None:
    name = '"><img src=x onerror=alert(1)>'.replace("<", "«").replace(">", "»")
    partner.change(name=name)
    partner.change_tenant(friendly_name="<script>alert(1)</script>")
    for page in (partner.open(login_hint='"><script>'), partner.open(connection="<script>")):
        assert "<script>" not in page.text
        assert "&lt;script&gt;" in page.text


# Permissive and first-party applications


@pytest.fixture
def legacy() -> Iterator[Partner]:
    api = in_process(new_tenant(legacy=True))
    with api:
        user = UserAgent(
            httpx.Client(transport=api.client._transport, base_url=api.client.base_url)
        )
        yield new_partner(api, user, third_party_security_mode="permissive")


def test_permissive_applications_may_do_more(legacy: Partner) -> None:
    page = legacy.open(code_challenge=None, code_challenge_method=None, realm="x", audience=None)
    assert sign_in_page(page)
    refused_at = callback(legacy.open(response_mode="form_post"))
    assert refused_at["error"] == "invalid_request"
    refused_at = callback(legacy.open(code_challenge_method="plain"))
    assert refused_at["error"] == "invalid_request"


def test_org_08_permissive_applications_have_no_organizations(legacy: Partner) -> None:
    (northwind,) = legacy.api("GET", "/organizations").json()
    body = {"third_party_client_access": "allow"}
    legacy.api("PATCH", f"/organizations/{northwind['id']}", body)
    answer = callback(legacy.open(organization=northwind["id"]))
    assert "organization is invalid" in answer["error_description"]


def test_lp_03_permissive_applications_get_the_classic_page(legacy: Partner) -> None:
    set_classic_page(legacy.api, "@@config@@")
    answer = legacy.open()
    assert answer.url.path == "/login"
    assert answer.url.params["client"] == legacy.client["client_id"]
    assert answer.status_code == 200
    set_classic_page(legacy.api, "")
    assert sign_in_page(legacy.open())


def test_strict_applications_never_get_the_classic_page(partner: Partner) -> None:
    set_classic_page(partner.api, "@@config@@")
    assert sign_in_page(partner.open())


def set_classic_page(api: ManagementApi, html: str) -> None:
    (everything,) = api("GET", "/clients", is_global="true").json()
    body = {"custom_login_page_on": bool(html), "custom_login_page": html}
    assert api("PATCH", f"/clients/{everything['client_id']}", body).status_code == 200


def test_cimd_04_a_metadata_document_is_named_by_its_address(
    api: ManagementApi, new_user_agent: Callable[[], UserAgent]
) -> None:
    partner = new_partner(api, new_user_agent())
    partner.change_tenant(client_id_metadata_document_supported=True)
    url = "https://agent.example.com/oauth/client.json"
    made: Any = api("POST", "/clients/cimd/register", {"external_client_id": url}).json()
    body = {"audience": ORDERS, "subject_type": "user", "scope": [], "client_id": made["client_id"]}
    api.create("/client-grants", body)
    changes = {"redirect_uri": "https://agent.example.com/callback", **Pkce().parameters}
    assert sign_in_page(partner.open(client_id=url, **changes))
    refused(partner.open(client_id=made["client_id"], **changes), "invalid_request", "Unknown")
    assert PARTNERS not in partner.open(client_id=url, **changes).text


def test_a_metadata_document_registers_its_client_by_the_first_request(partner: Partner) -> None:
    url = "https://agent.example.com/oauth/client.json"
    body = {"audience": ORDERS, "subject_type": "user", "scope": ["read:orders"]}
    partner.api.create("/client-grants", {**body, "default_for": "third_party_clients"})
    changes = {"client_id": url, "redirect_uri": "https://agent.example.com/callback"}
    refused(partner.open(**changes), "invalid_request", "Unknown client")
    partner.change_tenant(client_id_metadata_document_supported=True)
    assert sign_in_page(partner.open(**changes))
    assert sign_in_page(partner.open(**changes))
    (client,) = partner.api("GET", "/clients", external_client_id=url).json()
    assert client["external_metadata_created_by"] == "client"
    assert client["client_id"].startswith("tpc_")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (None, "could not be retrieved"),
        ("no JSON", "cannot be applied"),
        ({"client_id": "https://other.example.com/x.json"}, "cannot be applied"),
    ],
)
def test_a_metadata_document_that_is_not_good(partner: Partner, document: Any, words: str) -> None:
    partner.change_tenant(client_id_metadata_document_supported=True)
    url = "https://agent.invalid/oauth/client.json"
    partner.api.control("POST", "/documents", {"url": url, "document": document})
    refused(partner.open(client_id=url), "invalid_request", words)
    assert partner.api("GET", "/clients", external_client_id=url).json() == []
