"""How the provider learns which tenant it serves, and as whom."""

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from auth0_third_party.provider.resource import SECRET, SIGNATURE, struct
from tests.components.provider.conftest import TYPE, URN, Served, check, create, error
from tests.conftest import LiveTenant


def test_a_missing_scope_is_named(
    provider: Served, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = live_tenant.second_client("read:connections")
    monkeypatch.setenv("AUTH0_CLIENT_ID", narrow.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", narrow.client_secret)
    provider.configure(domain=live_tenant.domain)
    sent = check(provider, connection="customers").inputs
    _, said = error(provider.stub.Create, pb.CreateRequest(urn=URN, type=TYPE, properties=sent))
    assert "Fix: grant update:connections on the Management API" in said


def test_missing_credentials_are_said_when_they_are_needed(
    served: Served, no_credentials: None
) -> None:
    served.configure(domain="localhost:1")
    sent = check(served, connection="customers").inputs
    _, said = error(served.stub.Create, pb.CreateRequest(urn=URN, type=TYPE, properties=sent))
    assert "no credentials for localhost:1. Fix: set AUTH0_CLIENT_ID" in said


def test_credentials_of_the_provider_resource_are_a_fallback(
    served: Served, live_tenant: LiveTenant
) -> None:
    """They arrive as the engine sends secrets."""
    own = live_tenant.credentials
    served.configure(
        domain=own.domain,
        clientId=own.client_id,
        clientSecret={SIGNATURE: SECRET, "value": own.client_secret},
    )
    assert create(served, connection="customers").id


def test_a_second_configuration_is_the_one_that_counts(
    provider: Served, live_tenant: LiveTenant
) -> None:
    """An attached provider serves run after run."""
    assert create(provider, connection="customers").id == live_tenant.connection("customers")["id"]
    provider.configure(domain="not a domain")
    request = pb.ReadRequest(id="customers", urn=URN, type=TYPE)
    _, said = error(provider.stub.Read, request)
    assert "'not a domain' is not a tenant domain" in said


def test_provider_inputs_keep_their_secrets(served: Served) -> None:
    secret = {SIGNATURE: SECRET, "value": "s"}
    sent = struct({"domain": "acme.auth0.com", "clientSecret": secret})
    answer = served.stub.CheckConfig(pb.CheckRequest(urn=URN, news=sent))
    assert answer.inputs == sent


def test_a_changed_provider_is_an_update_not_a_replacement(served: Served) -> None:
    def changes(new: str) -> pb.DiffResponse:
        request = pb.DiffRequest(old_inputs=struct({"domain": "a"}), news=struct({"domain": new}))
        answer: pb.DiffResponse = served.stub.DiffConfig(request)
        return answer

    assert changes("a").changes == pb.DiffResponse.DIFF_NONE
    assert changes("b").changes == pb.DiffResponse.DIFF_SOME
    assert not changes("b").replaces
