"""The provider of this checkout, over real gRPC, on a running tenant."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import provider_pb2_grpc

from auth0_third_party.management import ManagementClient
from auth0_third_party.provider.resource import struct
from auth0_third_party.provider.servicer import Provider
from tests.conftest import LiveTenant

TYPE = "auth0-third-party:index:ConnectionPromotion"
URN = f"urn:pulumi:dev::project::{TYPE}::door"


@pytest.fixture
def client(live_tenant: LiveTenant) -> Iterator[ManagementClient]:
    with ManagementClient(live_tenant.credentials) as made:
        yield made


@dataclass
class Served:
    """A provider that listens; `said` is what it told the person who runs the engine."""

    port: int
    stub: provider_pb2_grpc.ResourceProviderStub
    said: list[str] = field(default_factory=list)

    def configure(self, **inputs: object) -> pb.ConfigureResponse:
        answer: pb.ConfigureResponse = self.stub.Configure(pb.ConfigureRequest(args=struct(inputs)))
        return answer


@pytest.fixture
def served() -> Iterator[Served]:
    said: list[str] = []
    server = grpc.server(ThreadPoolExecutor(8))
    provider = Provider(lambda _urn, text: said.append(text))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Served(port, provider_pb2_grpc.ResourceProviderStub(channel), said)
    server.stop(grace=None).wait()


@pytest.fixture
def provider(served: Served, live_tenant: LiveTenant, monkeypatch: pytest.MonkeyPatch) -> Served:
    """Configured with the domain alone; the credentials are in the environment."""
    monkeypatch.setenv("AUTH0_CLIENT_ID", live_tenant.credentials.client_id)
    monkeypatch.setenv("AUTH0_CLIENT_SECRET", live_tenant.credentials.client_secret)
    served.configure(domain=live_tenant.domain)
    return served


def check(served: Served, **inputs: object) -> pb.CheckResponse:
    request = pb.CheckRequest(urn=URN, type=TYPE, news=struct(inputs))
    answer: pb.CheckResponse = served.stub.Check(request)
    return answer


def create(served: Served, *, preview: bool = False, **inputs: object) -> pb.CreateResponse:
    sent = check(served, **inputs).inputs
    answer: pb.CreateResponse = served.stub.Create(
        pb.CreateRequest(urn=URN, type=TYPE, properties=sent, preview=preview)
    )
    return answer


def error(call: Any, request: Any) -> tuple[grpc.StatusCode, str]:
    with pytest.raises(grpc.RpcError) as caught:
        call(request)
    details = caught.value.details() or ""
    assert "Traceback" not in details
    assert "\n" not in details
    return caught.value.code(), details
