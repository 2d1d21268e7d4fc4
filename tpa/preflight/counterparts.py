"""The live counterpart of each application: fixed properties, interrupted runs, imports."""

from collections.abc import Iterator

from auth0_third_party.model.names import client_name, credentials_name
from tpa.environments.stack_state import AGENT, CLIENT, CREDENTIALS
from tpa.files.problems import Problem
from tpa.files.sources import application_file
from tpa.preflight.inspection import Inspection, warning
from tpa.tenant.facets import application_facets, facet_differences
from tpa.tenant.objects import Client


def check_counterparts(seen: Inspection) -> Iterator[Problem]:
    """Fixed properties that differ, orphans, and applications that are there twice."""
    for key in seen.catalog.applications:
        live = seen.counterpart(key)
        if live is not None:
            yield from _check_fixed(seen, key, live)
        if key not in seen.adopting():
            yield from _check_orphans(seen, key)
        yield from _check_doubles(seen, key)


def adopted_clients(seen: Inspection) -> dict[str, str]:
    """Logical name -> client id of what the state does not know: what a cut-off run made, and what
    the files want taken over.
    """
    orphans = {key: seen.orphans(key) for key in seen.catalog.applications}
    found = {key: clients[0].id for key, clients in orphans.items() if len(clients) == 1}
    found |= {key: client.id for key, client in seen.adopting().items()}
    return {client_name(key): client_id for key, client_id in found.items()}


def _check_fixed(seen: Inspection, key: str, live: Client) -> Iterator[Problem]:
    """TP-CREATE-24 and TP-CREATE-25: mode and ownership are fixed when a client is made."""
    file, stated = application_file(key), seen.catalog.applications[key].security_mode
    if not live.third_party:
        yield Problem(
            file,
            0,
            "",
            f"{live.id} ({live.name}) is a first-party application",
            "Auth0 fixes who owns an application when it is made",
            f"make a third-party twin beside it and let the partner change over: tpa twin {key}",
        )
    elif live.mode != stated:
        yield Problem(
            file,
            0,
            "security_mode",
            f"{stated} here, and {live.id} was made {live.mode}",
            "Auth0 fixes the mode when an application is made, and never turns one into the other",
            f"put {live.mode} back, and plan a twin with a client id of its own: tpa twin {key}",
        )


def _check_orphans(seen: Inspection, key: str) -> Iterator[Problem]:
    orphans, file = seen.orphans(key), application_file(key)
    if len(orphans) == 1:
        what = f"{orphans[0].id} was made by a run that was cut off; this one takes it over"
        why = "its tag says that it is this stack's, and the state does not know it"
        yield warning(
            Problem(file, 0, "", what, why, "nothing to do; look at its grants if unsure")
        )
    elif orphans:
        ids = ", ".join(client.id for client in orphans)
        command = seen.import_command(CLIENT, client_name(key), orphans[0].id, key)
        keep = command or "delete all but one in the dashboard, then run again"
        yield Problem(
            file,
            0,
            "",
            f"the tenant holds it {len(orphans)} times, and the state none: {ids}",
            "runs that were cut off made them; one more would make it worse",
            f"keep the one that the partner uses: {keep}",
        )


def _check_doubles(seen: Inspection, key: str) -> Iterator[Problem]:
    held = seen.held_client(key)
    if held is None or seen.snapshot.client(held.id) is None:
        return
    others = [client.id for client in seen.tagged(key) if client.id != held.id]
    if others:
        yield warning(
            Problem(
                application_file(key),
                0,
                "",
                f"the state holds {held.id}, and the tenant has {', '.join(others)} besides",
                "a create that was answered too late made it twice; both work",
                f"make sure that no partner uses it, then delete {', '.join(others)}",
            )
        )


FIX = "state what is live, take it over, and change it afterwards"


def check_adoptions(seen: Inspection) -> Iterator[Problem]:
    """What keeps a line of `adopt` from being a take-over that changes nothing."""
    if seen.held is None:
        return
    for key, client_id in seen.catalog.environment.adopt.items():
        held, live = seen.held_client(key), seen.snapshot.client(client_id)
        if held is not None:
            yield from _settled(seen, key, client_id, held.id)
        elif live is None:
            what = f"{seen.domain} has no application {client_id}"
            yield _problem(seen, key, what, "there is nothing to take over", "correct the id")
        else:
            yield from _check_free(seen, key, live)
            yield from _check_same(seen, key, live)


def adopted_credentials(seen: Inspection) -> dict[str, str]:
    """Logical name of credentials -> client id, for applications that are taken over; also where a
    run was cut off after the client and before these.
    """
    return {
        credentials_name(key): client_id
        for key, client_id in seen.catalog.environment.adopt.items()
        if key in seen.catalog.applications
        and not seen.catalog.applications[key].public
        and seen.held is not None
        and seen.held.named(CREDENTIALS, credentials_name(key)) is None
        and seen.snapshot.client(client_id) is not None
    }


def adopted_agents(seen: Inspection) -> dict[str, str]:
    """Logical name -> client id of agents that are registered and that no state knows."""
    found = {}
    ids = {client.document: client.id for client in seen.snapshot.clients if client.document}
    for key, agent in seen.catalog.agents.items():
        live = ids.get(agent.document)
        unheld = seen.held is not None and seen.held.named(AGENT, client_name(key)) is None
        if live is not None and unheld and seen.held and not seen.held.with_id(AGENT, live):
            found[client_name(key)] = live
    return found


def _settled(seen: Inspection, key: str, client_id: str, held: str) -> Iterator[Problem]:
    if held == client_id:
        what = f"{client_id} was taken over; the line is not needed any more"
        yield warning(_problem(seen, key, what, "", "remove it"))
        return
    what = f"this stack holds {held} as {key}, not {client_id}"
    why = "one key stands for one application"
    yield _problem(seen, key, what, why, "give the other one a key of its own, or remove the line")


def _check_free(seen: Inspection, key: str, live: Client) -> Iterator[Problem]:
    other = seen.held.with_id(CLIENT, live.id) if seen.held else None
    if other is not None:
        what = f"this stack holds {live.id} already, as {other.name}"
        yield _problem(seen, key, what, "one application has one key", "remove the line")
    stack = live.tag[1]
    if stack not in ("", seen.stack):
        what = f"{live.id} carries the ownership tag of another stack, {stack}"
        why = "two stacks would write to it in turn"
        yield _problem(seen, key, what, why, "remove it from the other stack first")


def _check_same(seen: Inspection, key: str, live: Client) -> Iterator[Problem]:
    """A take-over must not be a change in disguise."""
    if not live.third_party:
        return  # told by the check of what is fixed
    if live.keys:
        why = "Auth0 gives no public key out, so every key would be made anew (and the old ones go)"
        fix = "leave it out here, or let it use a secret while it is taken over"
        yield _problem(seen, key, f"{live.id} signs with keys", why, fix)
    declared = application_facets(seen.catalog.applications[key])
    why = "taking over changes nothing: it is the first step, a change is the second"
    for name, (wanted, is_live) in facet_differences(declared, live.facets).items():
        what = f"{name} is {_shown(wanted)} here and {_shown(is_live)} in {seen.domain}"
        yield Problem(application_file(key), 0, name, what, why, FIX)
    for grant in seen.catalog.applications[key].grants:
        if (live.id, grant.audience, grant.subject_type) not in seen.grants:
            what = f"{live.id} has no grant for {grant.audience} ({grant.subject_type})"
            yield Problem(application_file(key), 0, "grants", what, why, FIX)


def _problem(seen: Inspection, key: str, what: str, why: str, fix: str) -> Problem:
    return Problem(seen.catalog.file, 0, f"adopt.{key}", what, why, fix)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(str, value))}]"
    return "absent" if value is None else f"'{value}'"
