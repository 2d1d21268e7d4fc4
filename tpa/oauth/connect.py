"""From the name of an environment to its tenant's OAuth side."""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tpa.engine.embedded import Tenant
from tpa.engine.session import open_workspace
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.oauth.deployed import Deployed, read_deployed
from tpa.oauth.pages import Person
from tpa.terminal.progress import progress


@dataclass(frozen=True)
class Connected:
    """`domain`: where partners reach the tenant. `embedded` is None for a real tenant."""

    workspace: Workspace
    domain: str
    embedded: Tenant | None

    @property
    def trust(self) -> ssl.SSLContext | None:
        """What an embedded tenant's certificate is checked by; None: as this machine does it."""
        return self.embedded.trust() if self.embedded else None

    def deployed(self, keys: Sequence[str]) -> list[Deployed]:
        """These applications, or all.

        Raises:
            TpaError: one of them is not deployed.
        """
        return read_deployed(self.workspace, keys)

    def people(self) -> list[Person]:
        """The seeded users of an embedded tenant; of a real one nobody's password is known here."""
        users = self.embedded.users if self.embedded else ()
        return [Person(email, password) for email, password in users]

    def stored_secrets(self, applications: Sequence[Deployed]) -> Mapping[str, str]:
        """Client secrets by application, of an embedded tenant alone."""
        if self.embedded is None:
            return {}
        with self.embedded.management() as client:
            found = {each.key: client.get(f"/clients/{each.client_id}") for each in applications}
        return {key: str(each.get("client_secret") or "") for key, each in found.items()}

    def organizations(self) -> Mapping[str, str]:
        """Name -> id of the organizations of an embedded tenant."""
        if self.embedded is None:
            return {}
        with self.embedded.management() as client:
            listed = list(client.pages("/organizations", "organizations", {}))
        return {str(each["name"]): str(each["id"]) for each in listed}


def connect(environment: str, domain: str = "") -> Connected:
    """The environment, checked; an embedded tenant is started if needed.

    Args:
        domain: a custom domain that partners use in place of the tenant's own.

    Raises:
        CatalogError, TpaError: as `open_workspace`; or `domain` is given for an
            embedded tenant.
    """
    workspace = open_workspace(environment)
    if not workspace.embedded:
        return Connected(workspace, domain or workspace.catalog.environment.tenant, None)
    if domain:
        raise TpaError(f"{environment} has an embedded tenant, which has no custom domain")
    with progress(f"starting the embedded tenant of {environment}"):
        tenant = workspace.tenant().start()
    return Connected(workspace, tenant.domain, tenant)
