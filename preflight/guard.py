"""The last look before a grant is made: the tenant may have moved since the first one."""

from collections.abc import Mapping
from typing import Any

from catalog import Catalog, Problem
from catalog.holdings import GRANT, Holdings
from management import Credentials, ManagementClient, ManagementError
from preflight.inspection import Inspection
from preflight.natural_keys import foreign, renamed, same_content
from preflight.objects import Grant, read_grant
from preflight.snapshot import Snapshot


class GrantGuard:
    """Asks for the one grant at the place of a new one. Thread-safe."""

    def __init__(
        self, catalog: Catalog, credentials: Credentials, stack: str, held: Holdings
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
