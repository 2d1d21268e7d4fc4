"""JSON Schemas of the project's files, made from the models, for editors and other programs.

They describe the shape of a file: fields, types, patterns. Rules across files, and Auth0's rules
about values, are checked by `tpa check` only.
"""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from tpa.files.definitions import AgentDefinition, ApplicationDefinition, TenantDefinition
from tpa.files.environment import Apis, Environment
from tpa.files.layout import STACKS

FOLDER = f"{STACKS}/schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FILES: Mapping[str, tuple[str, type[BaseModel]]] = {
    "application": (f"{STACKS}/applications/<key>.yaml", ApplicationDefinition),
    "agent": (f"{STACKS}/agents/<key>.yaml", AgentDefinition),
    "environment": (f"{STACKS}/<environment>.yaml", Environment),
    "apis": (f"{STACKS}/apis.yaml", Apis),
    "tenant": (f"{STACKS}/tenant.yaml", TenantDefinition),
}
"""Schema name -> the files that it is for, and their model."""
EXAMPLES: Mapping[str, tuple[Any, ...]] = {
    "ApplicationDefinition.callbacks": (["https://orders.acme.example/callback"],),
    "ApplicationDefinition.allowed_origins": (["https://widget.acme.example"],),
    "ApplicationDefinition.web_origins": (["https://widget.acme.example"],),
    "ApplicationDefinition.connections": (["customers"],),
    "ApplicationDefinition.grant_types": (["authorization_code", "refresh_token"],),
    "ApplicationDefinition.token_endpoint_auth_method": ("client_secret_basic",),
    "ApplicationDefinition.logo_uri": ("https://acme.example/logo.png",),
    "AgentDefinition.document": ("https://agent.example.com/oauth/client.json",),
    "Api.audience": ("https://orders.example.com",),
    "Api.scopes": (["read:orders", "write:orders"],),
    "Environment.tenant": ("embedded", "acme-dev.eu.auth0.com"),
    "Environment.advances_from": ("staging",),
    "Environment.advance_anyway": ({"order-portal": "INC-7: refunds are stuck"},),
    "Environment.connections": ({"customers": "Username-Password-Authentication"},),
    "Environment.backend": ("s3://acme-pulumi-state?region=eu-central-1",),
    "GrantDefinition.api": ("orders",),
    "GrantDefinition.scopes": (["read:orders"],),
    "Overlay.callbacks": (["https://orders.dev.acme.example/callback"],),
    "ApplicationDefinition.environments": ({"dev": {}},),
    "AgentDefinition.environments": ({"dev": {}},),
    "Owner.contact": ("integrations@acme.example",),
}


def schemas() -> dict[str, str]:
    """Every schema as the text of its file, by the file's name."""
    return {
        f"{name}.json": json.dumps(schema(name), indent=2, ensure_ascii=False) + "\n"
        for name in FILES
    }


def schema(name: str) -> dict[str, Any]:
    """One schema, such as `application`."""
    files, model = FILES[name]
    made = model.model_json_schema()
    _tidy(model.__name__, made)
    for inner, definition in made.get("$defs", {}).items():
        _tidy(inner, definition)
    return {"$schema": DIALECT, **made, "title": files}


def _tidy(name: str, made: dict[str, Any]) -> None:
    """One object of the schema, with texts, defaults and examples for an editor."""
    made["description"] = _one_line(made.get("description", ""))
    for field, content in made.get("properties", {}).items():
        if "description" in content:
            content["description"] = _one_line(content["description"])
        if content.get("default", ...) is None:
            del content["default"]
        examples = EXAMPLES.get(f"{name}.{field}")
        if examples:
            content["examples"] = list(examples)
        _close(content)


def _close(content: dict[str, Any]) -> None:
    """Forbids keys that don't match the pattern; pydantic's schema would allow them."""
    patterns = content.pop("patternProperties", {})
    for pattern, value in patterns.items():
        content["propertyNames"] = {**content.get("propertyNames", {}), "pattern": pattern}
        content["additionalProperties"] = value


def _one_line(text: str) -> str:
    return " ".join(text.split())
