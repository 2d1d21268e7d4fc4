"""`tpa up`, `tpa down` and `tpa env`."""

import json
import shlex
from pathlib import Path

import typer

from tpa.engine.pulumi import Engine
from tpa.engine.session import open_workspace, start_engine
from tpa.engine.workspace import FOREIGN_VARIABLES, Workspace
from tpa.files.catalog import Catalog, bare_catalog
from tpa.files.sources import successors
from tpa.preflight.prerequisites import check_recorded_clients
from tpa.tenant.snapshot import read_tenant
from tpa.terminal.output import Environment, Json, Yes, results, say
from tpa.up.summary import show, summary


def up(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Applies an environment, on its embedded tenant if it has no real one; then sums it up.

    An embedded tenant's changes are just made; a real one's are shown and confirmed first. JSON:
    environment, tenant, applications (client_id, name, owner, app_type, connections, access).

    Examples:
        tpa up
        tpa up -e staging --json
        tpa up -e prod --yes
    """
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    _forget_lost_tenant(engine)
    if engine.run("up", "--suppress-outputs", *_options(workspace, yes=yes), quiet=as_json):
        raise typer.Exit(1)
    catalog, outputs = workspace.catalog, engine.outputs()
    if as_json:
        typer.echo(json.dumps(summary(catalog, outputs), indent=2))
        return
    show(results(), catalog, outputs, _next_steps(catalog, workspace.root))


def down(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Destroys what an environment's stack made, restores what it promoted, stops its tenant.

    JSON: environment, tenant_stopped.

    Examples:
        tpa down -e staging
        tpa down --json
    """
    # A mistake in a partner's file must not keep anybody from taking things down.
    workspace = open_workspace(environment, bare_catalog)
    engine = start_engine(workspace)
    _forget_lost_tenant(engine)
    if engine.run("destroy", *_options(workspace, yes=yes), quiet=as_json):
        raise typer.Exit(1)
    stopped = workspace.embedded and workspace.tenant().stop()
    if as_json:
        typer.echo(json.dumps({"environment": environment, "tenant_stopped": stopped}))
    elif stopped:
        typer.echo(f"{environment}: destroyed, and its embedded tenant is stopped")


def _options(workspace: Workspace, *, yes: bool) -> list[str]:
    """A real tenant's changes are shown and confirmed; an embedded one's are just made."""
    if workspace.embedded:
        return ["--yes", "--skip-preview"]
    return ["--yes"] if yes else []


def _forget_lost_tenant(engine: Engine) -> None:
    """An embedded tenant that was made anew has none of what the state records.

    A refresh can't mend that: the official plugin fails on agents and rate limits that are gone.
    """
    if engine.tenant is None:
        return
    recorded = engine.outputs()
    catalog = engine.workspace.catalog
    with engine.tenant.management() as client:
        lost = list(
            check_recorded_clients(catalog, engine.tenant.domain, read_tenant(client), recorded)
        )
    if lost and len(lost) == len(recorded.get("applications", {})):
        say(
            f"{catalog.name}: the tenant is not the one that was recorded; starting its record anew"
        )
        engine.start_over()


def _next_steps(catalog: Catalog, root: Path) -> list[str]:
    key = next(iter(catalog.applications), "<name>")
    steps = [f"edit stacks/applications/{key}.yaml and run make up ENV={catalog.name} again"]
    later = successors(root, catalog.name)
    steps.extend(f"carry the same files on: make up ENV={name}" for name in later)
    steps.append(f'plain pulumi in this shell: eval "$(make -s env ENV={catalog.name})"')
    return steps


def env(environment: Environment = "dev", as_json: Json = False) -> None:
    """Prints `export` lines with which plain `pulumi` works on this environment.

    JSON: the variables, by name.

    Examples:
        eval "$(tpa env -e dev)"
        tpa env -e staging --json
    """
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    variables = workspace.variables(engine.tenant)
    if as_json:
        typer.echo(json.dumps(variables, indent=2))
        return
    for name, value in variables.items():
        typer.echo(f"export {name}={shlex.quote(value)}")
    if engine.tenant is not None:
        typer.echo(f"unset {' '.join(FOREIGN_VARIABLES)}")
