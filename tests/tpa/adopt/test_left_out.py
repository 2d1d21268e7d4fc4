"""What an adoption leaves out, and the reason that is shown."""

from typing import Any

import pytest

from tests.tpa.adopt.adopting import AGENT, item
from tests.tpa.matching_tenant import ORDERS, OWN, PRODUCTS, api, client, default, grant
from tests.tpa.preflight.conftest import DOMAIN
from tpa.tenant.objects import Api


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"app_type": None}, "it has no application type"),
        ({"callbacks": ["https://*.shop.test/cb"]}, "has a wildcard"),
        ({"grant_types": ["authorization_code", "implicit"]}, "'implicit' is not available"),
        ({"jwt_configuration": {"alg": "HS256"}}, "'HS256' is not available"),
        ({"description": "x" * 141}, "description: "),
        ({"client_metadata": {f"k{n}": "v" for n in range(9)}}, "9 keys are too many"),
        ({"refresh_token": None}, "refresh_token.rotation_type is not set"),
        ({"jwt_configuration": {}}, "access_token_lifetime is not set"),
        ({"name": "Evil \u202eliame"}, "has the hidden character"),
        ({"name": "  padded  "}, "name is '  padded  '"),
        (
            {"client_authentication_methods": {"private_key_jwt": {"credentials": [{"id": "c"}]}},
             "token_endpoint_auth_method": None},
            "it authenticates with keys",
        ),
        ({"client_metadata": {"tpa_application": "x", "tpa_stack": "other/prod"}}, "another stack"),
        ({"client_metadata": {"partner_api_key": "sk_live_0123456789"}}, "looks like a secret"),
    ],
)  # fmt: skip
def test_an_application_that_no_file_can_express(
    adopted: Any, changes: dict[str, Any], reason: str
) -> None:
    done = adopted(item(**changes))
    assert reason in done.reason
    assert done.adoption.candidates == []
    assert done.stage.changed == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"any_organization": True}, "in any organization"),
        ({"organization_usage": "require"}, "in organizations only"),
        (
            {"organization_usage": "allow"},
            "and is linked to none; set its organization_usage to deny",
        ),
        ({"audience": "https://acme.eu.auth0.com/api/v2/"}, "is one of Auth0's own APIs"),
        ({"scopes": ("openid",)}, "openid"),
    ],
)
def test_a_grant_that_no_file_can_express(
    adopted: Any, changes: dict[str, Any], reason: str
) -> None:
    done = adopted(item(), grant("cgr_9", client_id="tpc_9", **changes))
    assert reason in done.reason
    assert done.stage.changed == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"callbacks": []}, "no callbacks for a regular_web application (in the tenant: correct"),
        ({"callbacks": ["https://*.shop.test/cb"]}, "callbacks[0]: 'https://*.shop.test/cb' has"),
        ({"description": "x" * 141}, "(in the tenant: use 140 characters at most)"),
    ],
)
def test_the_fix_is_about_the_tenant_since_there_is_no_file(
    adopted: Any, changes: dict[str, Any], reason: str
) -> None:
    found = adopted(item(**changes)).reason
    assert reason in found
    assert "file" not in found


@pytest.mark.parametrize(
    ("bad", "of"),
    [
        (grant("cgr_9", client_id="tpc_9", scopes=("read:orders", "nowhere")), "Web shop (tpc_9)"),
        (grant("cgr_7", subject_type="client", scopes=("nowhere",)), "grant cgr_7 for " + ORDERS),
        (default("cgr_6", audience=ORDERS, scopes=("nowhere",)), "grant cgr_6 for " + ORDERS),
    ],
)
def test_a_grant_with_an_undefined_scope_is_left_out_alone(adopted: Any, bad: Any, of: str) -> None:
    """It would refuse an update; the rest is adopted."""
    machine = {"audience": ORDERS, "subject_type": "client", "scopes": ("read:orders",)}
    other = default("cgr_5", **machine)
    own = () if bad.client_id == "tpc_9" else (OWN,)
    done = adopted(item(), *own, bad, other)
    ((what, why),) = done.adoption.left_out.items()
    assert what == of
    assert f"the API '{ORDERS}' at {DOMAIN} has no scope 'nowhere'" in why
    assert "(in the tenant: define it for the API, or take it out of the grant)" in why
    assert other in done.adoption.default_permissions
    assert done.adoption.refusals == ()


def test_an_api_that_refuses_third_parties(adopted: Any) -> None:
    apis = {ORDERS: api(), PRODUCTS: Api(frozenset({"read:products"}), {"user": "deny_all"})}
    bad = grant("cgr_8", client_id="tpc_9", audience=PRODUCTS, scopes=("read:products",))
    done = adopted(item(), OWN, bad, apis=apis)
    assert "denies user access to all applications" in done.reason
    assert [each.field for each in done.adoption.refusals] == ["default_permissions[0]"]


def test_what_refuses_any_update_leaves_nothing_out(adopted: Any) -> None:
    done = adopted(item(), rules=("Old rule",))
    assert done.adoption.left_out == {}
    (problem,) = done.adoption.refusals
    assert "has active Rules: Old rule" in problem.what


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (None, "it is unknown whether the tenant supports metadata documents"),
        ({"flags": {}}, "the tenant does not support metadata documents"),
        ({"client_id_metadata_document_supported": True}, ""),
    ],
)
def test_an_agent_needs_a_tenant_that_supports_metadata_documents(
    adopted: Any, settings: Any, reason: str
) -> None:
    listed = item(external_client_id=AGENT["document"], external_metadata_type="cimd")
    done = adopted(listed, settings=settings)
    assert [why for why in done.adoption.left_out.values() if reason not in why] == []
    assert bool(done.adoption.candidates) == (not reason)


def test_an_agents_keys_and_texts_are_in_its_document(adopted: Any) -> None:
    """Its file says neither, so nothing of it stands in the way (CIMD-06)."""
    keys = {"private_key_jwt": {"credentials": [{"id": "cred_1"}]}}
    listed = item(
        external_client_id=AGENT["document"],
        external_metadata_type="cimd",
        token_endpoint_auth_method=None,
        client_authentication_methods=keys,
        client_metadata={"api_key": "sk_live_51H8aQdLk2mZ0pXw"},
    )
    done = adopted(listed, settings={"client_id_metadata_document_supported": True})
    assert done.adoption.left_out == {}
    assert [each.agent for each in done.adoption.candidates] == [True]


def test_a_default_permission_that_the_rules_refuse_is_left_out_alone(adopted: Any) -> None:
    bad = default("cgr_7", audience=ORDERS, scopes=("openid",))
    done = adopted(item(), OWN, bad)
    assert [each.key for each in done.adoption.candidates] == ["web-shop"]
    assert "grant cgr_7" in next(iter(done.adoption.left_out))
    assert len(done.file("apis")["default_permissions"]) == 1


def test_an_application_that_needs_default_permissions_is_not_adopted_without_them(
    adopted: Any,
) -> None:
    machine = {"app_type": "non_interactive", "grant_types": ["client_credentials"]}
    extra = default("cgr_7", subject_type="client")
    done = adopted(item(**machine, callbacks=[]), extra, only=("tpc_9",))
    assert "give no name" in done.reason
    done = adopted(item(**machine, callbacks=[]), extra)
    assert done.adoption.left_out == {}
    assert [each.key for each in done.adoption.candidates] == ["web-shop"]


def test_what_may_be_another_stacks(adopted: Any) -> None:
    """Its application shows that the stack is there; agents and defaults carry no tag."""
    bot = item(external_client_id=AGENT["document"], external_metadata_type="cimd", name="Bot")
    elsewhere = client("tpc_8", tag=("other", "other/prod"))
    extra = default("cgr_7", subject_type="client")
    settings = {"client_id_metadata_document_supported": True}
    done = adopted(bot, OWN, extra, others=(elsewhere,), settings=settings)
    assert done.adoption.candidates == []
    assert done.adoption.default_permissions == []
    reasons = done.adoption.left_out
    assert "may belong to other/prod" in reasons["Bot (tpc_9)"]
    assert reasons[f"grant cgr_7 for {PRODUCTS}"] == "it may belong to other/prod"
