"""Every offline rule, broken once; the name carries the rule's id."""

from collections.abc import Callable
from typing import Any

import pytest

from auth0_third_party.model.application import Application, RefreshToken
from auth0_third_party.model.permissions import ClientGrant
from auth0_third_party.model.values import MAX_TOKEN_LIFETIME
from tests.tpa.files.conftest import Project
from tpa.files.problems import Problem

PortalProblem = Callable[..., Problem]
CLIENT_GRANT = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
USER_GRANT = {"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}


@pytest.mark.parametrize("grant_type", ["implicit", "password", "device_code", "http://x/mfa-otp"])
def test_tp_create_13_only_three_grant_types(
    portal_problem: PortalProblem, grant_type: str
) -> None:
    found = portal_problem(grant_types=["authorization_code", grant_type])
    assert found.field == "grant_types[1]"


@pytest.mark.parametrize("app_type", ["spa", "native"])
def test_tp_create_14_client_credentials_of_a_public_application(
    portal_problem: PortalProblem, app_type: str
) -> None:
    found = portal_problem(app_type=app_type, grants=[USER_GRANT, CLIENT_GRANT])
    assert found.field == "grant_types"
    assert "public" in found.what


def test_tp_create_14_machine_to_machine_without_a_secret(project: Project) -> None:
    project.portal(
        app_type="non_interactive", token_endpoint_auth_method="none", grants=[CLIENT_GRANT]
    )
    fields = {found.field for found in project.problems()}
    assert fields == {"token_endpoint_auth_method", "grant_types"}


@pytest.mark.parametrize("method", ["tls_client_auth", "private_key_jwt", "secret"])
def test_tp_create_15_authentication_methods(portal_problem: PortalProblem, method: str) -> None:
    found = portal_problem(token_endpoint_auth_method=method)
    assert found.field == "token_endpoint_auth_method"


def test_tp_create_15_a_secret_on_a_device(portal_problem: PortalProblem) -> None:
    found = portal_problem(app_type="spa", token_endpoint_auth_method="client_secret_post")
    assert "PKCE" in found.why


@pytest.mark.parametrize(
    "uri",
    [
        "https://*.acme.test/cb",
        "https://{organization_name}.acme.test/cb",
        "http://acme.test/cb",
        "acme.test/cb",
        "https:///cb",
        "https://acme.test/cb#part",
        "com.acme.app://cb",
        "https://acme.test:port/cb",
        "https://user:word@acme.test/cb",
        "https://[acme/cb",
    ],
)
def test_tp_create_19_callbacks_are_exact_and_safe(project: Project, uri: str) -> None:
    project.portal(callbacks=["https://acme.test/ok", uri])
    assert {found.field for found in project.problems()} == {"callbacks[1]"}


@pytest.mark.parametrize(
    ("app_type", "uri"),
    [
        ("native", "com.acme.app://cb"),
        ("native", "http://127.0.0.1:4567/cb"),
        ("regular_web", "http://localhost:3000/cb"),
        ("spa", "https://acme.test"),
    ],
)
def test_tp_create_20_loopback_and_custom_schemes(
    project: Project, app_type: str, uri: str
) -> None:
    project.portal(app_type=app_type, callbacks=[uri])
    assert project.load().applications["portal"].callbacks == (uri,)


@pytest.mark.parametrize("field", ["allowed_origins", "web_origins"])
@pytest.mark.parametrize(
    "origin",
    [
        "https://*.acme.test",
        "http://acme.test",
        "https://acme.test/path",
        "acme.test",
        "ftp://localhost",
        "https://u:p@acme.test",
    ],
)
def test_tp_create_19_origins(project: Project, field: str, origin: str) -> None:
    project.portal(**{field: [origin]})
    assert {found.field for found in project.problems()} == {f"{field}[0]"}


@pytest.mark.parametrize(
    "metadata",
    [
        {f"key{index}": "x" for index in range(8)},
        {"key": "x" * 256},
        {"k" * 256: "x"},
        {"ключ": "x"},
        {"a;b": "x"},
    ],
)
def test_tp_create_21_metadata(portal_problem: PortalProblem, metadata: dict[str, str]) -> None:
    assert portal_problem(client_metadata=metadata).field.startswith("client_metadata")


def test_tp_create_22_description(portal_problem: PortalProblem) -> None:
    assert portal_problem(description="x" * 141).field == "description"


def test_tp_create_01_name_without_angle_brackets(portal_problem: PortalProblem) -> None:
    assert portal_problem(name="<b>").field == "name"


def test_tp_create_23_open_redirects_take_a_reason(project: Project) -> None:
    project.portal(redirection_policy="allow_always")
    assert project.problem().field == "redirection_policy"
    project.portal(redirection_policy="allow_always", redirection_policy_reason="old app, #12")
    assert project.load().applications["portal"].redirection_policy == "allow_always"


@pytest.mark.parametrize(
    "refresh_token",
    [
        {"token_lifetime": 0},
        {"token_lifetime": MAX_TOKEN_LIFETIME + 1},
        {"token_lifetime": 100, "idle_token_lifetime": 101},
        {"leeway": -1},
        {"rotation_type": "sometimes"},
    ],
)
def test_tp_create_17_18_refresh_tokens(
    portal_problem: PortalProblem, refresh_token: dict[str, Any]
) -> None:
    assert portal_problem(refresh_token=refresh_token).field.startswith("refresh_token")


def test_tp_create_17_unused_tokens_of_strict_applications_end(
    portal_problem: PortalProblem,
) -> None:
    endless = {"token_lifetime": "unlimited", "idle_token_lifetime": "unlimited"}
    problem = portal_problem(refresh_token=endless)
    assert problem.field == "refresh_token.idle_token_lifetime"
    assert "unlimited on a strict" in problem.what


def test_tp_create_05_the_absolute_end_may_be_left_out(project: Project) -> None:
    project.portal(refresh_token={"token_lifetime": "unlimited"})
    stated = project.load().applications["portal"].refresh_token
    assert stated is not None
    assert stated.token_lifetime == "unlimited"


@pytest.mark.parametrize("algorithm", ["HS256", "PS256", "default"])
def test_tp_create_16_strict_applications_have_one_signature(
    portal_problem: PortalProblem, algorithm: str
) -> None:
    assert portal_problem(signing_algorithm=algorithm).field == "signing_algorithm"


def test_rt_11_refresh_tokens_need_a_sign_in(project: Project) -> None:
    project.portal(
        app_type="non_interactive",
        grant_types=["client_credentials", "refresh_token"],
        grants=[CLIENT_GRANT],
    )
    assert project.problem().field == "grant_types"


def test_cg_04_a_grant_for_a_flow_that_is_not_there(portal_problem: PortalProblem) -> None:
    found = portal_problem(app_type="non_interactive", grants=[CLIENT_GRANT, USER_GRANT])
    assert found.field == "grants[1].subject_type"


def test_cg_05_two_grants_with_one_natural_key(portal_problem: PortalProblem) -> None:
    found = portal_problem(grants=[USER_GRANT, {**USER_GRANT, "scopes": ["write:orders"]}])
    assert found.field == "grants[1]"
    assert "grants[0]" in found.what


def test_cg_07_a_scope_twice(portal_problem: PortalProblem) -> None:
    found = portal_problem(grants=[{**USER_GRANT, "scopes": ["read:orders", "read:orders"]}])
    assert found.field == "grants[0].scopes[1]"


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x"])
def test_tp_create_20_schemes_that_open_no_app(project: Project, uri: str) -> None:
    project.portal(app_type="native", callbacks=[uri])
    assert project.problem().field == "callbacks[0]"


def test_cg_11_a_path_like_auth0s_on_a_host_of_our_own(project: Project) -> None:
    project.dev(audiences={"orders": "https://api.acme.test/api/v2/"})
    assert project.load()


def test_cg_11_the_tenants_own_apis(project: Project) -> None:
    project.dev(audiences={"orders": "https://acme.eu.auth0.com/api/v2/"})
    assert project.problem().field == "audiences.orders"


def test_the_models_keep_the_rules_without_files() -> None:
    grant = ClientGrant(audience="https://orders.test", subject_type="user", scopes=("read:x",))
    app = Application(name="A", app_type="spa", callbacks=("https://*.a.test",), grants=(grant,))
    assert [(v.rule, v.path) for v in app.violations()] == [("TP-CREATE-19", ("callbacks", 0))]
    twice = Application(name="A", app_type="spa", grants=(grant, grant))
    found = [(v.rule, v.path) for v in twice.violations()]
    assert found == [("CG-05", ("grants", 1)), ("TP-CREATE-19", ("callbacks",))]


def test_default_grant_types_are_the_least_that_is_needed() -> None:
    user = ClientGrant(audience="https://a.test", subject_type="user", scopes=())
    client = ClientGrant(audience="https://a.test", subject_type="client", scopes=())

    def flows(app_type: str, *grants: ClientGrant, refresh: bool = False) -> tuple[str, ...]:
        token = RefreshToken() if refresh else None
        application = Application.model_validate(
            {"name": "A", "app_type": app_type, "grants": grants, "refresh_token": token}
        )
        return application.flows

    assert flows("spa", user) == ("authorization_code",)
    assert flows("regular_web", user, client) == ("authorization_code", "client_credentials")
    assert flows("native", user, refresh=True) == ("authorization_code", "refresh_token")
    assert flows("non_interactive", client) == ("client_credentials",)
