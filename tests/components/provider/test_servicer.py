"""The protocol, over a real channel: what the engine sends and what it gets back."""

import json

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2 as pb

from auth0_third_party.provider.resource import (
    SECRET,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    plain,
    struct,
)
from auth0_third_party.provider.resources import resources
from auth0_third_party.version import VERSION
from tests.components.provider.conftest import TYPE, URN, Served, check, create, error
from tests.conftest import LiveTenant

KINDS = pb.PropertyDiff


def test_who_it_is(served: Served) -> None:
    assert served.stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION


def test_the_schema_names_all_that_there_is(provider: Served) -> None:
    schema = json.loads(provider.stub.GetSchema(pb.GetSchemaRequest(version=0)).schema)
    assert (schema["name"], schema["version"]) == ("auth0-third-party", VERSION)
    described = schema["resources"][TYPE]
    assert {resource.resource_type for resource in resources()} <= set(schema["resources"])
    outputs = plain(create(provider, connection="customers").properties)
    assert set(described["properties"]) == set(outputs)
    assert set(described["required"]) <= set(outputs)
    assert set(described["inputProperties"]) == {"connection", "before", "ownClients"}
    settings = schema["provider"]["inputProperties"]
    assert {name for name, it in settings.items() if it.get("secret")} == {
        "clientSecret",
        "apiToken",
    }


def test_check_completes_inputs(served: Served) -> None:
    answer = check(served, connection="customers")
    assert plain(answer.inputs) == {"connection": "customers", "isDomainConnection": True}
    assert not answer.failures


def test_check_keeps_what_is_unknown(served: Served) -> None:
    answer = check(served, connection=UNKNOWN)
    assert answer.inputs["connection"] == UNKNOWN_TEXT


@pytest.mark.parametrize("inputs", [{}, {"connection": ""}, {"connection": 7}])
def test_check_says_what_is_wrong_with_which_property(
    served: Served, inputs: dict[str, object]
) -> None:
    (failure,) = check(served, **inputs).failures
    assert failure.property == "connection"
    assert "con_ id" in failure.reason


def diff(served: Served, old: dict[str, object], new: dict[str, object]) -> pb.DiffResponse:
    answer: pb.DiffResponse = served.stub.Diff(
        pb.DiffRequest(
            id="con_1",
            urn=URN,
            type=TYPE,
            old_inputs=struct(old),
            news=struct(new),
            olds=struct({**old, "connectionId": "con_1", "name": "customers"}),
        )
    )
    return answer


OPEN: dict[str, object] = {"connection": "customers", "isDomainConnection": True}


def test_no_difference(served: Served) -> None:
    answer = diff(served, OPEN, OPEN)
    assert answer.changes == pb.DiffResponse.DIFF_NONE
    assert not answer.diffs
    assert not answer.deleteBeforeReplace


def test_drift_is_an_update_in_place(served: Served) -> None:
    answer = diff(served, {**OPEN, "isDomainConnection": False}, OPEN)
    assert answer.changes == pb.DiffResponse.DIFF_SOME
    assert {k: d.kind for k, d in answer.detailedDiff.items()} == {
        "isDomainConnection": KINDS.UPDATE
    }
    assert not answer.replaces


@pytest.mark.parametrize("connection", ["staff", UNKNOWN])
def test_another_connection_is_another_resource(served: Served, connection: object) -> None:
    answer = diff(served, OPEN, {**OPEN, "connection": connection})
    assert list(answer.replaces) == ["connection"]
    assert answer.detailedDiff["connection"].kind == KINDS.UPDATE_REPLACE
    assert answer.deleteBeforeReplace


@pytest.mark.parametrize(("old", "new"), [("customers", "con_1"), ("con_1", "customers")])
def test_a_name_and_its_id_are_one_connection(served: Served, old: str, new: str) -> None:
    """To replace it would close the door for a moment, in front of users."""
    answer = diff(served, {**OPEN, "connection": old}, {**OPEN, "connection": new})
    assert answer.changes == pb.DiffResponse.DIFF_NONE


def test_create_and_its_preview(provider: Served, live_tenant: LiveTenant) -> None:
    live_tenant.forget_log()
    planned = create(provider, preview=True, connection="customers")
    assert planned.id == ""
    assert live_tenant.writes() == []
    made = create(provider, connection="customers")
    assert made.id == live_tenant.connection("customers")["id"]
    assert plain(made.properties) == plain(planned.properties)


def test_preview_of_what_is_not_known_yet(provider: Served, live_tenant: LiveTenant) -> None:
    live_tenant.forget_log()
    planned = create(provider, preview=True, connection=UNKNOWN)
    assert planned.properties["connectionId"] == UNKNOWN_TEXT
    assert planned.properties["isDomainConnection"] is True
    assert live_tenant.requests() == []


def test_an_import_has_no_inputs(provider: Served, live_tenant: LiveTenant) -> None:
    identity = live_tenant.connection("customers")["id"]
    answer = provider.stub.Read(pb.ReadRequest(id=identity, urn=URN, type=TYPE))
    assert answer.id == identity
    assert plain(answer.inputs) == {"connection": "customers", "isDomainConnection": False}
    assert plain(answer.properties)["promotedByUs"] is False


def test_an_import_by_name_gets_the_id(provider: Served, live_tenant: LiveTenant) -> None:
    answer = provider.stub.Read(pb.ReadRequest(id="customers", urn=URN, type=TYPE))
    assert answer.id == live_tenant.connection("customers")["id"]


def test_what_is_gone_reads_without_an_id(provider: Served) -> None:
    answer = provider.stub.Read(pb.ReadRequest(id="con_0000000000000000", urn=URN, type=TYPE))
    assert answer.id == ""


def test_a_refresh_keeps_who_promoted(provider: Served, live_tenant: LiveTenant) -> None:
    made = create(provider, connection="customers")
    live_tenant.promote("customers", promoted=False)
    inputs = struct({**OPEN})
    answer = provider.stub.Read(
        pb.ReadRequest(id=made.id, urn=URN, type=TYPE, inputs=inputs, properties=made.properties)
    )
    assert plain(answer.inputs)["isDomainConnection"] is False
    assert plain(answer.properties)["promotedByUs"] is True


def test_update_and_delete(provider: Served, live_tenant: LiveTenant) -> None:
    made = create(provider, connection="customers")
    live_tenant.promote("customers", promoted=False)
    drifted = struct({**OPEN, "isDomainConnection": False})
    updated = provider.stub.Update(
        pb.UpdateRequest(
            id=made.id,
            urn=URN,
            type=TYPE,
            olds=made.properties,
            old_inputs=drifted,
            news=struct(OPEN),
        )
    )
    assert plain(updated.properties) == plain(made.properties)
    assert live_tenant.connection("customers")["is_domain_connection"]
    gone = pb.DeleteRequest(id=made.id, urn=URN, type=TYPE, properties=made.properties)
    provider.stub.Delete(gone)
    assert not live_tenant.connection("customers")["is_domain_connection"]
    assert provider.said == []
    provider.stub.Delete(gone)
    assert provider.said == [
        "connection 'customers': is_domain_connection is as it was before us already"
    ]


def test_a_second_owner_is_refused_until_the_next_run(
    provider: Served, live_tenant: LiveTenant
) -> None:
    made = create(provider, preview=True, connection="customers")
    second = f"{URN}-too"
    sent = check(provider, connection=live_tenant.connection("customers")["id"]).inputs
    request = pb.CreateRequest(urn=second, type=TYPE, properties=sent, preview=True)
    _, said = error(provider.stub.Create, request)
    assert said.startswith("'door' of this program has this connection already. Fix: promote it")
    recorded = pb.DiffRequest(
        id=plain(made.properties)["connectionId"],
        urn=second,
        type=TYPE,
        old_inputs=sent,
        news=sent,
        olds=made.properties,
    )
    assert error(provider.stub.Diff, recorded)[1] == said
    provider.configure(domain=live_tenant.domain)
    assert provider.stub.Create(request).properties
    assert live_tenant.writes() == []


def test_a_missing_connection_is_one_line_with_a_remedy(provider: Served) -> None:
    sent = check(provider, connection="customrs").inputs
    _, said = error(provider.stub.Create, pb.CreateRequest(urn=URN, type=TYPE, properties=sent))
    expected = "there is no connection 'customrs' in this tenant. Fix: check the name or id"
    assert said == expected


def test_another_resource_type_is_refused(served: Served) -> None:
    request = pb.CheckRequest(urn=URN, type="auth0-third-party:index:Other", news=struct({}))
    code, said = error(served.stub.Check, request)
    assert code == grpc.StatusCode.UNIMPLEMENTED
    assert said == "auth0-third-party has no resource auth0-third-party:index:Other"


def test_what_is_given_as_a_secret_stays_one(provider: Served) -> None:
    """In what check, create, read and update answer: the engine records it as it is told."""
    secret = {SIGNATURE: SECRET, "value": "customers"}
    sent = struct({"connection": secret})
    checked = provider.stub.Check(pb.CheckRequest(urn=URN, type=TYPE, news=sent)).inputs
    assert checked["connection"][SIGNATURE] == SECRET
    made = provider.stub.Create(pb.CreateRequest(urn=URN, type=TYPE, properties=checked))
    assert made.properties["connection"][SIGNATURE] == SECRET
    assert made.properties["name"] == "customers"
    asked = pb.ReadRequest(
        urn=URN, type=TYPE, id=made.id, inputs=checked, properties=made.properties
    )
    read = provider.stub.Read(asked)
    assert read.inputs["connection"][SIGNATURE] == SECRET
    update = pb.UpdateRequest(
        urn=URN, type=TYPE, id=made.id, olds=made.properties, old_inputs=checked, news=checked
    )
    assert provider.stub.Update(update).properties["connection"][SIGNATURE] == SECRET
