"""Applications that an environment's file wants taken over as they are (`adopt:`)."""

from collections.abc import Iterator

from catalog import Problem
from catalog.facets import application_facets, facet_differences
from catalog.holdings import AGENT, CLIENT, CREDENTIALS
from catalog.names import client_name, credentials_name
from catalog.sources import application_file
from preflight.inspection import Inspection, warning
from preflight.objects import Client

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
    stack = live.mark[1]
    if stack not in ("", seen.stack):
        what = f"{live.id} carries the mark of another stack, {stack}"
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
