"""`tpa drift` with a token that lacks a scope."""

import pytest

from auth0_third_party.management import Credentials
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run
from tests.tpa.drift.running import report

READS = (
    *("read:clients", "read:client_grants", "read:connections", "read:resource_servers"),
    *("read:organizations", "read:tenant_settings", "read:rate_limit_policies"),
    *("read:rules", "read:hooks", "read:prompts"),
)


def sign_in(monkeypatch: pytest.MonkeyPatch, own: Credentials) -> None:
    monkeypatch.setenv("AUTH0_CLIENT_ID", own.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", own.client_secret)


def test_a_missing_scope_for_writing_is_reported_before_the_first_request(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.change(name="Other")
    sign_in(monkeypatch, stack.tenant.second_client(*READS, "update:client_grants"))
    stack.tenant.forget_log()
    ended = run(stack.root, "drift", "--restore", "--yes")
    assert ended.status == 2
    assert "nothing was changed: the engine's update would be refused" in ended.error
    assert "update:clients" in ended.error
    assert (stack.tenant.writes(), stack.engine_calls()) == ([], [])


@pytest.mark.parametrize(
    ("lacking", "status"),
    [
        (("read:client_grants", "grants"), 1),
        (("read:connections", "connections"), 1),
        (("read:tenant_settings", "open registration"), 0),  # no file states any of it
    ],
)
def test_what_can_not_be_read_is_unknown(
    run: Run,
    stack: AppliedStack,
    monkeypatch: pytest.MonkeyPatch,
    lacking: tuple[str, str],
    status: int,
) -> None:
    """A nightly job must not stay green after its client has lost a scope."""
    scope, what = lacking
    sign_in(monkeypatch, stack.tenant.second_client(*(set(READS) - {scope})))
    ended = run(stack.root, "drift")
    assert ended.status == status
    assert ended.output == "dev: nothing was changed outside, as far as could be read\n"
    assert f"unknown: {what} (the token lacks {scope})" in ended.error
    unknown = report(run, stack)["unknown"]
    assert {"what": what, "scope": scope} in unknown
