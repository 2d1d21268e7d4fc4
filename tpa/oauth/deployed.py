"""From the name of an environment to its tenant's OAuth side and to what was deployed there:
applications as the files declare them, with their client ids.
"""

import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auth0_third_party.model.access import Access
from auth0_third_party.model.application import Application
from auth0_third_party.rules.violation import nearest
from tpa.engine.embedded import Tenant
from tpa.engine.session import open_workspace
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.environment import Apis
from tpa.files.layout import APIS_FILE
from tpa.terminal.progress import progress


@dataclass(frozen=True)
class Deployed:
    """One application of one environment.

    `access`: its effective access. `known_scopes`: audience -> scopes that partners may be granted
    there.
    """

    key: str
    client_id: str
    application: Application
    access: tuple[Access, ...] = ()
    known_scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def flows(self) -> tuple[str, ...]:
        """Its grant types."""
        return self.application.flows

    @property
    def user_access(self) -> tuple[Access, ...]:
        """The APIs that it may call for a signed-in user; its own grants first."""
        if "authorization_code" not in self.flows:
            return ()
        return self._access("user")

    @property
    def client_access(self) -> tuple[Access, ...]:
        """The APIs that it may call for itself."""
        return self._access("client") if "client_credentials" in self.flows else ()

    @property
    def callback(self) -> str:
        """The address that a sign-in returns to; "" without one."""
        return next(iter(self.application.callbacks), "")

    @property
    def protected(self) -> bool:
        """Whether errors stay away from its callbacks (ORP-01)."""
        return self.application.redirection_policy == "open_redirect_protection"

    def wider(self, row: Access) -> tuple[str, ...]:
        """Its scopes on that API, and those that it must not get; a made-up one where it may have
        all.
        """
        known = self.known_scopes.get(row.audience, ())
        more = tuple(scope for scope in known if scope not in row.scopes)
        return (*row.scopes, *(more or ("tpa-probe:not-granted",)))

    def _access(self, subject: str) -> tuple[Access, ...]:
        own = [row for row in self.access if row.subject_type == subject]
        return tuple(sorted(own, key=lambda row: row.source != "application"))


def deployed(catalog: Catalog, key: str, client_id: str) -> Deployed:
    """One application of the catalog with its client id."""
    known = _known_scopes(catalog)
    access = tuple(_spelled_out(row, known) for row in catalog.access if row.application == key)
    return Deployed(key, client_id, catalog.applications[key], access, known)


def _spelled_out(row: Access, known: dict[str, tuple[str, ...]]) -> Access:
    """A grant of all scopes is asked for by their names (CG-16)."""
    if not row.all_scopes:
        return row
    return row.model_copy(update={"scopes": known.get(row.audience, ())})


def _known_scopes(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    apis = Apis.model_validate(catalog.documents[APIS_FILE].data).apis
    return {catalog.record.audiences[key]: api.scopes for key, api in apis.items()}


@dataclass(frozen=True)
class Person:
    """A seeded user of an embedded tenant."""

    email: str
    password: str = field(repr=False)


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
        """These applications of the environment, or all of them, with their client ids.

        Raises:
            TpaError: a key is no application of the environment, or is not deployed.
        """
        workspace, catalog = self.workspace, self.workspace.catalog
        for key in keys:
            if key in catalog.agents:
                raise TpaError(
                    f"{key} is an agent: how it returns from a sign-in is in its own document, so"
                    " only its operator can try it"
                )
            if key not in catalog.applications:
                known = nearest(key, catalog.applications)
                raise TpaError(f"{workspace.name} has no application '{key}': {known}")
        held = read_stack_state(workspace).resources.client_keys
        ids = {key: client_id for client_id, key in held.items()}
        wanted = list(keys) or sorted(catalog.applications)
        missing = [key for key in wanted if key not in ids]
        if missing or not wanted:
            what = f"nothing is deployed in {workspace.name}"
            if missing:
                what = f"not deployed in {workspace.name}: {', '.join(missing)}"
            raise TpaError(f"{what}\n  fix: run tpa up -e {workspace.name}")
        return [deployed(catalog, key, ids[key]) for key in wanted]

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
