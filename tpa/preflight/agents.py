"""Agents against the tenant: who registered them, and what Auth0 makes of their documents."""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, Refused
from auth0_third_party.model.names import client_name
from tpa.environments.stack_state import AGENT
from tpa.files.problems import Problem
from tpa.files.sources import agent_file
from tpa.preflight.inspection import Inspection, warning


def check_agents(seen: Inspection) -> Iterator[Problem]:
    """Agents that somebody registered before this stack did."""
    for key, agent in seen.catalog.agents.items():
        live = [client for client in seen.snapshot.clients if client.document == agent.document]
        if not live or seen.held is None or seen.held.named(AGENT, client_name(key)):
            continue
        what = f"{agent.document} is registered already ({live[0].id}); this run takes it over"
        why = "Auth0 keeps one client for a document, whoever registers it"
        fix = "see what it was registered for; it is deleted when it is removed here"
        yield warning(Problem(agent_file(key), 0, "document", what, why, fix))


def check_documents(client: ManagementClient, seen: Inspection) -> Iterator[Problem]:
    """What Auth0 says to the documents of agents that it does not know yet.

    The one request of a check that is not a GET: `/clients/cimd/preview` fetches a document and
    writes nothing, but it is a POST. So a preview never makes it; `tpa check` and an update that
    nothing else stands against do, once for each new document.
    """
    known = {live.document for live in seen.snapshot.clients}
    for key, agent in seen.catalog.agents.items():
        if agent.document not in known:
            yield from _preview(client, agent_file(key), agent.document)


def _preview(client: ManagementClient, file: str, document: str) -> Iterator[Problem]:
    try:
        answer = client.post("/clients/cimd/preview", {"external_client_id": document})
    except (Refused, MissingScope) as error:
        what = f"the document could not be previewed: {error}"
        yield warning(Problem(file, 0, "document", what, "", "see that its address is right"))
        return
    for said in _errors(answer if isinstance(answer, Mapping) else {}):
        why = "Auth0 would refuse to register the agent, after everything else was written"
        fix = "have the agent's owner correct the document, or leave the agent out"
        yield Problem(file, 0, "document", f"Auth0 refuses the document: {said}", why, fix)


def _errors(answer: Mapping[str, Any]) -> Iterator[str]:
    validation = answer.get("validation")
    places = (answer, validation if isinstance(validation, Mapping) else {})
    for place in places:
        for item in place.get("errors") or place.get("violations") or ():
            yield str(item)
