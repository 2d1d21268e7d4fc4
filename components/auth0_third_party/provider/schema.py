"""The provider's package schema, for import and for SDKs in other languages."""

import json
from typing import Any

from auth0_third_party.provider.links import LINKS
from auth0_third_party.provider.resources import KINDS
from auth0_third_party.version import VERSION

TEXT: dict[str, Any] = {"type": "string"}
FLAG: dict[str, Any] = {"type": "boolean"}
ANY: dict[str, Any] = {"$ref": "pulumi.json#/Any"}


def schema() -> str:
    """The schema as JSON text; see https://www.pulumi.com/docs/iac/extending-pulumi/schema/."""
    credentials = {
        "domain": {**TEXT, "description": "Tenant domain; else AUTH0_DOMAIN."},
        "clientId": {**TEXT, "description": "Else AUTH0_CLIENT_ID."},
        "clientSecret": {**TEXT, "secret": True, "description": "Else AUTH0_CLIENT_SECRET."},
        "apiToken": {**TEXT, "secret": True, "description": "Else AUTH0_API_TOKEN."},
    }
    return json.dumps(
        {
            "name": "auth0-third-party",
            "version": VERSION,
            "config": {"variables": credentials},
            "provider": {"inputProperties": credentials},
            "resources": {**_owned(), **_links()},
        }
    )


def _owned() -> dict[str, Any]:
    resources = {}
    for kind in KINDS:
        key = {kind.key: TEXT} if kind.key else {}
        stated = {owned.name: ANY for owned in kind.fields if owned.constant is None}
        constant = {owned.name: ANY for owned in kind.fields if owned.constant is not None}
        required = [owned.name for owned in kind.fields if owned.required]
        told = {**dict.fromkeys(kind.facts, TEXT), **({kind.tells: FLAG} if kind.tells else {})}
        outputs = {**key, **stated, **constant, "before": ANY, **told}
        resources[kind.resource_type] = {
            "description": f"Owns a few fields of the {kind.noun}, and restores them.",
            "inputProperties": {**key, **stated},
            "requiredInputs": [*key, *required],
            "properties": outputs,
            "required": [*key, *constant, *required, *told],
        }
    return resources


def _links() -> dict[str, Any]:
    resources = {}
    for link in LINKS:
        inputs = {"organization": TEXT, link.other: TEXT}
        resources[link.resource_type] = {
            "description": f"An {link.noun}.",
            "inputProperties": inputs,
            "requiredInputs": list(inputs),
            "properties": {**inputs, "organizationId": TEXT, "linkedByUs": FLAG},
        }
    return resources
