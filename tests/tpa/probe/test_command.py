"""`tpa probe` on a tenant that could be a real one: no user, no Management API, nothing written."""

import json
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Ended, Run
from tpa.oauth.http import TenantHttp

SECRET = "TPA_CLIENT_SECRET_PORTAL"


def probe(run: Run, stack: AppliedStack, *arguments: str) -> tuple[Ended, dict[str, Any]]:
    ended = run(stack.root, "probe", "--rate", "1000", "--json", *arguments)
    return ended, json.loads(ended.output) if ended.output else {}


def row(answer: dict[str, Any], check: str, application: str = "portal") -> dict[str, Any]:
    (found,) = (
        each
        for each in answer["rows"]
        if (each["check"], each["application"]) == (check, application)
    )
    return dict(found)


def test_what_a_stranger_sees(run: Run, stack: AppliedStack) -> None:
    ended, answer = probe(run, stack)
    assert (ended.status, answer["broken"]) == (0, 0), answer["rows"]
    assert stack.tenant.requests() == []
    log = stack.tenant.api.log()
    assert {entry["path"] for entry in log if entry["method"] == "POST"} == {"/oauth/token"}
    assert len([e for e in log if not e["path"].startswith("/_control")]) == answer["requests"]
    assert f"{answer['requests']} requests about 2 applications" in ended.error
    assert {each["application"] for each in answer["rows"]} == {"", "portal", "widget"}
    held = ("callbacks", "connections", "redirects", "pkce", "parameters", "client-authentication")
    assert {row(answer, check)["result"] for check in held} == {"held"}
    assert row(answer, "code-once")["result"] == "not_observable"
    assert row(answer, "pkce").keys() == {
        *("application", "check", "title", "source", "result", "reason")
    }


def test_a_credential_at_hand_is_used_and_not_shown(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The portal gets client access in the files and in the tenant."""
    grant = {"api": "orders", "subject_type": "client", "scopes": ["read:orders"]}
    user = {"api": "orders", "subject_type": "user", "scopes": ["read:orders"]}
    stack.project.portal(grants=[user, grant])
    audience = stack.project.load().record.audiences["orders"]
    body = {"client_id": stack.clients["portal"], "audience": audience, "scope": ["read:orders"]}
    made = stack.tenant.api.create("/client-grants", {**body, "subject_type": "client"})
    stack.change(grant_types=["authorization_code", "client_credentials"])
    monkeypatch.setenv(SECRET, stack.client()["client_secret"])
    ended, answer = probe(run, stack, "portal")
    assert ended.status == 0, answer["rows"]
    assert row(answer, "client-tokens")["reason"] == "orders: read:orders"
    assert stack.client()["client_secret"] not in ended.output + ended.error

    wider = {"scope": ["read:orders", "write:orders"]}
    stack.tenant.api("PATCH", f"/client-grants/{made['id']}", wider)
    ended, answer = probe(run, stack, "portal")
    told = row(answer, "client-scopes")
    assert (ended.status, told["result"]) == (1, "broken")
    assert "orders: write:orders" in told["reason"]

    monkeypatch.setenv(SECRET, "rotated-since")
    ended, answer = probe(run, stack, "portal")
    assert ended.status == 1
    assert "expired, rotated, or another" in row(answer, "client-tokens")["reason"]
    assert "rotated-since" not in ended.output + ended.error

    monkeypatch.delenv(SECRET)
    _, answer = probe(run, stack, "portal")
    assert row(answer, "client-tokens")["reason"] == "its credential is not at hand"


def test_a_table_and_junit(run: Run, stack: AppliedStack) -> None:
    stack.change(callbacks=["https://elsewhere.test/cb"])
    ended = run(stack.root, "probe", "portal", "--rate", "1000", "--junit", "probe.xml")
    assert ended.status == 1
    lines = [line.split() for line in ended.output.splitlines()]
    (told,) = (line for line in lines if line[:4] == ["portal", "Declared", "callbacks", "are"])
    assert "broken" in told
    assert "broken, " in ended.output.splitlines()[-1]
    suite = ET.parse(stack.root / "probe.xml").getroot()  # noqa: S314 - written here
    failed = [case.get("name") for case in suite if case.find("failure") is not None]
    assert "Declared callbacks are accepted (callbacks)" in failed
    assert suite.get("failures") == str(len(failed))
    skipped = [case for case in suite if case.find("skipped") is not None]
    assert (suite.get("tests"), suite.get("skipped")) == (str(len(suite)), str(len(skipped)))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "dev has no application 'nobody'"),
        (["portal", "-e", "nowhere"], "there is no environment 'nowhere'"),
        (["--domain", "login.acme.invalid"], "login.acme.invalid can't be reached"),
    ],
)
def test_what_can_not_be_probed(
    arguments: list[str], words: str, run: Run, stack: AppliedStack
) -> None:
    ended, _ = probe(run, stack, *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert words in ended.error


def test_what_is_not_deployed(run: Run, stack: AppliedStack) -> None:
    (stack.root / "state.json").unlink()
    ended, _ = probe(run, stack, "portal")
    assert ended.status == 2
    assert "not deployed in dev: portal\n  fix: run tpa up -e dev" in ended.error


def test_what_the_tenant_does_not_know_any_more(run: Run, stack: AppliedStack) -> None:
    stack.tenant.api("DELETE", f"/clients/{stack.clients['portal']}")
    ended, answer = probe(run, stack, "portal")
    assert ended.status == 1
    assert row(answer, "callbacks")["result"] == "broken"
    assert row(answer, "pkce")["result"] == "not_observable"


def test_an_interrupt(run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(TenantHttp, "send", interrupted)
    ended, _ = probe(run, stack, "portal")
    assert (ended.status, ended.output) == (130, "")
    assert "stopped; the probe had changed nothing" in ended.error


def test_a_permissive_application_is_left_out(run: Run, stack: AppliedStack) -> None:
    stack.project.dev(
        tenant=stack.tenant.domain,
        embedded_port=None,
        permissive_eligible=True,
        connections={"customers": "customers"},
    )
    stack.project.portal(security_mode="permissive")
    _, answer = probe(run, stack)
    assert {each["application"] for each in answer["rows"]} == {"", "widget"}
    assert "portal is permissive" in answer["notes"][0]
