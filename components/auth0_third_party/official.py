"""Resources of the official plugin, of which a component owns what it declares and nothing else.

They are those of its SDK, `pulumi_auth0`, with the outputs that components use: an SDK's client has
an output for each of its 56 properties, and the import of the whole SDK takes half a second.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import pulumi


class OfficialResource(pulumi.CustomResource):
    """What `declared` does not name is not ours, and changes of it are ignored. Otherwise the
    plugin would remove what someone else set, as soon as a refresh or an import has read it into
    the state. A property that is named with None is ours: it is cleared.
    """

    _outputs: ClassVar[tuple[str, ...]] = ()
    _secret: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions, /, **declared: Any
    ) -> None:
        kind = type(self).__name__
        own = pulumi.ResourceOptions(
            version=sdk_version(),
            ignore_changes=[*_undeclared(kind, declared)],
            additional_secret_outputs=[*self._secret],
        )
        super().__init__(
            f"auth0:index/{kind[0].lower()}{kind[1:]}:{kind}",
            resource_name,
            dict.fromkeys(self._outputs) | _on_the_wire(kind, declared),
            pulumi.ResourceOptions.merge(opts, own),
        )


class Client(OfficialResource):
    """A client; its secret is a matter of `ClientCredentials`."""

    _outputs = ("clientId",)
    _secret = ("signingKeys",)

    @property
    def client_id(self) -> pulumi.Output[str]:
        """The OAuth client id."""
        value: pulumi.Output[str] = pulumi.get(self, "clientId")
        return value


class ClientCimd(Client):
    """A client that is registered by its metadata document."""


class ClientCredentials(OfficialResource):
    """How a client authenticates."""

    _outputs = ("clientSecret",)
    _secret = ("clientSecret", "clientSecretWo")

    @property
    def client_secret(self) -> pulumi.Output[str]:
        """Always a secret."""
        value: pulumi.Output[str] = pulumi.get(self, "clientSecret")
        return value


class ClientGrant(OfficialResource):
    """What a client may call on one API, or every third-party client by default."""


class RateLimitPolicy(OfficialResource):
    """How often clients may call the authentication API."""


def new_connection(
    resource_name: str, opts: pulumi.ResourceOptions, /, **declared: Any
) -> pulumi.CustomResource:
    """A connection as the SDK has it, which knows the names of all options."""
    kind = import_module("pulumi_auth0").Connection
    own = pulumi.ResourceOptions(ignore_changes=[*_undeclared("Connection", declared)])
    opts = pulumi.ResourceOptions.merge(opts, own)
    made: pulumi.CustomResource = kind(resource_name, opts=opts, **declared)
    return made


class Provider(pulumi.ProviderResource):
    """The tenant that resources of the official plugin live in; as the SDK's, for four inputs."""

    def __init__(self, name: str, **inputs: pulumi.Input[str] | None) -> None:
        stated = {_camel(each): value for each, value in inputs.items() if value is not None}
        super().__init__("auth0", name, stated, pulumi.ResourceOptions(version=sdk_version()))


@cache
def sdk_version() -> str:
    """The version of the SDK, which is that of the plugin it needs."""
    described = json.loads(_sdk("pulumi-plugin.json").read_text("utf-8"))
    return str(described["version"])


def _sdk(file: str) -> Path:
    """A file of the SDK, which is not imported."""
    spec = find_spec("pulumi_auth0")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'pulumi_auth0'")
    return Path(spec.origin).with_name(file)


@cache
def _properties() -> Mapping[str, list[str]]:
    """By resource or block, what the plugin would remove where it is not declared. Releases differ
    in it: for another one than `official.json` was made from, its SDK tells.
    """
    made: Any = json.loads(Path(__file__).with_name("official.json").read_text("utf-8"))
    if made["version"] == sdk_version():
        found: Mapping[str, list[str]] = made["properties"]
        return found
    own: Mapping[str, list[str]] = import_module("auth0_third_party.official_properties").read()
    return own


def _undeclared(kind: str, declared: Mapping[str, Any], root: str = "") -> Iterator[str]:
    """Paths of the properties that the plugin would remove where they are not declared."""
    for name in _properties()[kind]:
        if name not in declared:
            yield root + _camel(name)
    for name, value in declared.items():
        block = _block(kind, name)
        if block in _properties() and isinstance(value, Mapping):
            yield from _undeclared(block, value, f"{root}{_camel(name)}.")


def _on_the_wire(kind: str, declared: Mapping[str, Any]) -> dict[str, Any]:
    """By the plugin's names; what stands in a map of texts is left as it is."""
    return {
        _camel(name): _renamed(value) if _block(kind, name) in _properties() else value
        for name, value in declared.items()
        if value is not None
    }


def _renamed(block: Any) -> Any:
    if isinstance(block, Mapping):
        return {_camel(name): _renamed(value) for name, value in block.items()}
    if isinstance(block, list):
        return [_renamed(each) for each in block]
    return block


def _block(kind: str, name: str) -> str:
    return kind + "".join(part.capitalize() for part in name.split("_"))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
