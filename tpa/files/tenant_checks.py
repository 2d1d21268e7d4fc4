"""Checks of what is no application: organizations, documents of agents, tenant settings."""

import json
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Any

from auth0_third_party import rules
from auth0_third_party.rules.violation import Path, nearest
from tpa.files.definitions import AgentDefinition, TenantDefinition
from tpa.files.documents import Document
from tpa.files.environment import Environment
from tpa.files.problems import Problem
from tpa.files.regular import read_regular
from tpa.files.sources import Source, Sources


def check_shared(sources: Sources, root: FilePath) -> Iterator[Problem]:
    """Every problem of organizations, agents' documents and `stacks/tenant.yaml`."""
    environment, document = sources.environment.value, sources.environment.document
    yield from _check_organizations(environment, document)
    yield from _check_modes(sources)
    for source in sources.agents.values():
        if source.value.copy_of_document:
            yield from _check_copy(source, root)
    if sources.tenant is not None:
        yield from _check_tenant(sources.tenant, sources)


def _check_organizations(environment: Environment, document: Document) -> Iterator[Problem]:
    keys: dict[str, str] = {}
    for key, organization in environment.organizations.items():
        first = keys.setdefault(organization.name, key)
        if first != key:
            yield document.problem(
                "FILE-09",
                ("organizations", key, "name"),
                f"'{first}' is the same organization",
                "keep one of the two keys, or correct the name",
                "the name identifies it in Auth0, and each key would set its access by itself",
            )
        for index, connection in enumerate(organization.connections):
            if connection not in environment.connections:
                path: Path = ("organizations", key, "connections", index)
                what = f"there is no connection '{connection}' in this environment"
                fix = nearest(connection, environment.connections)
                yield document.problem("FILE-07", path, what, fix)


def _check_modes(sources: Sources) -> Iterator[Problem]:
    """TP-CREATE-02: the legacy mode exists on tenants that used it before, nowhere else."""
    if sources.environment.value.permissive_eligible:
        return
    for source in sources.live_applications.values():
        if not source.value.strict:
            yield source.document.problem(
                "TP-CREATE-02",
                ("security_mode",),
                f"permissive, and the tenant of {sources.name} is not declared eligible",
                "use strict; or state permissive_eligible: true in the environment's file",
            )


def _check_copy(source: Source[AgentDefinition], root: FilePath) -> Iterator[Problem]:
    agent, document = source.value, source.document
    folder = (root / document.file).parent
    try:
        text = read_regular(folder / agent.copy_of_document, within=folder)
        content: Any = json.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        what = f"'{agent.copy_of_document}' can't be read as JSON: {why}"
        fix = "save the document in the folder of this file"
        yield document.problem("FILE-01", ("copy_of_document",), what, fix)
        return
    if not isinstance(content, dict):
        what = f"'{agent.copy_of_document}' is not a JSON object"
        yield document.problem("CIMD-06", ("copy_of_document",), what, "save the whole document")
        return
    for violation in rules.check_document(agent.document, content, len(text)):
        yield document.violation(violation)


def _check_tenant(tenant: Source[TenantDefinition], sources: Sources) -> Iterator[Problem]:
    registration = tenant.value.dynamic_client_registration
    apis = sources.apis.value
    if registration is not None and not sources.apis.document.lacks(("default_permissions",)):
        granted = ((each.subject_type, each.grants_anything) for each in apis.default_permissions)
        for violation in rules.check_baseline(("dynamic_client_registration",), granted):
            yield tenant.document.violation(violation)
    eligible = sources.environment.value.permissive_eligible
    if registration is not None and registration.security_mode == "permissive" and not eligible:
        yield tenant.document.problem(
            "DCR-08",
            ("dynamic_client_registration", "security_mode"),
            f"permissive, and the tenant of {sources.name} is not declared eligible",
            "use strict",
        )
