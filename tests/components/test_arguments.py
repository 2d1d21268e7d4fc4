"""Arguments are checked at once where they are known, and as soon as they are known otherwise."""

from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_auth0 as auth0
import pytest
from pulumi.output import UNKNOWN

from auth0_third_party import (
    ClassicLoginPage,
    DomainConnections,
    InvalidArguments,
    TenantErrorPage,
    ThirdPartyApplication,
)
from tests.components.conftest import Register, only
from tests.components.test_third_party_application import CLIENT, GRANT, application


def output(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


def declare(**changes: Any) -> Callable[[], object]:
    return lambda: ThirdPartyApplication("crm", application(**changes))


def grant(**changes: Any) -> dict[str, Any]:
    stated = {"audience": "https://a.test", "subject_type": "user", "scopes": ["r"], "api": "a"}
    return {**stated, **changes}


def test_an_api_of_the_same_program(register: Register) -> None:
    def program() -> None:
        api = auth0.ResourceServer("orders", identifier="https://orders.test")
        ThirdPartyApplication("crm", application(grants=[grant(audience=api.identifier)]))

    found = only(register(program), GRANT)
    assert found.name == "crm-grant-a-user"
    assert found.inputs["audience"] == "https://orders.test"
    assert found.inputs["scopes"] == ["r"]


def test_every_value_may_be_an_output(register: Register) -> None:
    known = {
        "name": "CRM",
        "description": "Orders",
        "logo_uri": "https://crm.test/logo.png",
        "owner": "Acme",
        "allowed_origins": ["https://crm.test"],
        "web_origins": ["https://crm.test"],
        "access_token_lifetime": 600,
        "require_proof_of_possession": False,
        "client_metadata": {"tier": "gold"},
    }
    block = {"token_lifetime": 7200, "idle_token_lifetime": 60, "leeway": 5}
    limit = {"limit": 5, "action": "log"}
    plain = register(declare(**known, refresh_token=block, rate_limit=limit, grants=[grant()]))

    def program() -> None:
        args: Any = application(
            **{name: output(value) for name, value in known.items()},
            callbacks=[output("https://crm.test/cb")],
            refresh_token={name: output(value) for name, value in block.items()},
            rate_limit={name: output(value) for name, value in limit.items()},
            grants=[grant(scopes=[output("r")])],
        )
        ThirdPartyApplication("crm", args)

    later = register(program)
    assert {r.name: r.inputs for r in later} == {r.name: r.inputs for r in plain}


def test_all_that_is_known_is_told_at_once(register: Register) -> None:
    wrong = declare(
        callbacks=["https://*.crm.test/cb"],
        grants=[grant(scopes=output(["r"]))],
        allowed_origins=["http://crm.test"],
    )
    with pytest.raises(InvalidArguments) as caught:
        register(wrong)
    fields = [problem.path for problem in caught.value.problems]
    assert fields == [("callbacks", 0), ("allowed_origins", 0)]
    assert {problem.rule for problem in caught.value.problems} == {"TP-CREATE-19"}
    text = str(caught.value)
    assert text.startswith("ThirdPartyApplication 'crm' has 2 problems:\n  callbacks[0]: ")
    assert "\n      why: " in text
    assert "\n      fix: " in text


def test_a_wrong_shape_names_its_field(register: Register) -> None:
    with pytest.raises(InvalidArguments, match=r"app_type: Input should be 'regular_web'"):
        register(declare(app_type="web"))
    with pytest.raises(InvalidArguments, match=r"grants\[0\].scope: Extra inputs"):
        register(declare(grants=[grant(scope=["r"])]))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"callbacks": ["https://crm.test/cb", output("https://*.test")]}, r"callbacks\[1\]"),
        ({"callbacks": output([])}, "callbacks: no callbacks"),
        ({"client_metadata": {"x" * 300: output("y")}}, "client_metadata"),
        ({"access_token_lifetime": output(0)}, "access_token_lifetime"),
        ({"refresh_token": {"idle_token_lifetime": output(9_999_999)}}, "refresh_token"),
    ],
)
def test_what_becomes_known_stops_its_resource(
    register: Register, changes: dict[str, Any], told: str
) -> None:
    recorder: list[Any] = []
    with pytest.raises(InvalidArguments, match=told):
        recorder.extend(register(declare(**changes)))
    assert CLIENT not in {resource.type for resource in register.seen}


def test_a_grant_of_an_unknown_api_is_checked_when_it_is_known(register: Register) -> None:
    own = output("https://acme.auth0.com/api/v2/")
    with pytest.raises(InvalidArguments, match=r"grants\[0\].audience: .* \(CG-11\)"):
        register(declare(grants=[grant(audience=own)]))
    assert GRANT not in {resource.type for resource in register.seen}


def test_grants_that_turn_out_to_be_the_same(register: Register) -> None:
    twice = [grant(audience=output("https://a.test")), grant(api="b")]
    with pytest.raises(InvalidArguments, match="granted twice"):
        register(declare(grants=twice))


def test_what_a_preview_does_not_know_is_not_checked_yet(register: Register) -> None:
    def program() -> None:
        ThirdPartyApplication("crm", application(callbacks=[output(UNKNOWN)]))

    client = only(register(program), CLIENT)
    assert "callbacks" not in client.inputs


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"app_type": output("spa")}, "app_type"),
        ({"grants": output([])}, "grants"),
        ({"grants": [grant(subject_type=output("user"))]}, r"grants\[0\].subject_type"),
        ({"grants": [grant(api=None, audience=output("https://a"))]}, r"grants\[0\].audience"),
        ({"refresh_token": {"infinite_token_lifetime": output(True)}}, "refresh_token.infinite"),
    ],
)
def test_what_decides_about_resources_is_no_output(
    register: Register, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidArguments, match=rf"{field}.*: is the output of a resource"):
        register(declare(**changes))


def test_connections_and_pages_may_be_outputs(register: Register) -> None:
    args: Any = {"connections": {"db": output("customers")}}
    promotion = only(
        register(lambda: DomainConnections("shared", args)),
        "auth0-third-party:index:ConnectionPromotion",
    )
    assert promotion.name == "shared-promotion-db"
    assert promotion.inputs == {"connection": "customers"}
    page: Any = {"url": output("https://acme.test/error")}
    error = register(lambda: TenantErrorPage("errors", page))
    assert error[-1].inputs["page"]["url"] == "https://acme.test/error"
    lock: Any = {"lock": {"version": "14.3.0", "integrity": output("sha384-x")}}
    with pytest.raises(InvalidArguments, match="not the digest of a script"):
        register(lambda: ClassicLoginPage("classic", lock))


def test_a_key_that_turns_out_to_be_private_is_not_told(register: Register) -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----"

    def program() -> None:
        keys = [{"name": "2026", "pem": pulumi.Output.secret(pem)}]
        ThirdPartyApplication("crm", application(keys=keys))

    with pytest.raises(InvalidArguments, match="is a private key") as caught:
        register(program)
    assert "PRIVATE" not in str(caught.value)
