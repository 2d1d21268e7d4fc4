"""The natural-key guard: one grant for an application, API and subject type, so whose is it?

The official plugin takes a grant that is there already for its own without a word, and sends
nothing; under another logical name, the old name's deletion then takes the live grant away.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from auth0_third_party.management import Credentials, ManagementClient, ManagementError
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.environments.stack_state import GRANT, StateResource, StateResources
from tpa.files.catalog import Catalog
from tpa.files.problems import Problem
from tpa.preflight.inspection import Inspection, Wanted, warning
from tpa.tenant.objects import Grant, read_grant
from tpa.tenant.snapshot import Snapshot


def check_grants(seen: Inspection) -> Iterator[Problem]:
    """Declared grants that are live and not this stack's, or this stack's by another name."""
    adopting = {client.id for client in seen.adopting().values()}
    for wanted in seen.wanted():
        live = _twin(seen, wanted)
        if live is None or seen.held is None:
            continue
        other = seen.held.with_id(GRANT, live.id)
        if other is not None:
            yield renamed(wanted.file, wanted.field, wanted.name, other, seen.stack_name)
        elif not same_content(wanted.grant, live):
            command = seen.import_command(GRANT, wanted.name, live.id, wanted.owner)
            again = seen.held.named(GRANT, wanted.name)
            refresh = f"pulumi refresh --stack {seen.stack_name} --yes && "
            told = f"{refresh}{command}" if command and again else command
            yield foreign(wanted.file, wanted.field, wanted.grant, live, told)
        elif wanted.client_id not in adopting:
            what = f"{live.id} is there already, with just these scopes; this run takes it over"
            why = (
                "a run that was cut off made it, or somebody by hand; nothing changes in the tenant"
            )
            fix = "nothing to do; it is deleted when it is removed here"
            yield warning(Problem(wanted.file, 0, wanted.field, what, why, fix))


def adopted_grants(seen: Inspection) -> dict[str, str]:
    """Logical name -> id of live grants that say what is declared, and that no state knows."""
    found = {}
    for wanted in seen.wanted():
        live = _twin(seen, wanted)
        if live is None or seen.held is None or seen.held.named(GRANT, wanted.name) is not None:
            continue
        if seen.held.with_id(GRANT, live.id) is None and same_content(wanted.grant, live):
            found[wanted.name] = live.id
    return found


def _twin(seen: Inspection, wanted: Wanted) -> Grant | None:
    """The live grant at the place of a declared one, unless the state holds it as just that."""
    if wanted.client_id is None or seen.held is None:
        return None
    live = seen.grants.get((wanted.client_id, wanted.grant.audience, wanted.grant.subject_type))
    return None if live is None or _own(seen.held, wanted.name, live) else live


def _own(held: StateResources, name: str, live: Grant) -> bool:
    known = held.named(GRANT, name)
    return known is not None and known.id == live.id


def same_content(wanted: ClientGrant | DefaultPermission, live: Grant) -> bool:
    """Whether the live grant gives what the declared one would, no more and no less."""
    if wanted.allow_all_scopes or live.all_scopes:
        return wanted.allow_all_scopes and live.all_scopes
    details = set(wanted.authorization_details_types) == set(live.details)
    return details and set(wanted.scopes) == set(live.scopes)


def renamed(file: str, field: str, name: str, other: StateResource, stack: str) -> Problem:
    """The plan would delete live access: first the new name takes the grant, then the old goes."""
    return Problem(
        file,
        0,
        field,
        f"{name} would take over {other.id}, which this stack holds as {other.name}",
        f"deleting {other.name} afterwards would take the live access away",
        f"rename it in the state first: {rename_command(other, name, stack)}",
    )


def rename_command(held: StateResource, name: str, stack: str) -> str:
    """Gives a resource another logical name; nothing in the tenant is touched."""
    return f"pulumi state rename '{held.urn}' {name} --stack {stack} --yes"


def foreign(
    file: str, field: str, wanted: ClientGrant | DefaultPermission, live: Grant, command: str
) -> Problem:
    """The plan would adopt somebody else's grant, and leave its scopes as they are."""
    gained, lost = _gained_and_lost(wanted, live)
    state = f"state what it has first ({_stated(live)}): the next run takes it over as it is"
    return Problem(
        file,
        0,
        field,
        f"{live.id} is there already, and not this stack's: to make it like the file, its holders"
        f" would gain {gained} and lose {lost}",
        "a create would be reported, nothing sent, and its scopes left as they are",
        f"take it over, then look at the plan: {command}" if command else state,
    )


def _gained_and_lost(wanted: ClientGrant | DefaultPermission, live: Grant) -> tuple[str, str]:
    if wanted.allow_all_scopes:
        return "every scope", "nothing"
    if live.all_scopes:
        return "nothing", f"every scope but {', '.join(wanted.scopes) or 'none'}"
    gained = [scope for scope in wanted.scopes if scope not in live.scopes]
    lost = [scope for scope in live.scopes if scope not in wanted.scopes]
    return ", ".join(gained) or "nothing", ", ".join(lost) or "nothing"


def _stated(live: Grant) -> str:
    return "allow_all_scopes: true" if live.all_scopes else f"scopes: [{', '.join(live.scopes)}]"


class GrantGuard:
    """Asks for the one grant at the place of a new one. Thread-safe."""

    def __init__(
        self, catalog: Catalog, credentials: Credentials, stack: str, held: StateResources
    ) -> None:
        self._seen = Inspection(catalog, credentials.domain, Snapshot(), stack, held)
        self._held = held
        self._wanted = {wanted.name: wanted for wanted in self._seen.wanted()}
        self._client = ManagementClient(credentials)

    def refusal(self, name: str, inputs: Mapping[str, Any]) -> str | None:
        """Why the grant `name` may not be made; None: nothing is in its place.

        `inputs` are the resource's; one whose client does not exist yet has nobody in its place.
        """
        try:
            live = self._live(inputs)
        except ManagementError as error:
            return f"{name}: its place can't be looked at: {error}. Fix: {error.fix}"
        problem = self._problem(name, live) if live is not None else None
        return None if problem is None else str(problem)

    def _live(self, inputs: Mapping[str, Any]) -> Grant | None:
        audience, client_id = inputs.get("audience"), inputs.get("clientId")
        default = inputs.get("defaultFor")
        if not isinstance(audience, str) or not isinstance(client_id or default, str):
            return None
        asked = {"audience": audience}
        asked |= {"client_id": str(client_id)} if client_id else {"default_for": str(default)}
        subject_type = inputs.get("subjectType") or "client"
        for item in self._client.pages("/client-grants", "client_grants", asked):
            live = read_grant(item)
            if live.subject_type == subject_type and live.audience == audience:
                return live
        return None

    def _problem(self, name: str, live: Grant) -> Problem | None:
        known, wanted = self._held.with_id(GRANT, live.id), self._wanted.get(name)
        if wanted is None or (known is not None and known.name == name):
            return None  # its own, about to be made anew
        if known is not None:
            return renamed(wanted.file, wanted.field, name, known, self._seen.stack_name)
        if same_content(wanted.grant, live):
            return None
        command = self._seen.import_command(GRANT, name, live.id, wanted.owner)
        return foreign(wanted.file, wanted.field, wanted.grant, live, command)
