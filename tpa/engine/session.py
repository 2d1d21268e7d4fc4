"""From the name of an environment to its workspace, its tenant and its engine."""

import os
from collections.abc import Callable
from pathlib import Path

from auth0_third_party.management import Credentials, ManagementClient, OnWait
from tpa.engine.embedded import EmbeddedTenant
from tpa.engine.installation import prepare_program, ready_pulumi, set_up_command
from tpa.engine.pulumi import Engine
from tpa.engine.workspace import (
    EMBEDDED,
    ENVIRONMENT_VARIABLE,
    FOREIGN_VARIABLES,
    SHELL_ROOTS,
    TENANT_VARIABLES,
    Workspace,
    shell_roots,
)
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.sources import read_environments
from tpa.project import project_folder
from tpa.terminal.output import say
from tpa.terminal.progress import progress

Load = Callable[[Path, str], Catalog]
READ_ATTEMPTS = 3
"""Attempts per request of a command that only reads: a user is waiting."""


def read_workspace(environment: str) -> Workspace:
    """The environment with its checked catalog, to read the state of its stack.

    Raises:
        CatalogError: the files have problems.
        TpaError: there is no project here, no such environment, or no engine can be set up.
    """
    root = project_folder(environment)
    return Workspace(root, load_catalog(root, environment), ready_pulumi(root))


def open_workspace(environment: str, load: Load = load_catalog) -> Workspace:
    """The same for commands that access the tenant; nothing is started yet.

    Args:
        load: `empty_catalog` for a command that needs only the environment's file.

    Raises:
        CatalogError, TpaError: as `read_workspace`.
        TpaError: the shell holds the credentials of another environment.
    """
    root = project_folder(environment)
    check_shell(environment)
    return Workspace(root, load(root, environment), ready_pulumi(root))


def check_shell(environment: str) -> None:
    """Keeps credentials of one environment from another environment's tenant.

    Raises:
        TpaError: the shell was set up for another environment.
    """
    prepared = os.environ.get(ENVIRONMENT_VARIABLE, environment)
    if prepared != environment:
        raise TpaError(
            f"this shell is set up for {prepared}, and the command is for {environment}\n"
            f'  fix: use a new shell, or run: eval "$(tpa env -e {environment})"'
        )


def leave_environment(environment: str) -> dict[str, str | None]:
    """Where the shell was set up for another environment, this process forgets what belongs to that
    one alone. Variables as they must be now in the shell too; None: not set.
    """
    prepared = os.environ.get(ENVIRONMENT_VARIABLE, environment)
    if prepared == environment:
        return {}
    root = project_folder(environment)
    names = [ENVIRONMENT_VARIABLE, SHELL_ROOTS, *TENANT_VARIABLES, *FOREIGN_VARIABLES]
    earlier = read_environments(root).get(prepared)
    if earlier is None or earlier.embedded or earlier.backend is not None:
        names.append("PULUMI_BACKEND_URL")
    roots = shell_roots(root, os.environ)
    changed: dict[str, str | None] = {name: None for name in names if name in os.environ}
    changed["SSL_CERT_FILE"] = str(roots) if roots else None
    for name, value in changed.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return changed


def open_management(
    root: Path, catalog: Catalog, on_wait: OnWait | None = None
) -> ManagementClient:
    """A client to read the environment's tenant, without an engine; close it.

    An embedded tenant is started if needed; for a real one the shell has the credentials.

    Args:
        on_wait: called for each wait, such as `Progress.wait`.

    Raises:
        TpaError: the tenant can't start, or the shell is set up for another environment.
        ManagementError: the shell has no credentials for it.
    """
    environment = catalog.environment
    if environment.embedded and environment.embedded_port is not None:
        folder = root / EMBEDDED / catalog.name
        tenant = EmbeddedTenant(folder, environment.embedded_port, environment.permissive_eligible)
        return tenant.start().management(on_wait)
    check_shell(catalog.name)
    own = Credentials.find(environment.tenant)
    return ManagementClient(own, attempts=READ_ATTEMPTS, on_wait=on_wait)


def start_engine(workspace: Workspace) -> Engine:
    """The engine with its stack; an embedded tenant is started first.

    Raises:
        TpaError: the tenant can't start, or is a real one and only the stand-in plugin is here.
    """
    tenant = None
    if workspace.embedded:
        with progress(f"starting the embedded tenant of {workspace.name}"):
            tenant = workspace.tenant().start()
        say(f"{workspace.name}: embedded tenant at https://{tenant.domain}")
    elif workspace.choice.plugin_source != "official":
        raise TpaError(
            f"{workspace.name} has a real tenant, and only the stand-in auth0 plugin is here,"
            " which works with embedded tenants only\n  fix: install Pulumi, or let this machine"
            f" reach its downloads; then run TOOLCHAIN=vendor {set_up_command(workspace.root)}"
        )
    prepare_program(workspace.root)
    engine = Engine(workspace, tenant)
    with progress(f"opening the stack {workspace.name}"):
        engine.open_stack()
    return engine
