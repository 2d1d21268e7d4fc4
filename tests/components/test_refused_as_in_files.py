"""What the files refuse, a component refuses too, and what it accepts, it does."""

from typing import Any

import pytest

from auth0_third_party import InvalidArguments, ThirdPartyAccess, ThirdPartyApplication
from auth0_third_party.model.application import RateLimit, RefreshToken
from auth0_third_party.model.permissions import ClientGrant
from tests.components.conftest import Register, only

WEB: Any = {"name": "CRM", "app_type": "regular_web", "callbacks": ["https://crm.test/cb"]}
READ: Any = {"audience": "https://a.test", "subject_type": "user", "scopes": ["read:a"]}
GRANT = ClientGrant.model_validate(READ)


def stated(**changes: Any) -> Any:
    return WEB | changes


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        *(({"app_type": kind, "callbacks": []}, "TP-CREATE-19") for kind in ("spa", "native")),
        ({"callbacks": []}, "TP-CREATE-19"),
        ({"grants": [{**READ, "scopes": ["read:a", "openid"]}]}, "RT-05"),
        ({"grants": [{**READ, "scopes": ["read:a", "read:a"]}]}, "CG-07"),
        ({"grants": [GRANT.model_copy(update={"scopes": ("openid",)})]}, "RT-05"),
        ({"grants": [ClientGrant.model_construct(**{**READ, "subject_type": "both"})]}, "FILE-06"),
        ({"rate_limit": RateLimit(limit=5).model_copy(update={"limit": -1})}, "FILE-06"),
        ({"refresh_token": RefreshToken.model_construct(leeway=301)}, "FILE-06"),
        ({"owner": "Ac\u200bme"}, "FILE-06"),
    ],
)
def test_what_the_files_refuse_is_refused(
    register: Register, changes: dict[str, Any], rule: str
) -> None:
    """Values too that were changed after their model had checked them."""
    with pytest.raises(InvalidArguments) as refused:
        register(lambda: ThirdPartyApplication("crm", stated(**changes)))
    assert {problem.rule for problem in refused.value.problems} == {rule}
    assert register.seen == []


def test_a_model_is_what_it_states(register: Register) -> None:
    limit = RateLimit(limit=5).model_copy(update={"limit": 7})
    args = stated(grants=[GRANT], rate_limit=limit, refresh_token=RefreshToken())
    seen = register(lambda: ThirdPartyApplication("crm", args))
    policy = only(seen, "auth0:index/rateLimitPolicy:RateLimitPolicy")
    assert policy.inputs["configuration"] == {"action": "block", "limit": 7}
    client = only(seen, "auth0:index/client:Client")
    assert client.inputs["refreshToken"]["tokenLifetime"] == 2_592_000


@pytest.mark.parametrize("app_type", ["spa", "non_interactive"])
def test_users_need_a_connection_to_sign_in_with(register: Register, app_type: str) -> None:
    def program() -> None:
        ThirdPartyAccess("crm", stated(app_type=app_type, connections={}))

    if app_type == "non_interactive":
        register(program)
        return
    with pytest.raises(InvalidArguments, match=r"connections: .*\(DC-01\)"):
        register(program)
