"""The provider's package schema, for import and for SDKs in other languages."""

import json

from plugins.auth0apps import VERSION

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}


def schema() -> str:
    """The schema as JSON text; see https://www.pulumi.com/docs/iac/extending-pulumi/schema/."""
    credentials = {
        "domain": {**TEXT, "description": "Tenant domain; else AUTH0_DOMAIN."},
        "clientId": {**TEXT, "description": "Else AUTH0_CLIENT_ID."},
        "clientSecret": {**TEXT, "secret": True, "description": "Else AUTH0_CLIENT_SECRET."},
        "apiToken": {**TEXT, "secret": True, "description": "Else AUTH0_API_TOKEN."},
    }
    promotion = {
        "description": "Opens an existing connection to all third-party applications.",
        "inputProperties": {"connection": {**TEXT, "description": "Its name or con_ id."}},
        "requiredInputs": ["connection"],
        "properties": {
            "connection": TEXT,
            "connectionId": TEXT,
            "isDomainConnection": FLAG,
            "name": TEXT,
            "promotedByUs": FLAG,
            "strategy": TEXT,
        },
        "required": ["connection", "connectionId", "isDomainConnection", "name", "promotedByUs"],
    }
    return json.dumps(
        {
            "name": "auth0apps",
            "version": VERSION,
            "config": {"variables": credentials},
            "provider": {"inputProperties": credentials},
            "resources": {"auth0apps:index:ConnectionPromotion": promotion},
        }
    )
