"""The live client of each application and agent: fixed properties, interrupted runs, imports by
`adopt`, agents that are registered already, and Auth0's view of their documents.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, Refused
from auth0_third_party.model.application import Application
from auth0_third_party.model.names import client_name, credentials_name
from auth0_third_party.model.text import access_name
from auth0_third_party.rules import Path, default_auth_method, field_name
from tpa.comparison.compare import Changed, compare_application
from tpa.comparison.facts import quoted
from tpa.environments.stack_state import AGENT, CLIENT, CREDENTIALS
from tpa.files.layout import agent_file, application_file
from tpa.files.problems import Problem
from tpa.preflight.context import Finding, Import, PreflightContext, warning
from tpa.preflight.natural_keys import not_imported
from tpa.tenant.objects import Client, key_of

DOCUMENT: Path = ("document",)


def check_clients(context: PreflightContext) -> Iterator[Finding]:
    """Fixed properties that differ, clients of interrupted runs, and duplicates. Imported is what
    an interrupted run created, and what the environment's `adopt` names.
    """
    for key in context.catalog.applications:
        live = context.live_client(key)
        if live is not None:
            yield from _check_fixed(context, key, live)
        if key in context.adopted:
            yield Import(CLIENT, client_name(key), context.adopted[key].id)
        elif context.held is not None and context.held_client(key) is None:
            yield from _check_orphans(context, key)
        yield from _check_duplicates(context, key)


def _check_fixed(context: PreflightContext, key: str, live: Client) -> Iterator[Problem]:
    """TP-CREATE-24 and TP-CREATE-25: Auth0 fixes mode and ownership when a client is created."""
    file, mode = application_file(key), context.catalog.applications[key].security_mode
    if not live.third_party:
        what = f"{live.id} ({live.name}) is a first-party application"
        fix = f"create a third-party twin and let the partner change over to it: tpa twin {key}"
        yield Problem(file, 0, (), what, fix=fix, rule="TP-CREATE-25")
    elif live.mode != mode:
        what = f"{mode} here, and {live.id} was created {live.mode}"
        fix = f"put {live.mode} back, and plan a twin with a client id of its own: tpa twin {key}"
        yield Problem(file, 0, ("security_mode",), what, fix=fix, rule="TP-CREATE-24")


def _check_orphans(context: PreflightContext, key: str) -> Iterator[Finding]:
    """Live clients with the tags of an application that is not in the state."""
    name = client_name(key)
    orphans = [each for each in context.tagged(key) if context.with_id(CLIENT, each.id) is None]
    if len(orphans) == 1:
        yield Import(CLIENT, name, orphans[0].id)
        yield _taken_over(context, key, orphans[0])
    elif orphans:
        ids = ", ".join(client.id for client in orphans)
        command = context.import_command(CLIENT, name, orphans[0].id, key)
        keep = command or "delete all but one in the Auth0 Dashboard, then run again"
        what = f"the tenant has it {len(orphans)} times, and the state does not have it: {ids}"
        fix = f"keep the one that the partner uses: {keep}"
        yield Problem(application_file(key), 0, (), what, fix=fix, rule="LIVE-05")


def _taken_over(context: PreflightContext, key: str, orphan: Client) -> Problem:
    """A client that an interrupted run created is as the files declare it. One that differs was
    made or changed by someone else, who may know its secret: tags can be copied.
    """
    why = "its ownership tags are this stack's, and it is not in the state"
    declared = context.catalog.applications[key]
    fixed = not orphan.third_party or orphan.mode != declared.security_mode
    differing = [
        f"{field_name(each.path)} is {quoted(each.after)} instead of {quoted(each.before)}"
        for each in compare_application(declared, {} if fixed else orphan.values)
        if not (fixed or _written_later(declared, each))  # `_check_fixed` reports what is fixed
    ]
    file = application_file(key)
    if not differing:
        what = f"{orphan.id} was created by a run that was interrupted; this run imports it"
        fix = (
            "nothing to do if a run was interrupted; if none was, someone else made it and knows"
            " its secret: delete it there, and run again"
        )
        return warning(Problem(file, 0, (), what, why, fix, rule="LIVE-04"))
    what = f"{orphan.id} is not as an interrupted run leaves it: {'; '.join(differing)}"
    fix = (
        "if it is not the partner's, delete it in the Auth0 Dashboard; if it is, rotate its secret"
        f" there, declare what it has, and write adopt: {{{key}: {orphan.id}}} in"
        f" {context.catalog.file}"
    )
    return Problem(file, 0, (), what, f"{why}; tags can be copied", fix, rule="LIVE-06")


def _written_later(declared: Application, changed: Changed) -> bool:
    """Whether a field differs as it does between the creates of a client and its credentials."""
    if changed.path == ("keys",):
        return bool(changed.after == 0)
    made = (default_auth_method(declared.app_type), "none")
    return changed.path == ("token_endpoint_auth_method",) and changed.after in made


def _check_duplicates(context: PreflightContext, key: str) -> Iterator[Problem]:
    held = context.held_client(key)
    if held is None or context.snapshot.client(held.id) is None:
        return
    others = ", ".join(client.id for client in context.tagged(key) if client.id != held.id)
    if others:
        what = f"the state has {held.id}, and the tenant also has {others}"
        why = "a create that was answered too late was repeated; both clients work"
        fix = f"make sure that no partner uses it, then delete {others}"
        yield warning(Problem(application_file(key), 0, (), what, why, fix, rule="LIVE-05"))


FIX = "declare what is live, import it, and change it afterwards"


def check_imports(context: PreflightContext) -> Iterator[Finding]:
    """Lines of `adopt` that can't be imported without a change. The credentials that they import:
    also where a run was interrupted after it imported the client and before these.
    """
    if context.held is None:
        return
    for key, client_id in context.catalog.environment.adopt.items():
        held, live = context.held_client(key), context.snapshot.client(client_id)
        declared, credentials = context.catalog.applications.get(key), credentials_name(key)
        if live and declared and not (declared.public or context.named(CREDENTIALS, credentials)):
            yield Import(CREDENTIALS, credentials, client_id)
        if held is not None:
            yield from _check_used(context, key, client_id, held.id)
        elif live is None:
            what = f"{context.domain} has no application {client_id}"
            yield _problem(context, key, what, "there is nothing to import", "correct the id")
        else:
            yield from _check_ownership(context, key, live)
            yield from _check_same(context, key, live)


def _check_used(
    context: PreflightContext, key: str, client_id: str, held: str
) -> Iterator[Problem]:
    if held == client_id:
        what = f"{client_id} was imported; the line is no longer needed"
        yield warning(_problem(context, key, what, "", "remove it"))
        return
    what = f"the state has {held} as {key}, not {client_id}"
    why = "one key stands for one application"
    fix = "give the other one a key of its own, or remove the line"
    yield _problem(context, key, what, why, fix)


def _check_ownership(context: PreflightContext, key: str, live: Client) -> Iterator[Problem]:
    other = context.with_id(CLIENT, live.id)
    if other is not None:
        what = f"the state already has {live.id}, as {other.name}"
        yield _problem(context, key, what, "one application has one key", "remove the line")
    stack = live.tag[1]
    if stack not in ("", context.stack):
        what = f"{live.id} has the ownership tag of another stack, {stack}"
        why = "two stacks would write to it in turn"
        yield _problem(context, key, what, why, "remove it from the other stack first")


def _check_same(context: PreflightContext, key: str, live: Client) -> Iterator[Problem]:
    """An import must not change anything."""
    if not live.third_party:
        return  # `_check_fixed` reports it
    if live.keys:
        why = (
            "Auth0 returns no public key, so the import would replace every key and delete the old"
        )
        fix = "leave it out here, or let it authenticate with a secret during the import"
        yield _problem(context, key, f"{live.id} authenticates with keys", why, fix)
    declared = context.catalog.applications[key]
    for each in compare_application(declared, live.values):
        name = field_name(each.path)
        what = f"{name} is {quoted(each.before)} here and {quoted(each.after)} in {context.domain}"
        yield Problem(application_file(key), 0, each.path, what, fix=FIX, rule="LIVE-06")
    for grant in declared.grants:
        if key_of(live.id, grant) not in context.live_grants:
            access = access_name(grant.subject_type)
            what = f"{live.id} has no grant for {grant.audience} ({access})"
            yield Problem(application_file(key), 0, ("grants",), what, fix=FIX, rule="LIVE-06")


def _problem(context: PreflightContext, key: str, what: str, why: str, fix: str) -> Problem:
    return Problem(context.catalog.file, 0, ("adopt", key), what, why, fix, rule="LIVE-06")


def check_agents(context: PreflightContext) -> Iterator[Finding]:
    """Agents whose document is already registered outside this stack."""
    for key, agent in context.catalog.agents.items():
        live, file = context.live_client(key), agent_file(key)
        if live is None or context.held is None or context.held_client(key):
            continue
        what = f"{agent.document} is already registered ({live.id})"
        if context.owners:
            command = context.import_command(AGENT, client_name(key), live.id, key)
            yield not_imported(file, DOCUMENT, what, context.owners, command)
            continue
        if context.with_id(AGENT, live.id) is None:
            yield Import(AGENT, client_name(key), live.id)
        what += "; this run imports it"
        why = "Auth0 keeps one client for a document, whoever registers it"
        fix = "find out what it was registered for; removing it here deletes it"
        yield warning(Problem(file, 0, DOCUMENT, what, why, fix, rule="LIVE-04"))


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
