"""Agents against the tenant: clients that are already registered, and Auth0's view of documents."""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, Refused
from auth0_third_party.model.names import client_name
from auth0_third_party.rules import Path
from tpa.environments.stack_state import AGENT
from tpa.files.problems import Problem
from tpa.files.sources import agent_file
from tpa.preflight.context import PreflightContext, warning
from tpa.preflight.other_stacks import not_imported, owners_beside

DOCUMENT: Path = ("document",)


def check_agents(context: PreflightContext) -> Iterator[Problem]:
    """Agents whose document is already registered outside this stack."""
    for key, agent in context.catalog.agents.items():
        live = context.live_client(key)
        if not live or context.held is None or context.held.named(AGENT, client_name(key)):
            continue
        if owners := owners_beside(context):
            what = f"{agent.document} is already registered ({live.id})"
            command = context.import_command(AGENT, client_name(key), live.id, key)
            yield not_imported(agent_file(key), DOCUMENT, what, owners, command)
            continue
        what = f"{agent.document} is already registered ({live.id}); this run imports it"
        why = "Auth0 keeps one client for a document, whoever registers it"
        fix = "find out what it was registered for; removing it here deletes it"
        yield warning(Problem(agent_file(key), 0, DOCUMENT, what, why, fix, rule="LIVE-04"))


def agents_to_import(context: PreflightContext) -> dict[str, str]:
    """Logical name -> client id of agents that are registered and not in the state."""
    held = context.held
    if held is None or owners_beside(context):
        return {}
    found = {client_name(key): context.live_client(key) for key in context.catalog.agents}
    return {
        name: live.id
        for name, live in found.items()
        if live and not held.named(AGENT, name) and not held.with_id(AGENT, live.id)
    }


def check_documents(client: ManagementClient, context: PreflightContext) -> Iterator[Problem]:
    """What Auth0 reports about the documents of agents that are not registered yet.

    The only request of preflight that is not a GET: `/clients/cimd/preview` fetches a document and
    writes nothing, but it is a POST. So a preview never makes it; `tpa check` and an update without
    other errors do, once for each new document.
    """
    known = {live.document for live in context.snapshot.clients}
    for key, agent in context.catalog.agents.items():
        if agent.document not in known:
            yield from _preview(client, agent_file(key), agent.document)


def _preview(client: ManagementClient, file: str, document: str) -> Iterator[Problem]:
    try:
        answer = client.post("/clients/cimd/preview", {"external_client_id": document})
    except (Refused, MissingScope) as error:
        what = f"the document could not be previewed: {error}"
        fix = "check that its address is right"
        yield warning(Problem(file, 0, DOCUMENT, what, fix=fix, rule="PRE-06"))
        return
    for message in _errors(answer if isinstance(answer, Mapping) else {}):
        what = f"Auth0 refuses the document: {message}"
        fix = "ask the agent's owner to correct the document, or leave the agent out"
        yield Problem(file, 0, DOCUMENT, what, fix=fix, rule="PRE-06")


def _errors(answer: Mapping[str, Any]) -> Iterator[str]:
    validation = answer.get("validation")
    parts = (answer, validation if isinstance(validation, Mapping) else {})
    for part in parts:
        for item in part.get("errors") or part.get("violations") or ():
            yield str(item)
