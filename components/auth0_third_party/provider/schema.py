"""The package's schema: its resources and its components, for SDKs in other languages.

python -m auth0_third_party.provider.schema    prints it
"""

import ast
import inspect
import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi.provider.experimental.analyzer import Analyzer
from pulumi.provider.experimental.schema import generate_schema

import auth0_third_party
from auth0_third_party.provider.construct import analysis, components
from auth0_third_party.provider.field_scoped import Kind
from auth0_third_party.provider.links import LINKS, LinkKind
from auth0_third_party.provider.remembered import TYPE as REMEMBERED
from auth0_third_party.provider.resources import KINDS
from auth0_third_party.version import PACKAGE, VERSION

TEXT: dict[str, Any] = {"type": "string"}
FLAG: dict[str, Any] = {"type": "boolean"}
ANY: dict[str, Any] = {"$ref": "pulumi.json#/Any"}
TOLD = {"before": ANY, "ownClients": {"type": "array", "items": TEXT}}
"""Inputs that say nothing of what to write."""
SECRETS = ("clientSecret",)
"""Outputs of components that are always secret."""
CREDENTIALS: dict[str, Any] = {
    "domain": {**TEXT, "description": "The tenant's domain; default: AUTH0_DOMAIN."},
    "clientId": {**TEXT, "description": "Default: AUTH0_CLIENT_ID."},
    "clientSecret": {**TEXT, "secret": True, "description": "Default: AUTH0_CLIENT_SECRET."},
    "apiToken": {**TEXT, "secret": True, "description": "Default: AUTH0_API_TOKEN."},
}
DESCRIPTIONS = {
    "access": "Always `allow`.",
    "before": "What was there before us, restored on delete. As an input: the output of a"
    " `Remembered`, which restores it then.",
    "connection": "The connection's name or its `con_` id.",
    "connectionId": "`con_` and 16 characters.",
    "enabled": "Always true while the resource exists.",
    "grant": "The client grant's id, `cgr_` and 16 characters.",
    "html": "The page.",
    "of": "The resource that is about to write, such as `ConnectionPromotion`.",
    "ownClients": "Clients of this program without ownership tags, by their ids or documents: they"
    " keep nothing open.",
    "isDomainConnection": "Always true while the resource exists.",
    "grantId": "The client grant's id.",
    "linkedByUs": "Whether the link was not there before, and so is removed on delete.",
    "name": "Its name in the tenant.",
    "organization": "The organization's name or its `org_` id.",
    "organizationId": "`org_` and 16 characters.",
    "remembered": "Whether a `Remembered` restores.",
    "page": "An object with the API's keys `html`, `url` and `show_log_link`.",
    "profile": "Always `compatibility`.",
    "promotedByUs": "Whether it was closed before, and so is closed again on delete.",
    "securityMode": "`strict` or `permissive`, of what registers; left alone where not stated.",
    "shown": "Always true while the resource exists.",
    "strategy": "The connection's type, such as `auth0` or `google-oauth2`.",
    "supported": "Always true while the resource exists.",
}


def schema() -> str:
    """The schema as JSON text; see https://www.pulumi.com/docs/iac/extending-pulumi/schema/."""
    found = analysis()
    whole: dict[str, Any] = generate_schema(
        PACKAGE,
        VERSION,
        None,
        found["component_definitions"],
        found["type_definitions"],
        sorted(found["dependencies"], key=lambda each: each.name),
    ).to_json()
    whole["displayName"] = "Auth0 third-party applications"
    whole["description"] = "Auth0 third-party applications, and what a tenant needs for them."
    whole["license"] = "MIT"
    whole["config"] = {"variables": CREDENTIALS}
    whole["provider"] = {
        "description": "The tenant; credentials come from the environment.",
        "inputProperties": CREDENTIALS,
    }
    for name, component in components().items():
        resource = whole["resources"][f"{PACKAGE}:index:{name}"]
        arguments = inspect.get_annotations(component.__init__)["args"]
        _describe(resource["inputProperties"], arguments)
        _describe(resource["properties"], component)
        resource["description"] = _text(component.__doc__)
        for secret in SECRETS:
            if secret in resource["properties"]:
                resource["properties"][secret]["secret"] = True
    for token, described in whole["types"].items():
        _describe(
            described["properties"], found["type_definitions"][token.rpartition(":")[2]].python_type
        )
        described["description"] = _text(described["description"])
    whole["resources"].update([*map(_field_scoped, KINDS), *map(_link, LINKS), _remembered()])
    return json.dumps(whole, indent=2, sort_keys=True) + "\n"


def _describe(properties: dict[str, Any], owner: type) -> None:
    """Gives each property its docstring, in one line; the analyzer misses inherited ones."""
    for name, described in properties.items():
        for part in ("items", "additionalProperties"):
            described.get(part, {}).pop("description", None)
        attribute = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
        described["description"] = _text(_attribute_docstring(owner, attribute))


def _attribute_docstring(owner: Any, name: str) -> str:
    found = Analyzer(PACKAGE).get_docstring(owner, name)
    if found is not None:
        return found
    for base in _bases(owner):
        return _attribute_docstring(base, name)
    raise LookupError(f"{owner.__name__}.{name} has no docstring")


def _bases(owner: type) -> list[type]:
    """As the source names them: a TypedDict forgets from what it was made."""
    source = ast.parse(textwrap.dedent(inspect.getsource(owner)))
    classes = (node for node in source.body if isinstance(node, ast.ClassDef))
    names = [base.id for node in classes for base in node.bases if isinstance(base, ast.Name)]
    module = sys.modules[owner.__module__]
    return [getattr(module, name) for name in names if name != "TypedDict"]


def _text(docstring: str | None) -> str:
    paragraphs = (docstring or "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def _of_type(name: str, shape: dict[str, Any]) -> dict[str, Any]:
    return {**shape, "description": DESCRIPTIONS[name]}


def _docstring(token: str) -> str:
    return _text(getattr(auth0_third_party, token.rpartition(":")[2]).__doc__)


Described = tuple[str, dict[str, Any]]
"""The token of a resource, and what the schema says of it."""


def _resource(
    token: str,
    inputs: Mapping[str, Any],
    required_inputs: Sequence[str],
    outputs: Mapping[str, Any],
    required: Sequence[str],
) -> Described:
    return token, {
        "description": _docstring(token),
        "inputProperties": {name: _of_type(name, shape) for name, shape in inputs.items()},
        "requiredInputs": list(required_inputs),
        "properties": {name: _of_type(name, shape) for name, shape in outputs.items()},
        "required": list(required),
    }


def _field_scoped(kind: Kind) -> Described:
    key = {kind.key: TEXT} if kind.key else {}
    stated = {owned.name: ANY for owned in kind.fields if owned.constant is None}
    constant = {owned.name: ANY for owned in kind.fields if owned.constant is not None}
    required = [owned.name for owned in kind.fields if owned.required]
    facts = {**dict.fromkeys(kind.facts, TEXT), **({kind.flag: FLAG} if kind.flag else {})}
    enabled = {"enabled": FLAG} if "enabled" in constant and stated else {}
    return _resource(
        kind.resource_type,
        {**key, **stated, **enabled, **TOLD},
        [*key, *required],
        {**key, **stated, **constant, "before": ANY, **facts, "remembered": FLAG},
        [*key, *constant, *required, *facts, "remembered"],
    )


def _link(link: LinkKind) -> Described:
    ends = {"organization": TEXT, link.other: TEXT}
    ids = {"organizationId": TEXT, f"{link.other}Id": TEXT}
    outputs = {**ends, **ids, "linkedByUs": FLAG, "before": ANY, "remembered": FLAG}
    return _resource(link.resource_type, {**ends, **TOLD}, [*ends], outputs, [*outputs])


def _remembered() -> Described:
    """The inputs of whatever it stands beside, and what was there."""
    stated = {name for kind in KINDS for name in (kind.key, *(o.name for o in kind.fields)) if name}
    stated |= {"organization", *(link.other for link in LINKS)}
    inputs = {"of": TEXT, **dict.fromkeys(sorted(stated), ANY), "ownClients": TOLD["ownClients"]}
    return _resource(REMEMBERED, inputs, ["of"], {**inputs, "before": ANY}, ["of", "before"])


if __name__ == "__main__":
    sys.stdout.write(schema())
