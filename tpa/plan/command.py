"""`tpa plan` and `tpa apply`: applies exactly what was approved."""

import json
import shlex
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from tpa.engine.checkpoints import run_update
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_workspace, start_engine
from tpa.errors import TpaError
from tpa.plan.fingerprint import changes
from tpa.plan.inputs import (
    domain_of,
    file_hashes,
    forget_compiled,
    live_fingerprint,
    plan_key,
    state_hash,
)
from tpa.plan.plan_file import FORMAT, UNKEYED, Plan, Seal, read_content
from tpa.terminal.output import Environment, Json, cell, results, say
from tpa.up.cut_off import read_cut_off

Save = Annotated[Path | None, typer.Option("--save", help="Save the plan to this file.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A plan of tpa plan --save.")]


def plan(environment: Environment = "dev", save: Save = None, as_json: Json = False) -> None:
    """Previews an environment; --save keeps the plan, to be applied as it was shown.

    JSON: environment, file (null without --save), steps (how many resources each one touches).

    Examples:
        tpa plan -e staging
        tpa plan -e prod --save approved.plan --json
    """
    engine = start_engine(open_workspace(environment))
    read_cut_off(engine)
    if save is None and not as_json:
        if engine.run("preview", "--suppress-outputs"):
            raise typer.Exit(1)
        return
    if save is None:
        steps = _steps(_preview(engine, quiet=True))
        typer.echo(json.dumps({"environment": environment, "file": None, "steps": steps}))
        return
    made = _make(engine, quiet=as_json)
    seal = Seal(plan_key(engine.environment()))
    seal.close(made, save)
    if seal.kind == UNKEYED:
        say("the plan is sealed by a plain hash; set TPA_PLAN_KEY to detect forgery as well")
    if as_json:
        steps = _steps(made.engine_plan)
        typer.echo(json.dumps({"environment": environment, "file": str(save), "steps": steps}))
    else:
        apply_it = f"tpa apply {shlex.quote(str(save))}"
        results().print(cell(f"saved; apply it with: {apply_it}"), soft_wrap=True)


def apply(file: File, as_json: Json = False) -> None:
    """Applies a saved plan, unless the tenant, the stack or the files have changed since.

    JSON: environment, applied, steps (how many resources each one touches).

    Examples:
        tpa apply approved.plan
        tpa apply approved.plan --json
    """
    name = _stack_in(file)
    engine = start_engine(open_workspace(name))
    approved = Seal(plan_key(engine.environment())).open(file)
    check_target(approved, engine)
    found = _changes_since(approved, engine)
    if found:
        raise TpaError(
            "nothing was applied, since this changed after the plan was approved:\n  "
            + "\n  ".join(found)
            + "\n  fix: review it, then make the plan again:"
            + f" tpa plan -e {name} --save {shlex.quote(str(file))}"
        )
    forget_compiled(engine.workspace.root)
    with TemporaryDirectory() as folder:
        engine_plan = Path(folder) / "plan.json"
        engine_plan.write_text(json.dumps(approved.engine_plan), encoding="utf-8")
        options = ("--yes", "--skip-preview", "--suppress-outputs", "--plan", str(engine_plan))
        if run_update(engine, "up", *options, quiet=as_json):
            raise typer.Exit(1)
    if as_json:
        steps = _steps(approved.engine_plan)
        typer.echo(json.dumps({"environment": name, "applied": True, "steps": steps}))
    else:
        typer.echo(f"{name}: applied as planned at {approved.made_at}")


def _make(engine: Engine, *, quiet: bool) -> Plan:
    """Reads the tenant before the preview, so that a change in between is noticed later."""
    workspace = engine.workspace
    files = file_hashes(workspace.root, workspace.name)
    live = live_fingerprint(engine)
    state = state_hash(engine.export())
    engine_plan = _preview(engine, quiet=quiet)
    return Plan(
        format=FORMAT,
        stack=workspace.name,
        tenant=domain_of(workspace, engine),
        engine=str(engine_plan.get("manifest", {}).get("version", "")),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        live=live,
        state=state,
        engine_plan=engine_plan,
    )


def _preview(engine: Engine, *, quiet: bool) -> dict[str, Any]:
    """The engine's own plan; a preview that fails ends the command."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        options = ("preview", "--suppress-outputs", "--save-plan", str(file))
        if engine.run(*options, quiet=quiet):
            raise typer.Exit(1)
        engine_plan: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return engine_plan


def _stack_in(file: Path) -> str:
    """Read before the seal can be checked, since the seal's key may be the stack's own."""
    return str(read_content(file)["stack"])


def check_target(approved: Plan, engine: Engine) -> None:
    """A plan names resources of one stack; another tenant behind the same name is another stack."""
    domain = domain_of(engine.workspace, engine)
    if approved.tenant != domain:
        raise TpaError(f"the plan is for {approved.tenant}, and {approved.stack} is now {domain}")
    for urn in approved.engine_plan.get("resourcePlans", {}):
        stack = urn.removeprefix("urn:pulumi:").partition("::")[0]
        if stack != approved.stack:
            raise TpaError(f"the plan holds resources of the stack {stack}, not {approved.stack}")


def _changes_since(approved: Plan, engine: Engine) -> list[str]:
    workspace = engine.workspace
    files = file_hashes(workspace.root, workspace.name)
    checks: tuple[Callable[[], list[str]], ...] = (
        lambda: list(changes(approved.files, files)),
        lambda: list(changes(approved.live, live_fingerprint(engine))),
        lambda: [] if approved.state == state_hash(engine.export()) else ["the stack was updated"],
    )
    return [sentence for check in checks for sentence in check()]


def _steps(engine_plan: Mapping[str, Any]) -> dict[str, int]:
    """How many resources each step touches: `{"update": 1, "same": 24}`."""
    resources = engine_plan.get("resourcePlans", {}).values()
    return dict(Counter(step for resource in resources for step in resource.get("steps") or ()))
