"""Other stacks on the same tenant, known by the ownership tags of their applications.

Default permissions, the rate limit of all third parties and agents carry no tag: where another
stack has applications, such an object may be that stack's, and is never imported unasked.
"""

from collections.abc import Iterable, Iterator

from auth0_third_party.rules import Path
from tpa.environments.stack_state import CLIENT, StateResources
from tpa.files.problems import Problem
from tpa.files.sources import environment_file
from tpa.preflight.context import PreflightContext, listed
from tpa.tenant.objects import Client

MOST = 6
"""Clients that a message names; the rest is counted."""


def other_stacks(
    clients: Iterable[Client], stack: str, held: StateResources | None
) -> dict[str, list[Client]]:
    """Ownership tag -> its live clients, of every stack but `stack`; a client in this stack's state
    is its own, whatever tag it still carries.
    """
    found: dict[str, list[Client]] = {}
    for client in clients:
        tag = client.tag[1]
        if tag not in ("", stack) and not (held and held.with_id(CLIENT, client.id)):
            found.setdefault(tag, []).append(client)
    return found


def owners_beside(context: PreflightContext) -> str:
    """The tags of the other stacks, for a message; empty where there are none."""
    return ", ".join(other_stacks(context.snapshot.clients, context.stack, context.held))


def check_other_environments(context: PreflightContext) -> Iterator[Problem]:
    """Another environment of these files on this tenant, perhaps under another domain of it."""
    project = context.stack.partition("/")[0]
    for tag, clients in other_stacks(context.snapshot.clients, context.stack, context.held).items():
        of_project, _, other = tag.partition("/")
        if context.held is None or of_project != project:
            continue
        ids = listed((client.id for client in clients), MOST)
        what = f"{context.domain} is the tenant of {environment_file(other)} too, by {ids}"
        fix = (
            f"give each its own tenant; if {other} has left this one, remove tpa_stack from the"
            " client_metadata of what it left"
        )
        yield Problem(context.catalog.file, 0, ("tenant",), what, fix=fix, rule="ENV-12")


def not_imported(file: str, path: Path, what: str, owners: str, command: str) -> Problem:
    """An object that may be another stack's. `command` imports it; empty where there is none."""
    fix = "leave it to the stack that has it; if none has it, "
    fix += f"import it: {command}" if command else "delete it there"
    return Problem(file, 0, path, f"{what}, perhaps for {owners}", fix=fix, rule="ENV-12")
