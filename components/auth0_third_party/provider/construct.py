"""Construct: the components, for programs in any of Pulumi's languages.

The engine asks for a component that a program declared as remote; it is made here, and its children
are registered with the engine as if the program had declared them.
"""

import asyncio
import threading
from collections.abc import Mapping
from functools import cache
from typing import Any

import grpc
import pulumi
from pulumi.provider import ConstructResult, Provider
from pulumi.provider.experimental.analyzer import (
    Analyzer,
    AnalyzeResult,
    PropertyDefinition,
    TypeDefinition,
)
from pulumi.provider.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2 as pb

import auth0_third_party
from auth0_third_party.version import PACKAGE, VERSION


def components() -> dict[str, type[pulumi.ComponentResource]]:
    """The public components by name."""
    public = (getattr(auth0_third_party, name) for name in auth0_third_party.__all__)
    return {
        each.__name__: each
        for each in public
        if isinstance(each, type) and issubclass(each, pulumi.ComponentResource)
    }


@cache
def analysis() -> AnalyzeResult:
    """What the components' annotations and docstrings say about inputs and outputs."""
    return Analyzer(PACKAGE).analyze([*components().values()])


class Constructor:
    """Makes components on an event loop of its own; thread-safe.

    Each request runs in a context of its own, where the SDK keeps the run's settings.
    """

    def __init__(self, engine: str) -> None:
        self._servicer = ProviderServicer(_Components(VERSION), [], engine)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._starting = threading.Lock()

    def construct(
        self, request: pb.ConstructRequest, context: grpc.ServicerContext
    ) -> pb.ConstructResponse:
        """The component's URN and outputs, once all of its children are registered; invalid
        arguments end the request with their text.
        """
        work = self._servicer.Construct(request, None)
        try:
            return asyncio.run_coroutine_threadsafe(work, self._running_loop()).result()
        except pulumi.RunError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, daemon=True).start()
            return self._loop


class _Components(Provider):
    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """The component of that type, its arguments under the names that Python gives them."""
        kind = resource_type.rpartition(":")[2]
        definition, make = analysis()["component_definitions"].get(kind), components().get(kind)
        if definition is None or make is None:
            raise pulumi.RunError(f"{PACKAGE} has no component {resource_type}")
        arguments = _renamed(inputs, definition.inputs, definition.inputs_mapping)
        made: Any = make(name, arguments, options)  # type: ignore[arg-type]
        outputs = {key: getattr(made, attr) for key, attr in definition.outputs_mapping.items()}
        stated = {key: value for key, value in outputs.items() if value is not None}
        return ConstructResult(made.urn, stated)


def _renamed(
    values: Mapping[str, Any],
    properties: Mapping[str, PropertyDefinition],
    names: Mapping[str, str],
) -> dict[str, Any]:
    """With the names of Python; an unknown one stays, for the component to refuse."""
    return {
        names.get(key, key): _value(value, properties[key]) if key in properties else value
        for key, value in values.items()
    }


def _value(value: Any, definition: PropertyDefinition) -> Any:
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _value(known, definition))
    nested = _type(definition)
    if isinstance(value, Mapping):
        if nested is not None:
            return _renamed(value, nested.properties, nested.properties_mapping)
        items = definition.additional_properties
        return {key: _value(item, items) for key, item in value.items()} if items else value
    if isinstance(value, list) and definition.items is not None:
        return [_value(item, definition.items) for item in value]
    return value


def _type(definition: PropertyDefinition) -> TypeDefinition | None:
    name = (definition.ref or "").rpartition(":")[2]
    return analysis()["type_definitions"].get(name)
