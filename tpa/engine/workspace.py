"""One environment for child processes: engine, state backend, tenant, environment variables."""

import os
import secrets
import ssl
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import certifi

from auth0_third_party.management import remember
from auth0_third_party.provider.journal import VARIABLE as JOURNAL_VARIABLE
from tpa.engine.embedded import EmbeddedTenant, Tenant
from tpa.engine.installation import Pulumi
from tpa.engine.network import network_variables
from tpa.engine.state_repair import exported, state_file
from tpa.environments.stack_state import (
    StackState,
    UnreadableState,
    exported_state,
    state_in_export,
)
from tpa.errors import TpaError
from tpa.files.catalog import Catalog

EMBEDDED = ".embedded"
ENVIRONMENT_VARIABLE = "TPA_ENVIRONMENT"
SYSTEM_ROOTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
# They would put other modules before those of the project and its .venv.
PYTHON_VARIABLES = ("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONPYCACHEPREFIX")
SHELL_ROOTS = "TPA_SSL_CERT_FILE"
"""The SSL_CERT_FILE of the shell before an embedded tenant's took its place."""
TENANT_VARIABLES = (
    "AUTH0_DOMAIN",
    "AUTH0_CLIENT_ID",
    "AUTH0_CLIENT_SECRET",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_OPTION_CONFIG_FILE",
    "PULUMI_STACK",
    JOURNAL_VARIABLE,
)
"""Those of one tenant and its stack, which must not be used with another one."""
JOURNAL_FOLDER = "TPA_JOURNAL"
"""A folder that outlives a run; turns the engine's checkpoints off where it keeps the state."""
FOREIGN_VARIABLES = ("AUTH0_API_TOKEN", "AUTH0_AUDIENCE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True)
class Workspace:
    """The project folder, the catalog of one environment, and the engine that was chosen."""

    root: Path
    catalog: Catalog
    choice: Pulumi

    @property
    def name(self) -> str:
        return self.catalog.name

    @property
    def embedded(self) -> bool:
        return self.catalog.environment.embedded

    @property
    def folder(self) -> Path:
        """The files of this environment's embedded tenant; ignored by git."""
        return self.root / EMBEDDED / self.name

    def tenant(self) -> EmbeddedTenant:
        """The embedded tenant of this environment, running or not.

        Raises:
            TpaError: the environment has a real tenant.
        """
        port = self.catalog.environment.embedded_port
        if not self.embedded or port is None:
            raise TpaError(f"{self.name} has a real tenant: {self.catalog.environment.tenant}")
        legacy = self.catalog.environment.permissive_eligible
        return EmbeddedTenant(self.folder, port, legacy)

    def variables(self, tenant: Tenant | None) -> dict[str, str]:
        """The variables that this environment's commands need in addition to those of the shell.

        For an embedded tenant these are all; for a real one the user sets those of state and
        credentials.
        """
        path = self.choice.process_environment()["PATH"]
        own = {**network_variables(os.environ), **self.choice.environment}
        own |= {ENVIRONMENT_VARIABLE: self.name, "PULUMI_STACK": self.name, "PATH": path}
        if self.backend is not None:
            own["PULUMI_BACKEND_URL"] = self.backend
        if self.journal is not None:
            own[JOURNAL_VARIABLE] = str(self.journal)
        if tenant is None:
            return own
        passphrase = self._passphrase()
        remember(tenant.client_secret, passphrase)
        if (roots := shell_roots(self.root, os.environ)) is not None:
            own[SHELL_ROOTS] = str(roots)
        return own | {
            "AUTH0_DOMAIN": tenant.domain,
            "AUTH0_CLIENT_ID": tenant.client_id,
            "AUTH0_CLIENT_SECRET": tenant.client_secret,
            "SSL_CERT_FILE": str(self._bundle(tenant.ca_file)),
            "PULUMI_CONFIG_PASSPHRASE": passphrase,
            # The stack's salt is kept with its state, so that stacks/ stays as it is in git.
            "PULUMI_OPTION_CONFIG_FILE": str(self.stack_config),
        }

    def process_environment(self, tenant: Tenant | None) -> Mapping[str, str]:
        """All variables of a child process."""
        own = self.variables(tenant)
        inherited = {name: v for name, v in os.environ.items() if name not in PYTHON_VARIABLES}
        if tenant is not None:
            # Another tenant's credentials in the shell must not win over the embedded ones.
            for name in FOREIGN_VARIABLES:
                inherited.pop(name, None)
        return inherited | own

    @property
    def stack_config(self) -> Path:
        return self.folder / "project" / f"Pulumi.{self.name}.yaml"

    @property
    def backend(self) -> str | None:
        """The state backend of the stack; None: the one that the shell chooses."""
        stated = self.catalog.environment.backend
        if stated is not None:
            return self._absolute(stated)
        return self._own_backend() if self.embedded else None

    @property
    def state_folder(self) -> Path | None:
        """The folder of the state, where the backend is one."""
        backend = self.backend or os.environ.get("PULUMI_BACKEND_URL", "")
        place = backend.removeprefix("file://")
        return Path(unquote(place)).expanduser() if place != backend else None

    @property
    def state_file(self) -> Path | None:
        """Where a folder keeps the state of this stack; it may be missing, or compressed."""
        folder = self.state_folder
        return state_file(folder, self.catalog.project, self.name) if folder else None

    def exported(self) -> str | None:
        """What `pulumi stack export` prints; None where only that command can read the state."""
        file = self.state_file
        return exported(file) if file is not None and file.is_absolute() else None

    @property
    def journal(self) -> Path | None:
        """What shared objects held before an update without the engine's checkpoints; None: it has
        them. Pulumi Cloud keeps a journal itself.
        """
        backend = self.backend or os.environ.get("PULUMI_BACKEND_URL", "")
        if backend.startswith(("http://", "https://")):
            return None
        if folder := os.environ.get(JOURNAL_FOLDER):
            name = f"{self.catalog.project}.{self.name}.jsonl"
            return Path(folder).expanduser().absolute() / name if backend else None
        return self.folder / "journal.jsonl" if self.embedded else None

    def _absolute(self, backend: str) -> str:
        """A relative folder is one of the project, in whatever folder a command runs."""
        place = backend.removeprefix("file://")
        if place == backend or place.startswith(("/", "~")):
            return backend
        return (self.root / place).resolve().as_uri()

    def _own_backend(self) -> str:
        folder = self.root / EMBEDDED / "state"
        folder.mkdir(parents=True, exist_ok=True)
        return folder.as_uri()

    def _passphrase(self) -> str:
        """Encrypts secrets in the states of embedded stacks; generated once, kept next to them."""
        file = self.root / EMBEDDED / "passphrase"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=file.parent, encoding="utf-8") as fresh:
                fresh.write(secrets.token_urlsafe(24))
                fresh.flush()
                # Never half-written, and of two commands the first one wins.
                with suppress(FileExistsError):
                    os.link(fresh.name, file)
        return file.read_text(encoding="utf-8")

    def _bundle(self, ca_file: Path) -> Path:
        """The system's root certificates and the tenant's: SSL_CERT_FILE replaces the system's."""
        bundle = self.folder / "roots.pem"
        fresh = bundle.with_suffix(".new")
        fresh.write_bytes(self._roots().read_bytes() + b"\n" + ca_file.read_bytes())
        fresh.replace(bundle)
        return bundle

    def _roots(self) -> Path:
        """The root certificates of this machine, without a bundle of ours."""
        stated = shell_roots(self.root, os.environ)
        known = ssl.get_default_verify_paths().openssl_cafile
        places = [*([stated] if stated else []), Path(known), *map(Path, SYSTEM_ROOTS)]
        return next((place for place in places if place.is_file()), Path(certifi.where()))


def shell_roots(root: Path, shell: Mapping[str, str]) -> Path | None:
    """The file of root certificates that the shell had before it was set up for a tenant."""
    stated = shell.get("SSL_CERT_FILE", "")
    if stated and (root / EMBEDDED) in Path(stated).absolute().parents:
        stated = shell.get(SHELL_ROOTS, "")
    return Path(stated) if stated else None


def read_stack_state(workspace: Workspace) -> StackState:
    """What the stack has recorded, read without tenant and program.

    Raises:
        TpaError: the state is out of reach.
    """
    if (export := workspace.exported()) is not None:
        return state_in_export(export)
    cli, variables = workspace.choice.cli, workspace.process_environment(None)
    try:
        return exported_state(cli, workspace.name, workspace.root, variables)
    except UnreadableState as error:
        raise TpaError(
            f"the state of {workspace.name} can't be read: {error}\n  fix: name where it is kept,"
            " by backend: in the environment's file, and sign in there"
        ) from None
