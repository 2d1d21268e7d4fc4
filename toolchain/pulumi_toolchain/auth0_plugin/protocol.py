"""The engine's messages and this package's terms: in both directions, no decisions."""

import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import grpc
from google.protobuf.any_pb2 import Any
from pulumi.runtime.proto import provider_pb2, status_pb2

from .difference import Change
from .engine import InitFailed
from .engine_log import EngineLog
from .errors import PluginError
from .fields import Field
from .values import to_struct

T = TypeVar("T")
_DIFF = provider_pb2.DiffResponse
_KIND = provider_pb2.PropertyDiff.Kind


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
    """Do one call's work; a `PluginError` ends the call with its text, never a traceback."""
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
    """One line with the place to look at: the engine would show a traceback to the user."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"the stand-in auth0 plugin did not understand the tenant's answer, or has a defect: "
        f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
    )


def _details(error: InitFailed) -> bytes:
    """What the engine needs to keep a half-made resource in the state."""
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
