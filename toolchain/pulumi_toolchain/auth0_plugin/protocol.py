"""The engine's messages: differences, errors, and lines for its display."""

import contextlib
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import grpc
from google.protobuf.any_pb2 import Any
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, status_pb2

from .errors import PluginError
from .fields import Field
from .lifecycle import InitFailed
from .plan import Change
from .values import to_struct

T = TypeVar("T")
_DIFF = provider_pb2.DiffResponse
_KIND = provider_pb2.PropertyDiff.Kind
_PREFIX = "  sdk-v2/provider2.go:571: sdk.helper_schema: "
_SUFFIX = ": provider=auth0@3.55.1"


class EngineLog:
    """Writes to the display of the engine that started this plugin or attached to it, if any."""

    def __init__(self, address: str = "") -> None:
        self._lock = threading.Lock()
        self._stub: engine_pb2_grpc.EngineStub | None = None
        self.attach(address)

    def attach(self, address: str) -> None:
        with self._lock:
            if address:
                self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address))

    def failed_call(self, urn: str, message: str) -> None:
        """Show a failed call above the operation's own error."""
        if self._stub is None:
            return
        line = engine_pb2.LogRequest(
            severity=engine_pb2.ERROR, message=f"{_PREFIX}{message}{_SUFFIX}", urn=urn
        )
        with contextlib.suppress(grpc.RpcError):
            self._stub.Log(line, timeout=5)


def diff_response(
    fields: Sequence[Field], found: Sequence[Change], *, delete_first: bool
) -> provider_pb2.DiffResponse:
    replaced = {each.top for each in found if each.replace}
    return provider_pb2.DiffResponse(
        changes=_DIFF.DIFF_SOME if found else _DIFF.DIFF_NONE,
        diffs=sorted({each.top for each in found}),
        replaces=[each.path for each in found if each.replace],
        stables=sorted(f.name for f in fields if f.replace and f.name not in replaced),
        detailedDiff={
            each.path: provider_pb2.PropertyDiff(kind=_KIND.Value(each.kind)) for each in found
        },
        hasDetailedDiff=True,
        deleteBeforeReplace=delete_first,
    )


def answered(context: grpc.ServicerContext, log: EngineLog, urn: str, work: Callable[[], T]) -> T:
    """Do one call's work; an exception ends the call with one message, never a traceback."""
    try:
        return work()
    except PluginError as error:
        cause = error.__cause__ if isinstance(error.__cause__, PluginError) else None
        if cause is not None:
            log.failed_call(urn, cause.message)
        if isinstance(error, InitFailed):
            context.set_trailing_metadata((("grpc-status-details-bin", _details(error)),))
        context.abort(grpc.StatusCode.UNKNOWN, str(error))
        raise AssertionError("abort raises") from error
    except Exception as error:  # an answer of unexpected shape, or a defect
        context.abort(grpc.StatusCode.INTERNAL, _unexpected(error))
        raise AssertionError("abort raises") from error


def _unexpected(error: Exception) -> str:
    """One line with the place in the code; the engine would show a whole traceback."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"the stand-in auth0 plugin did not understand the tenant's answer, or has a defect: "
        f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    )


def _details(error: InitFailed) -> bytes:
    """What the engine needs to keep a partly created resource in the state."""
    failed = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=to_struct(error.outputs), reasons=[str(error)]
    )
    detail = Any()
    detail.Pack(failed)
    status = status_pb2.Status(
        code=grpc.StatusCode.UNKNOWN.value[0], message=str(error), details=[detail]
    )
    packed: bytes = status.SerializeToString()
    return packed
