"""Settings of an API and of the tenant by which a token holds other than its grant says."""

from dataclasses import replace
from typing import Any

import pytest

from auth0_third_party.model.client import Values
from tests.conftest import LiveTenant
from tests.tpa.matching_tenant import ORDERS, client, default, grant, live, row
from tests.tpa.preflight.conftest import APIS_SEEN, FITTING, Files, findings, snapshot
from tpa.access.explain import explain
from tpa.preflight.run import run_preflight_or_fail
from tpa.tenant.objects import Client, read_api
from tpa.tenant.snapshot import TenantSnapshot

DOCUMENT = "https://agent.test/client.json"
DEFAULTS = {
    "allow_offline_access": True,
    "enforce_policies": False,
    "signing_alg": "RS256",
    "token_dialect": "access_token",
    "token_lifetime": 86_400,
}
PROOF: dict[str, Any] = {"mechanism": "dpop", "required": True, "required_for": "all_clients"}
QUOTA = {"clients": {"client_credentials": {"per_hour": 5, "enforce": True}}}
REFRESHING = {"grant_types": ["authorization_code", "refresh_token"], "refresh_token": {}}


def with_api(**settings: Any) -> TenantSnapshot:
    """A tenant whose orders API has these settings, everything else as a new one."""
    item = {
        "identifier": ORDERS,
        "scopes": [{"value": value} for value in APIS_SEEN[ORDERS].scopes],
        **DEFAULTS,
        **settings,
    }
    apis = {**APIS_SEEN, ORDERS: read_api(item)}
    return snapshot(apis=apis, grants=(default(),))


def found_in(files: Files, seen: TenantSnapshot) -> list[tuple[str, str, str]]:
    return [
        (each.rule, each.severity, each.what.partition("; it affects ")[2])
        for each in findings(files.load(), seen)
    ]


def test_an_api_with_the_defaults_is_not_named(files: Files) -> None:
    files.portal(**REFRESHING)
    assert found_in(files, with_api()) == []


@pytest.mark.parametrize(
    ("settings", "rule", "said"),
    [
        ({"allow_offline_access": False}, "RT-22", "no refresh token comes"),
        ({"token_dialect": "access_token_authz"}, "RT-23", "the claim permissions"),
        ({"token_dialect": "rfc9068_profile"}, "RT-23", "client_id and jti in place of azp"),
        ({"token_dialect": "rfc9068_profile_authz"}, "RT-23", "permissions"),
        ({"token_dialect": "new"}, "RT-23", "this version of tpa does not know"),
        ({"signing_alg": "HS256"}, "RT-23", "RS256 alone"),
        ({"token_encryption": {"format": "compact-nested-jwe"}}, "RT-23", "encrypted"),
        ({"token_lifetime": 600}, "RT-24", "token_lifetime is 600 s"),
        ({"token_lifetime": 172_800}, "RT-24", "token_lifetime is 172800 s"),
        ({"enforce_policies": True}, "CG-17", "only the scopes that its user has"),
        ({"proof_of_possession": PROOF}, "RT-25", "only with a proof by dpop"),
        ({"consent_policy": "transactional-authorization-with-mfa"}, "RT-27", "each transaction"),
        ({"authorization_policy": {"policy_id": "p"}}, "RT-27", "a policy of the tenant"),
    ],
)
def test_what_an_api_sets_is_told(
    files: Files, settings: dict[str, Any], rule: str, said: str
) -> None:
    files.portal(**REFRESHING)
    (problem,) = findings(files.load(), with_api(**settings))
    assert (problem.rule, problem.severity) == (rule, "warning")
    assert (problem.file, problem.path) == ("stacks/apis.yaml", ("apis", "orders"))
    assert said in problem.what
    assert problem.what.endswith("it affects portal")


def test_a_proof_by_certificate_gives_a_strict_application_no_token(files: Files) -> None:
    seen = with_api(proof_of_possession={**PROOF, "mechanism": "mtls"})
    assert found_in(files, seen) == [("RT-25", "error", "portal")]


@pytest.mark.parametrize(
    ("settings", "application"),
    [
        ({"proof_of_possession": PROOF}, {"require_proof_of_possession": True}),
        ({"proof_of_possession": {**PROOF, "required": False}}, {}),
        ({"proof_of_possession": {**PROOF, "required_for": "public_clients"}}, {}),
        ({"token_lifetime": 7_200}, {"access_token_lifetime": 7_200}),
        ({"allow_offline_access": False}, {}),
    ],
)
def test_what_does_not_concern_the_application_is_not_told(
    files: Files, settings: dict[str, Any], application: dict[str, Any]
) -> None:
    files.portal(**application)
    assert found_in(files, with_api(**settings)) == []


def test_authorization_details_that_the_api_does_not_define(files: Files) -> None:
    details = {"authorization_details_types": ["payment"]}
    grants = [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"], **details}]
    files.portal(grants=grants)
    assert found_in(files, with_api(authorization_details=[{"type": "payment"}])) == []
    assert found_in(files, with_api(authorization_details=[{"type": "other"}])) == [
        ("CG-08", "warning", "portal")
    ]


def an_agent(files: Files) -> Client:
    """It is live already."""
    owner = {"organization": "Agents", "contact": "a@agent.test"}
    grants = [{"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}]
    files.write(
        "stacks/agents/helper.yaml", {"document": DOCUMENT, "owner": owner, "grants": grants}
    )
    files.live("helper")
    values: Values = {("grant_types",): ("authorization_code", "refresh_token")}
    return Client("tpc_8", "Helper", True, "strict", document=DOCUMENT, values=values)


def agents_tenant(agent: Client, **settings: Any) -> TenantSnapshot:
    held = {"client_id_metadata_document_supported": True, **settings}
    return replace(with_api(), clients=(*FITTING.clients, agent), settings=held)


def test_a_default_permission_needs_no_refresh_token_of_its_own(files: Files) -> None:
    """Unless no other API gives the application one."""
    products = "https://catalog.example.com"
    without = {"identifier": products, "scopes": [{"value": "read:products"}]}
    shut = {products: read_api({**without, "allow_offline_access": False})}
    files.portal(**REFRESHING)
    for orders, expected in ((True, []), (False, [ORDERS, products])):
        seen = with_api(allow_offline_access=orders)
        found = findings(files.load(), replace(seen, apis={**seen.apis, **shut}))
        assert sorted(each.what.split("'")[1] for each in found) == sorted(expected)


@pytest.mark.parametrize("profile", [{}, {"resource_parameter_profile": "audience"}])
def test_agents_name_an_api_by_resource(files: Files, profile: dict[str, str]) -> None:
    agent = an_agent(files)
    found = findings(files.load(), agents_tenant(agent, **profile))
    (problem,) = (each for each in found if each.rule == "RT-20")
    assert (problem.severity, problem.path) == ("warning", ("tenant",))
    assert "such a request gets no token; it affects helper" in problem.what
    assert "resource_indicators: true in stacks/tenant.yaml" in problem.fix


def test_where_the_tenant_or_a_file_says_so_nothing_is_told(files: Files) -> None:
    agent = an_agent(files)
    compatible = agents_tenant(agent, resource_parameter_profile="compatibility")
    assert "RT-20" not in {each.rule for each in findings(files.load(), compatible)}
    files.write("stacks/tenant.yaml", {"resource_indicators": True})
    assert "RT-20" not in {each.rule for each in findings(files.load(), agents_tenant(agent))}


def test_an_agents_refresh_tokens_are_known_by_its_live_client(files: Files) -> None:
    agent = an_agent(files)
    shut = with_api(allow_offline_access=False).apis
    seen = replace(agents_tenant(agent, resource_parameter_profile="compatibility"), apis=shut)
    assert ("RT-22", "warning", "helper") in found_in(files, seen)


@pytest.mark.parametrize(
    ("settings", "subject", "said"),
    [
        ({"default_audience": ORDERS}, "user", "a request that names no API gets a token for"),
        ({"default_token_quota": QUOTA}, "client", "at most 5 an hour tokens"),
    ],
)
def test_settings_of_the_tenant(
    files: Files, settings: dict[str, Any], subject: str, said: str
) -> None:
    grants = [{"api": "orders", "subject_type": each, "scopes": ["read:orders"]}
              for each in ("user", "client")]  # fmt: skip
    files.portal(grants=grants)
    (problem, *_) = findings(files.load(), replace(with_api(), settings=settings))
    assert (problem.rule, problem.path) == ("RT-26", ("tenant",))
    assert said in problem.what
    view = live(files.load(), settings=settings, grants=(grant(subject_type=subject),))
    assert said in " ".join(explain(view, (row(view, subject=subject),), "portal", "orders"))


def test_access_explains_the_token(files: Files) -> None:
    """It promises no scope that depends on what the tenant does not say."""
    refreshing = {("grant_types",): ("authorization_code", "refresh_token")}
    apis = with_api(allow_offline_access=False, authorization_policy={"policy_id": "p"}).apis
    view = live(files.load(), apis=apis, clients=(client(values=refreshing),))
    found = row(view)
    assert (found.usable, found.unknown_checks) == (None, ("token",))
    said = "\n".join(explain(view, (found,), "portal", "orders"))
    assert "Allow_offline_access is off: no refresh token comes" in said
    assert "UNKNOWN: Authorization_policy" in said
    assert f"(API {ORDERS} in the tenant)" in said


def test_an_agent_in_a_tenant_without_resource_is_not_promised_a_token(files: Files) -> None:
    agent = an_agent(files)
    own = grant("cgr_8", client_id=agent.id)
    for profile, usable in (("audience", None), ("compatibility", True)):
        settings = {"resource_parameter_profile": profile}
        view = live(files.load(), clients=(agent,), grants=(own,), settings=settings)
        assert row(view, "helper").usable is usable


def test_a_running_tenant(files: Files, live_tenant: LiveTenant) -> None:
    """The lists that are read already have all of it."""
    api = live_tenant.api
    ids = {each["identifier"]: each["id"] for each in api("GET", "/resource-servers").json()}
    change = {"allow_offline_access": False, "token_dialect": "rfc9068_profile"}
    assert api("PATCH", f"/resource-servers/{ids[ORDERS]}", change).status_code == 200
    files.portal(**REFRESHING)
    live_tenant.forget_log()
    found = run_preflight_or_fail(files.load(), live_tenant.credentials, {}).warnings
    assert sorted(each.rule for each in found) == ["RT-22", "RT-23"]
    assert len(live_tenant.requests()) == 12
