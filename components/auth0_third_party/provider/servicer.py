"""The engine's protocol for every resource of this provider.

See https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2_grpc
from pulumi.runtime.proto import provider_pb2 as pb

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from auth0_third_party.provider.protocol import load_sdk
from auth0_third_party.provider.resource import (
    Properties,
    Resource,
    State,
    Unknown,
    plain,
    secrets_in,
    struct,
)
from auth0_third_party.provider.resources import resources
from auth0_third_party.version import VERSION

if TYPE_CHECKING:
    from auth0_third_party.provider.construct import Constructor

T = TypeVar("T")
Notify = Callable[[str, str], None]


class Provider(provider_pb2_grpc.ResourceProviderServicer):
    """One tenant. `notify(urn, text)` shows a line at a resource; `engine`: its address."""

    def __init__(self, notify: Notify, engine: str = "") -> None:
        self._engine = engine
        self._made_constructor: Constructor | None = None
        self._resources = _by_type()
        self._notify = notify
        self._config: Mapping[str, Any] = {}
        self._client: ManagementClient | None = None
        self._connecting = threading.Lock()

    def Handshake(self, request: Any, context: Any) -> pb.ProviderHandshakeResponse:
        return pb.ProviderHandshakeResponse(accept_secrets=True, accept_outputs=True)

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Any) -> pb.GetSchemaResponse:
        load_sdk()
        from auth0_third_party.provider.schema import schema  # noqa: PLC0415 - seldom asked for

        return pb.GetSchemaResponse(schema=schema())

    def Attach(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def CheckConfig(self, request: pb.CheckRequest, context: Any) -> pb.CheckResponse:
        return pb.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: pb.DiffRequest, context: Any) -> pb.DiffResponse:
        changed = plain(request.old_inputs) != plain(request.news)
        return pb.DiffResponse(changes=_changes(changed))

    def Configure(self, request: pb.ConfigureRequest, context: Any) -> pb.ConfigureResponse:
        with self._connecting:
            self._config, self._client = plain(request.args), None
            self._resources = _by_type()  # a new run: what the last one declared is forgotten
        return pb.ConfigureResponse(supportsPreview=True, acceptSecrets=True, acceptOutputs=True)

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:
        return empty_pb2.Empty()

    def Check(self, request: pb.CheckRequest, context: grpc.ServicerContext) -> pb.CheckResponse:
        checked = self._resource(request.type, context).check(plain(request.news))
        if isinstance(checked, Mapping):
            return pb.CheckResponse(inputs=struct(checked, secrets_in(request.news)))
        failures = [pb.CheckFailure(property=f.property, reason=f.reason) for f in checked]
        return pb.CheckResponse(inputs=request.news, failures=failures)

    def Diff(self, request: pb.DiffRequest, context: grpc.ServicerContext) -> pb.DiffResponse:
        resource = self._resource(request.type, context)
        old, new = plain(request.old_inputs), plain(request.news)
        recorded = plain(request.olds)
        changed = [
            key
            for key in {**old, **new}
            if old.get(key) != new.get(key) and not resource.same(key, new.get(key), recorded)
        ]
        replaces = [key for key in changed if key in resource.replace_on_change]
        if not replaces:
            with _told(context):
                resource.claim(request.id, request.urn)
        kinds = pb.PropertyDiff
        detail = {
            key: kinds(kind=kinds.UPDATE_REPLACE if key in replaces else kinds.UPDATE)
            for key in changed
        }
        return pb.DiffResponse(
            changes=_changes(bool(changed)),
            diffs=changed,
            replaces=replaces,
            detailedDiff=detail,
            hasDetailedDiff=True,
            deleteBeforeReplace=bool(replaces) and resource.delete_before_replace,
        )

    def Create(self, request: pb.CreateRequest, context: grpc.ServicerContext) -> pb.CreateResponse:
        resource, inputs = self._resource(request.type, context), plain(request.properties)
        state = self._try(
            context,
            lambda client: resource.create(
                client, inputs, preview=request.preview, urn=request.urn
            ),
        )
        outputs = struct(state.outputs, secrets_in(request.properties))
        return pb.CreateResponse(id="" if request.preview else state.id, properties=outputs)

    def Read(self, request: pb.ReadRequest, context: grpc.ServicerContext) -> pb.ReadResponse:
        resource = self._resource(request.type, context)
        inputs, outputs = plain(request.inputs), plain(request.properties)
        old = State(request.id, inputs, outputs) if inputs else None
        state = self._try(context, lambda client: resource.read(client, request.id, old))
        if state is None:
            return pb.ReadResponse()
        secret = secrets_in(request.inputs, request.properties)
        return pb.ReadResponse(
            id=state.id,
            inputs=struct(state.inputs, secret),
            properties=struct(state.outputs, secret),
        )

    def Update(self, request: pb.UpdateRequest, context: grpc.ServicerContext) -> pb.UpdateResponse:
        resource = self._resource(request.type, context)
        old = State(request.id, plain(request.old_inputs), plain(request.olds))
        inputs = plain(request.news)
        state = self._try(
            context, lambda client: resource.update(client, old, inputs, preview=request.preview)
        )
        return pb.UpdateResponse(properties=struct(state.outputs, secrets_in(request.news)))

    def Delete(self, request: pb.DeleteRequest, context: grpc.ServicerContext) -> empty_pb2.Empty:
        resource = self._resource(request.type, context)
        old = State(request.id, plain(request.old_inputs), plain(request.properties))
        for note in self._try(context, lambda client: resource.delete(client, old, request.urn)):
            self._notify(request.urn, note)
        return empty_pb2.Empty()

    def Construct(
        self, request: pb.ConstructRequest, context: grpc.ServicerContext
    ) -> pb.ConstructResponse:
        return self._constructor().construct(request, context)

    def _constructor(self) -> "Constructor":
        """Made when the first component is asked for: most programs make theirs themselves."""
        with self._connecting:
            if self._made_constructor is None:
                load_sdk()
                from auth0_third_party.provider.construct import Constructor  # noqa: PLC0415

                self._made_constructor = Constructor(self._engine)
            return self._made_constructor

    def _resource(self, token: str, context: grpc.ServicerContext) -> Resource:
        resource = self._resources.get(token)
        if resource is None:
            context.abort(
                grpc.StatusCode.UNIMPLEMENTED, f"auth0-third-party has no resource {token}"
            )
        return resource

    def _try(self, context: grpc.ServicerContext, call: Callable[[ManagementClient], T]) -> T:
        """The call's result; its errors end the request with one line."""
        with _told(context):
            return call(self._connected())

    def _connected(self) -> ManagementClient:
        with self._connecting:
            if self._client is None:
                self._client = ManagementClient(_credentials(self._config))
            return self._client


@contextmanager
def _told(context: grpc.ServicerContext) -> Iterator[None]:
    """Ends the request with one line where the block fails."""
    try:
        yield
    except ManagementError as error:
        context.abort(grpc.StatusCode.UNKNOWN, f"{error}. Fix: {error.fix}")


def _by_type() -> dict[str, Resource]:
    return {resource.resource_type: resource for resource in resources()}


def _credentials(config: Properties) -> Credentials:
    """AUTH0_* from the environment first; the provider's own inputs name the domain at least."""
    known = {key: value for key, value in config.items() if not isinstance(value, Unknown)}
    names = {"client_id": "clientId", "client_secret": "clientSecret", "api_token": "apiToken"}
    fallback = {name: str(known.get(key, "")) for name, key in names.items()}
    return Credentials.find(str(known.get("domain", "")), fallback)


def _changes(changed: bool) -> pb.DiffResponse.DiffChanges.ValueType:
    return pb.DiffResponse.DIFF_SOME if changed else pb.DiffResponse.DIFF_NONE
