"""A fingerprint of an environment's objects: a hash per field, and no value.

It is part of a plan that many may read, so it holds hashes only, and none of secrets.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from auth0_third_party.management import ManagementClient
from auth0_third_party.model.names import TAG_APPLICATION
from tpa.comparison.compare import compare
from tpa.comparison.facts import LIVE, Facts
from tpa.files.catalog import Catalog
from tpa.files.definitions import TenantDefinition

SETTINGS = ("flags", "error_page", "dynamic_client_registration_security_mode")
Fingerprint = dict[str, dict[str, str]]
"""Description of an object -> field -> hash."""
Hashes = Mapping[str, str] | Mapping[str, dict[str, str]]
"""Of files by their paths, or a fingerprint."""

IGNORED_FIELDS = frozenset(
    (
        *("client_secret", "signing_keys", "signing_secret", "encryption_key", "options"),
        *("updated_at", "created_at", "tenant", "global", "previous_client_secrets"),
    )
)
"""Secrets, and fields that change by themselves."""


def take_fingerprint(
    client: ManagementClient, catalog: Catalog, outputs: Mapping[str, Any]
) -> Fingerprint:
    """Reads four paged lists, and whatever else the catalog writes to.

    Of the tenant's clients only those count that are in `outputs`, or that have the ownership tag
    of an application of the catalog: others come and go by registration.

    Raises:
        ManagementError: the tenant can't be read.
    """
    clients = dict(_clients(client, catalog, outputs))
    found = {f"application {key}": _hashes(item) for key, item in clients.items()}
    keys = {item.get("client_id"): key for key, item in clients.items()}
    for grant in client.pages("/client-grants", "client_grants"):
        key = keys.get(grant.get("client_id"))
        if key is None and not grant.get("default_for"):
            continue
        whose = f"grant of {key}" if key else "default permission"
        found[f"{whose} on {grant.get('audience')} ({grant.get('subject_type')})"] = _hashes(grant)
    asked = {"fields": "id,name,is_domain_connection", "include_fields": "true"}
    for connection in client.pages("/connections", "connections", asked):
        if connection.get("name") in catalog.connections:
            promoted = connection.get("is_domain_connection", False)
            content = {"id": connection.get("id"), "is_domain_connection": promoted}
            found[f"connection {connection.get('name')}"] = _hashes(content)
    found.update(_shared(client, catalog))
    audiences = {grant.audience for _, _, grant in catalog.stated_grants()}
    for api in client.pages("/resource-servers", "resource_servers"):
        if api.get("identifier") in audiences:
            found[f"API {api.get('identifier')}"] = _hashes(api)
    return found


def _shared(client: ManagementClient, catalog: Catalog) -> Iterator[tuple[str, dict[str, str]]]:
    """Organizations that the environment names, and the tenant's settings where they are stated."""
    names = {organization.name for organization in catalog.environment.organizations.values()}
    if names:
        for item in client.pages("/organizations", "organizations"):
            if item.get("name") in names:
                yield f"organization {item.get('name')}", _hashes(item)
    if catalog.tenant != TenantDefinition():
        asked = {"fields": ",".join(SETTINGS), "include_fields": "true"}
        settings = client.get("/tenants/settings", asked)
        stated = {name: settings.get(name) for name in SETTINGS}
        yield "tenant settings", _hashes(stated)


def changes(before: Hashes, after: Hashes) -> Iterator[str]:
    """One sentence per object or file that is new, gone or changed."""
    for name, group in groupby(compare(_facts(before), _facts(after)), lambda each: each.path[0]):
        found = [*group]
        fields = ", ".join(str(field) for each in found for field in each.path[1:])
        what = f"changed: {fields}" if fields else "changed"
        if found[0].before is None and not fields:
            what = "is new"
        elif found[0].after is None and not fields:
            what = "is gone"
        yield f"{name} {what}"


def _facts(hashes: Hashes) -> Facts:
    found: Facts = {}
    for name, value in hashes.items():
        fields = {} if isinstance(value, str) else value
        found[(name,)] = LIVE if fields else value
        found |= {(name, field): each for field, each in fields.items()}
    return found


def _clients(
    client: ManagementClient, catalog: Catalog, outputs: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    recorded = outputs.get("applications") or {}
    ids = {app.get("client_id"): key for key, app in recorded.items() if isinstance(app, Mapping)}
    for item in client.pages("/clients", "clients"):
        tagged = (item.get("client_metadata") or {}).get(TAG_APPLICATION)
        if item.get("client_id") in ids:
            yield ids[item["client_id"]], item
        elif tagged in catalog.applications:
            yield f"{tagged}, unrecorded {item.get('client_id')}", item


def _hashes(item: Mapping[str, Any]) -> dict[str, str]:
    return {name: _hash(value) for name, value in item.items() if name not in IGNORED_FIELDS}


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
