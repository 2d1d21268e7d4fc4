"""`tpa up`, `tpa down` and `tpa env`."""

import json
import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

import typer

from auth0_third_party.management import ManagementClient, ManagementError
from tpa.engine.checkpoints import forget, run_update
from tpa.engine.pulumi import Engine
from tpa.engine.session import leave_environment, open_workspace, start_engine
from tpa.engine.workspace import FOREIGN_VARIABLES
from tpa.environments.stack_state import CLIENT, StateResources
from tpa.files.catalog import Catalog, empty_catalog
from tpa.files.sources import successors
from tpa.plan.proposal import NoPlan, preview
from tpa.plan.proposal import show as show_proposal
from tpa.preflight.changed_outside import lost_everything
from tpa.tenant.snapshot import read_tenant
from tpa.terminal.output import Environment, Json, Yes, ask, errors, results, say
from tpa.terminal.redaction import print_secret
from tpa.up.cut_off import read_cut_off, read_unfinished, tell_left
from tpa.up.summary import changed_keys, show, summary, unfinished

UP = ("up", "--yes", "--skip-preview")
QUIET_OUTPUTS = "PULUMI_OPTION_SUPPRESS_OUTPUTS"


def up(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Applies an environment, on an embedded tenant if it has no real one; then sums it up.

    Changes of a real tenant are shown and confirmed first; those of an embedded one are not. What
    is unchanged is counted; tpa access shows it. JSON:
    environment, tenant, applications (client_id, name, owner, app_type, connections, access).

    Examples:
        tpa up
        tpa up -e staging --json
        tpa up -e prod --yes
    """
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    state = engine.state()
    held = _forget_lost_tenant(engine, state.resources)
    cut_off = read_cut_off(engine)
    read_unfinished(engine, held)
    if not workspace.embedded:
        _confirm(engine, yes=yes, quiet=as_json)
    failed, display = run_update(engine, *UP, quiet=as_json)
    if not failed and workspace.catalog.environment.adopt:  # imported, and not tagged yet
        engine.forget_undeclared_inputs()
        failed, _ = run_update(engine, *UP, quiet=as_json)
    if failed:
        for line in unfinished(workspace.catalog, _held(engine)):
            say(line)
        raise typer.Exit(1)
    if cut_off.commands:
        tell_left(workspace.name, cut_off.left(_held(engine)))
    catalog, outputs = workspace.catalog, engine.state().outputs
    if as_json:
        typer.echo(json.dumps(summary(catalog, outputs), indent=2))
        return
    before = state.outputs if held.resources else {}
    steps = _next_steps(catalog, workspace.root) if display.steps else []
    show(results(), catalog, outputs, changed_keys(before, outputs), steps)


def down(environment: Environment = "dev", as_json: Json = False, yes: Yes = False) -> None:
    """Destroys what the stack created, restores what it changed, stops its embedded tenant.

    JSON: environment, tenant_stopped.

    Examples:
        tpa down -e staging
        tpa down --json
    """
    # A mistake in a partner's file must not keep the stack from being destroyed.
    workspace = open_workspace(environment, empty_catalog)
    engine = start_engine(workspace)
    if workspace.embedded:
        _forget_lost_tenant(engine, _held(engine))
    cut_off = read_cut_off(engine)
    if "up" in cut_off.commands:
        _finish(environment, yes=yes)
        tell_left(workspace.name, cut_off.left(_held(engine)))
    if not workspace.embedded and not yes:
        if engine.run("destroy", "--preview-only", quiet=as_json):
            raise typer.Exit(1)
        ask(f"Destroy all of this in {workspace.catalog.environment.tenant}?")
    failed, _ = run_update(engine, "destroy", "--yes", "--skip-preview", quiet=as_json)
    if failed:
        raise typer.Exit(1)
    stopped = workspace.embedded and workspace.tenant().stop()
    if as_json:
        typer.echo(json.dumps({"environment": environment, "tenant_stopped": stopped}))
    elif stopped:
        typer.echo(f"{environment}: destroyed, and its embedded tenant is stopped")


def _finish(environment: str, *, yes: bool) -> None:
    """The update that was killed, to its end: its state is what tells what to destroy."""
    say(f"{environment}: it is finished first, so that nothing of it stays behind")
    engine = start_engine(open_workspace(environment))
    if not engine.workspace.embedded:
        _confirm(engine, yes=yes, quiet=True)
    failed, _ = run_update(engine, *UP, quiet=True)
    if failed:
        raise typer.Exit(1)


def _confirm(engine: Engine, *, yes: bool, quiet: bool) -> None:
    """Changes of a real tenant are shown, and confirmed; where there are none, nobody is asked.

    The state is read here: it has then what was read into it from the tenant.
    """
    try:
        _, proposal = preview(engine, engine.export(), quiet=quiet)
    except NoPlan:
        raise typer.Exit(1) from None
    show_proposal(errors if quiet else results(), proposal)
    if proposal.changes_something and not yes:
        ask(f"Apply this to {proposal.tenant}?")


def _held(engine: Engine) -> StateResources:
    return engine.state().resources


def _forget_lost_tenant(engine: Engine, held: StateResources) -> StateResources:
    """Resets the state where the embedded tenant has lost its data; what the state holds then.

    A refresh can't do that: the official plugin fails on agents and rate limits that are gone.
    """
    if engine.tenant is None or not held.in_tenant:
        return held
    catalog = engine.workspace.catalog
    with engine.tenant.management() as client:
        if _has_a_client(client, held):
            return held
        # Clients and connections tell in nearly every run; the rest is read where none is there.
        lost = lost_everything(held, read_tenant(client)) and lost_everything(
            held, read_tenant(client, catalog, whole=True, limits=True)
        )
    if not lost:
        return held
    say(f"{catalog.name}: the embedded tenant has lost its data; starting with an empty state")
    engine.start_over()
    forget(engine.workspace.journal)
    return StateResources()


def _has_a_client(client: ManagementClient, held: StateResources) -> bool:
    """Whether the first client of the state is there: one call, which is enough in nearly every
    run.
    """
    named = next((each.id for each in held.in_tenant if each.type == CLIENT), None)
    with suppress(ManagementError):
        return named is not None and bool(client.get(f"/clients/{named}", {"fields": "client_id"}))
    return False


def _next_steps(catalog: Catalog, root: Path) -> list[str]:
    key = next(iter(catalog.applications), "<name>")
    steps = [f"edit stacks/applications/{key}.yaml and run tpa up -e {catalog.name} again"]
    later = successors(root, catalog.name)
    steps.extend(
        f"apply the same files to the next environment: tpa up -e {name}" for name in later
    )
    steps.append(f'plain pulumi in this shell: eval "$(tpa env -e {catalog.name})"')
    return steps


def env(environment: Environment = "dev", as_json: Json = False) -> None:
    """Prints `export` lines with which plain `pulumi` works on an environment.

    In a shell that was set up for another environment, what is that one's alone is unset. An update
    prints no outputs in it: `pulumi stack output` does. JSON: the variables, by name.

    Examples:
        eval "$(tpa env -e dev)"
        tpa env -e staging --json
    """
    left = leave_environment(environment)
    workspace = open_workspace(environment)
    engine = start_engine(workspace)
    kept = {name: value for name, value in left.items() if value is not None}
    variables = kept | workspace.variables(engine.tenant)
    variables["PATH"] = _with_own_commands(variables["PATH"])
    # Else each `pulumi up` prints all applications, whatever it changes; `stack output` has them.
    variables[QUIET_OUTPUTS] = os.environ.get(QUIET_OUTPUTS, "true")
    if as_json:
        print_secret(json.dumps(variables, indent=2) + "\n")
        return
    for name, value in variables.items():
        print_secret(f"export {name}={shlex.quote(value)}\n")
    foreign = FOREIGN_VARIABLES if engine.tenant is not None else ()
    if left and engine.tenant is None:
        say(f"set the credentials of {environment}: those of another environment are unset")
    if gone := [name for name in (*left, *foreign) if name not in variables]:
        typer.echo(f"unset {' '.join(dict.fromkeys(gone))}")


def _with_own_commands(path: str) -> str:
    """PATH with `tpa` on it; last, since the folder has a `python` too."""
    own = str(Path(sys.prefix) / "bin")
    entries = [entry for entry in path.split(os.pathsep) if entry != own]
    return os.pathsep.join([*entries, own])
