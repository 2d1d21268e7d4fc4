"""The live counterpart of each application: what it is for good, and what a cut-off run left."""

from collections.abc import Iterator

from catalog import Problem
from catalog.holdings import CLIENT
from catalog.names import client_name
from catalog.sources import application_file
from preflight.inspection import Inspection, warning
from preflight.objects import Client


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
        why = "its mark says that it is this stack's, and the state does not know it"
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
    others = [client.id for client in seen.marked(key) if client.id != held.id]
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
