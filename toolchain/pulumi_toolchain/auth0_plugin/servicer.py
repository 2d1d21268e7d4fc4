"""The provider protocol of the engine on generated gRPC code, and the process that serves it.

https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
"""

import os
import stat
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from . import inputs, lifecycle
from .errors import PluginError, Refused, one_error
from .fields import Field
from .functions import invoke
from .lifecycle import Subject
from .protocol import EngineLog, answered, diff_response
from .resource import Resource
from .resources import resource_of
from .settings import settings_from
from .tenant import Retries, Tenant
from .values import from_struct, to_struct, without_defaults

VERSION = "3.55.1"
_CALLS_AT_ONCE = 64
_UNLIMITED = -1
_MODE = provider_pb2.CheckRequest.AutonamingOptions


class Auth0(provider_pb2_grpc.ResourceProviderServicer):
    """The service of one process: configured once, then called from many threads."""

    def __init__(self, log: EngineLog | None = None, retries: Retries | None = None) -> None:
        self._log = log or EngineLog()
        self._cancelled = threading.Event()
        self._retries = retries or Retries(sleep=self._pause)
        self._tenant: Tenant | None = None

    def Handshake(
        self,
        request: provider_pb2.ProviderHandshakeRequest,
        context: grpc.ServicerContext,
    ) -> provider_pb2.ProviderHandshakeResponse:
        """The official plugin has none either: without it the engine uses the older calls."""
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "method Handshake not implemented")
        raise AssertionError("abort raises")

    def GetPluginInfo(self, request: Empty, context: grpc.ServicerContext) -> plugin_pb2.PluginInfo:
        return plugin_pb2.PluginInfo(version=VERSION)

    def Attach(self, request: plugin_pb2.PluginAttach, context: grpc.ServicerContext) -> Empty:
        self._log.attach(request.address)
        return Empty()

    def Cancel(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Ctrl-C: calls that wait for the rate limit end."""
        self._cancelled.set()
        return Empty()

    def _pause(self, seconds: float) -> None:
        # A tenant may name any time; a wait has a limit.
        if self._cancelled.wait(min(seconds, threading.TIMEOUT_MAX)):
            raise PluginError("the run was cancelled while it waited for the tenant's rate limit")

    def CheckConfig(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        before, after = from_struct(request.olds), from_struct(request.news)
        names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
        response = provider_pb2.DiffResponse(diffs=sorted(names - {"version"}))
        if response.diffs:
            response.changes = provider_pb2.DiffResponse.DIFF_SOME
        return response

    def Configure(
        self, request: provider_pb2.ConfigureRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        self._cancelled.clear()
        try:
            self._tenant = Tenant(settings_from(from_struct(request.args)), self._retries)
        except Refused as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except PluginError as error:
            context.abort(grpc.StatusCode.UNKNOWN, one_error(str(error)))
        return provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    def Check(
        self, request: provider_pb2.CheckRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        return answered(context, self._log, request.urn, lambda: _checked(request))

    def Diff(
        self, request: provider_pb2.DiffRequest, context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        def work() -> provider_pb2.DiffResponse:
            subject = self._subject(request.urn, request.ignoreChanges)
            news = from_struct(request.news)
            found = lifecycle.difference(subject, news, from_struct(request.olds), request.id)
            replaces = any(each.replace for each in found)
            first = lifecycle.deletes_first(subject.resource, news, replaces)
            return diff_response(subject.resource.fields, found, delete_first=first)

        return answered(context, self._log, request.urn, work)

    def Create(
        self, request: provider_pb2.CreateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        def work() -> provider_pb2.CreateResponse:
            subject, news = self._subject(request.urn), from_struct(request.properties)
            if request.preview:
                outputs = lifecycle.preview(subject, news, None, "")
                return provider_pb2.CreateResponse(properties=to_struct(outputs))
            made, outputs = lifecycle.create(subject, news)
            return provider_pb2.CreateResponse(id=made, properties=to_struct(outputs))

        return answered(context, self._log, request.urn, work)

    def Update(
        self, request: provider_pb2.UpdateRequest, context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        def work() -> provider_pb2.UpdateResponse:
            subject = self._subject(request.urn, request.ignoreChanges)
            step = lifecycle.preview if request.preview else lifecycle.update
            outputs = step(
                subject, from_struct(request.news), from_struct(request.olds), request.id
            )
            return provider_pb2.UpdateResponse(properties=to_struct(outputs))

        return answered(context, self._log, request.urn, work)

    def Delete(self, request: provider_pb2.DeleteRequest, context: grpc.ServicerContext) -> Empty:
        def work() -> Empty:
            outputs, declared = from_struct(request.properties), from_struct(request.old_inputs)
            lifecycle.delete(self._subject(request.urn), outputs, declared, request.id)
            return Empty()

        return answered(context, self._log, request.urn, work)

    def Read(
        self, request: provider_pb2.ReadRequest, context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        def work() -> provider_pb2.ReadResponse:
            declared, prior = from_struct(request.inputs), from_struct(request.properties)
            found = lifecycle.read(self._subject(request.urn), declared, prior, request.id)
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=found.id, inputs=to_struct(found.inputs), properties=to_struct(found.outputs)
            )

        return answered(context, self._log, request.urn, work)

    def Invoke(
        self, request: provider_pb2.InvokeRequest, context: grpc.ServicerContext
    ) -> provider_pb2.InvokeResponse:
        def work() -> provider_pb2.InvokeResponse:
            try:
                result = invoke(self._configured(), request.tok, from_struct(request.args))
            except PluginError as error:
                raise PluginError(f"invoking {request.tok}: {one_error(str(error))}") from error
            response = provider_pb2.InvokeResponse()
            # The message's field is named like a keyword.
            getattr(response, "return").CopyFrom(to_struct(result))
            return response

        return answered(context, self._log, "", work)

    def _configured(self) -> Tenant:
        if self._tenant is None:
            raise PluginError("the auth0 plugin has not been configured yet")
        return self._tenant

    def _subject(self, urn: str, ignored: Iterable[str] = ()) -> Subject:
        return Subject(_resource_at(urn), urn, self._configured(), frozenset(ignored))


def _resource_at(urn: str) -> Resource:
    return resource_of(urn.split("::")[2].rsplit("$", 1)[-1])


def _checked(request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:
    resource = _resource_at(request.urn)
    fields = _with_autoname(resource, request)
    name = request.urn.rsplit("::", 1)[1]
    checked = inputs.with_defaults(fields, from_struct(request.news), from_struct(request.olds))
    config = without_defaults(checked)
    problems = [
        *inputs.failures(fields, config, name),
        *inputs.conflicting(resource.conflicts, config, name),
    ]
    return provider_pb2.CheckResponse(
        inputs=to_struct(lifecycle.mark_secrets(fields, checked)),
        failures=[provider_pb2.CheckFailure(reason=each) for each in problems],
    )


def _with_autoname(resource: Resource, request: provider_pb2.CheckRequest) -> tuple[Field, ...]:
    """The description with this resource's automatic name as the default of `name`."""
    if not resource.autonamed:
        return resource.fields
    default: str | None = inputs.autoname(request.urn.rsplit("::", 1)[1], request.randomSeed)
    if request.HasField("autonaming"):
        disabled = request.autonaming.mode == _MODE.DISABLE
        default = None if disabled else request.autonaming.proposed_name
    return tuple(
        replace(each, default=default) if each.name == "name" else each for each in resource.fields
    )


def start(servicer: Auth0) -> tuple[grpc.Server, int]:
    """Serve on 127.0.0.1 and return the server with its port."""
    server = grpc.server(
        ThreadPoolExecutor(_CALLS_AT_ONCE),
        options=[
            ("grpc.max_receive_message_length", _UNLIMITED),
            ("grpc.max_send_message_length", _UNLIMITED),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


def serve(engine_address: str) -> None:
    """Serve until the engine ends this process or ends itself."""
    server, port = start(Auth0(EngineLog(engine_address)))
    print(port, flush=True)  # noqa: T201 - how the engine learns the port
    if sys.stdin is not None and stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        # The engine holds the other end of this pipe: it closes when the engine ends, also when it
        # is killed. A plugin that a language host starts has /dev/null instead.
        threading.Thread(target=_stop_at_end_of_input, args=(server,), daemon=True).start()
    server.wait_for_termination()


def _stop_at_end_of_input(server: grpc.Server) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    server.stop(grace=None)
