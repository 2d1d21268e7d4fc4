"""The engine's side of the provider protocol, over real gRPC, without an engine."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_toolchain.auth0_plugin.resources import RESOURCES
from pulumi_toolchain.auth0_plugin.servicer import Auth0, start
from pulumi_toolchain.auth0_plugin.tenant import Retries
from pulumi_toolchain.auth0_plugin.values import to_struct

Bag = dict[str, Any]
_TOKENS = {each.type: each.token for each in RESOURCES}
SEED = bytes(range(32))


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:s::p::{_TOKENS.get(kind, kind)}::{name}"


def bag(struct: Any) -> Bag:
    """As in the message, with the signatures of secrets; whole numbers as integers."""
    found: Bag = json.loads(
        json.dumps(MessageToDict(struct)),
        parse_float=lambda text: int(float(text)) if float(text).is_integer() else float(text),
    )
    return found


@dataclass(frozen=True)
class Caller:
    """One configured plugin. Methods take and give plain property bags."""

    stub: provider_pb2_grpc.ResourceProviderStub

    def configure(self, **config: str) -> Any:
        return self.stub.Configure(provider_pb2.ConfigureRequest(args=to_struct(config)))

    def checked(
        self, kind: str, name: str, news: Bag, olds: Bag | None = None, seed: bytes = SEED
    ) -> Any:
        request = provider_pb2.CheckRequest(
            urn=urn(kind, name), news=to_struct(news), olds=to_struct(olds or {}), randomSeed=seed
        )
        return self.stub.Check(request)

    def inputs(self, kind: str, name: str, news: Bag, olds: Bag | None = None) -> Bag:
        response = self.checked(kind, name, news, olds)
        assert not response.failures, response.failures
        return bag(response.inputs)

    def preview(self, kind: str, name: str, inputs: Bag) -> Bag:
        request = provider_pb2.CreateRequest(
            urn=urn(kind, name), properties=to_struct(inputs), preview=True
        )
        return bag(self.stub.Create(request).properties)

    def create(self, kind: str, name: str, inputs: Bag) -> tuple[str, Bag]:
        request = provider_pb2.CreateRequest(urn=urn(kind, name), properties=to_struct(inputs))
        response = self.stub.Create(request)
        return response.id, bag(response.properties)

    def diff(
        self,
        kind: str,
        name: str,
        outputs: Bag,
        news: Bag,
        olds: Bag | None = None,
        *,
        ignored: Sequence[str] = (),
    ) -> Any:
        request = provider_pb2.DiffRequest(
            id=str(outputs.get("id", "x")),
            urn=urn(kind, name),
            olds=to_struct(outputs),
            news=to_struct(news),
            old_inputs=to_struct(olds or {}),
            ignoreChanges=ignored,
        )
        return self.stub.Diff(request)

    def update(self, kind: str, name: str, outputs: Bag, news: Bag) -> Bag:
        request = provider_pb2.UpdateRequest(
            id=outputs["id"], urn=urn(kind, name), olds=to_struct(outputs), news=to_struct(news)
        )
        return bag(self.stub.Update(request).properties)

    def delete(self, kind: str, name: str, outputs: Bag, inputs: Bag) -> None:
        request = provider_pb2.DeleteRequest(
            id=outputs["id"],
            urn=urn(kind, name),
            properties=to_struct(outputs),
            old_inputs=to_struct(inputs),
        )
        self.stub.Delete(request)

    def read(self, kind: str, name: str, id_: str, outputs: Bag, inputs: Bag) -> Any:
        request = provider_pb2.ReadRequest(
            id=id_, urn=urn(kind, name), properties=to_struct(outputs), inputs=to_struct(inputs)
        )
        return self.stub.Read(request)


@contextmanager
def plugin() -> Iterator[Caller]:
    """A plugin that never waits, not configured yet."""
    with serving(Auth0(retries=Retries(sleep=lambda _: None))) as caller:
        yield caller


@contextmanager
def serving(servicer: Auth0) -> Iterator[Caller]:
    server, port = start(servicer)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Caller(provider_pb2_grpc.ResourceProviderStub(channel))
    server.stop(None).wait()


def shown(error: grpc.RpcError) -> str:
    """The text that the user is shown."""
    return str(error.details())


def details(error: grpc.RpcError) -> list[bytes]:
    metadata = error.trailing_metadata() or ()
    return [bytes(e.value) for e in metadata if e.key == "grpc-status-details-bin"]


def partly_created(error: grpc.RpcError) -> tuple[str, Bag, list[str]]:
    """What a failed call leaves in the state: id, outputs and reasons."""
    status = status_pb2.Status.FromString(details(error)[0])
    failed = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(failed)
    return failed.id, bag(failed.properties), list(failed.reasons)
