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
from tpa.files.problems import CatalogError
from tpa.plan.inputs import (
    changes,
    domain_of,
    file_hashes,
    forget_compiled,
    live_fingerprint,
    plan_key,
    state_hash,
)
from tpa.plan.plan_file import FORMAT, UNKEYED, Plan, Seal, read_content
from tpa.plan.proposal import EnginePlan, NoPlan, Proposal, markdown, preview, show
from tpa.terminal.markdown import LIMIT, write_markdown
from tpa.terminal.output import Environment, Json, cell, errors, results, say
from tpa.up.cut_off import read_cut_off, read_unfinished

Save = Annotated[Path | None, typer.Option("--save", help="Save the plan to this file.")]
Markdown = Annotated[
    Path | None,
    typer.Option(
        "--markdown",
        metavar="FILE",
        help="Write it as Markdown, for a comment or a job's summary; - is standard output.",
    ),
]
Limit = Annotated[
    int,
    typer.Option(
        "--limit",
        min=2_000,
        help="Bytes of the Markdown; GitHub takes comments of 65,536, GitLab of 1,000,000.",
    ),
]
Link = Annotated[
    str,
    typer.Option(
        "--link", envvar="TPA_PLAN_LINK", help="Where the whole plan is, for Markdown that is cut."
    ),
]
File = Annotated[Path, typer.Argument(metavar="FILE", help="A plan of tpa plan --save.")]


def plan(
    environment: Environment = "dev",
    save: Save = None,
    *,
    markdown_file: Markdown = None,
    limit: Limit = LIMIT,
    link: Link = "",
    as_json: Json = False,
) -> None:
    """Shows what an update would change, by meaning and resource by resource; --save keeps it, to
    be applied as it was shown.

    Markdown is written too where the files or the preview have errors: it names them. JSON:
    environment, file (null without --save), steps (how many resources each one touches), changes
    (as tpa advance), resources (action, kind, name, values: property, before, after).

    Examples:
        tpa plan -e staging
        tpa plan -e prod --save approved.plan --markdown comment.md
        tpa plan -e prod --markdown - --link https://ci.example/artifacts/7
    """

    def write(proposal: Proposal) -> None:
        if markdown_file is not None:
            write_markdown(markdown(proposal, limit, link), markdown_file)

    quiet = as_json or str(markdown_file) == "-"
    try:
        engine = start_engine(open_workspace(environment))
        read_cut_off(engine)
        read_unfinished(engine, engine.state().resources)
        engine_plan, proposal = _plan(engine, save, quiet=quiet)
    except NoPlan as error:
        write(error.proposal)
        raise typer.Exit(1) from None
    except (CatalogError, TpaError) as error:
        problems = error.problems if isinstance(error, CatalogError) else (error,)
        write(Proposal(environment=environment, errors=tuple(map(str, problems))))
        raise
    write(proposal)
    if as_json:
        typer.echo(json.dumps(_as_json(proposal, engine_plan, save)))
    elif not quiet:
        show(results(), proposal)
    if save is not None and not as_json:
        text = f"saved; apply it with: tpa apply {shlex.quote(str(save))}"
        (errors if quiet else results()).print(cell(text), soft_wrap=True)


def apply(file: File, as_json: Json = False) -> None:
    """Applies a saved plan, unless the tenant, the stack or the files have changed since.

    Shows first what was approved. JSON: environment, applied, steps (how many resources each one
    touches).

    Examples:
        tpa apply approved.plan
        tpa apply approved.plan --json
    """
    # Read before the seal can be checked, since the seal's key may be the stack's own.
    name = str(read_content(file)["stack"])
    engine = start_engine(open_workspace(name))
    approved = Seal(plan_key(engine.environment())).open(file)
    check_target(approved, engine)
    if not as_json:
        show(results(), approved.proposal)
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
        options = ("--yes", "--skip-preview", "--plan", str(engine_plan))
        failed, _ = run_update(engine, "up", *options, quiet=as_json)
        if failed:
            raise typer.Exit(1)
    if as_json:
        steps = _steps(approved.engine_plan)
        typer.echo(json.dumps({"environment": name, "applied": True, "steps": steps}))
    else:
        typer.echo(f"{name}: applied as planned at {approved.made_at}")


def _plan(engine: Engine, save: Path | None, *, quiet: bool) -> tuple[EnginePlan, Proposal]:
    """What is saved depends on the tenant too. It is read before the preview, so that a change in
    between is noticed later.

    Raises:
        NoPlan: the preview failed.
    """
    if save is None:
        return preview(engine, engine.export(), quiet=quiet)
    workspace = engine.workspace
    files = file_hashes(workspace.root, workspace.name)
    live = live_fingerprint(engine)
    exported = engine.export()
    engine_plan, proposal = preview(engine, exported, quiet=quiet)
    made = Plan(
        format=FORMAT,
        stack=workspace.name,
        tenant=proposal.tenant,
        engine=str(engine_plan.get("manifest", {}).get("version", "")),
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        files=files,
        live=live,
        state=state_hash(exported),
        proposal=proposal,
        engine_plan=engine_plan,
    )
    seal = Seal(plan_key(engine.environment()))
    seal.close(made, save)
    if seal.kind == UNKEYED:
        say("the plan is sealed by a plain hash; set TPA_PLAN_KEY to detect forgery as well")
    return engine_plan, proposal


def check_target(approved: Plan, engine: Engine) -> None:
    """A plan names resources of one stack; another tenant behind the same name is another stack."""
    domain = domain_of(engine)
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


def _as_json(proposal: Proposal, engine_plan: EnginePlan, save: Path | None) -> dict[str, Any]:
    content = proposal.model_dump(mode="json", include={"environment", "changes", "resources"})
    file = None if save is None else str(save)
    return {**content, "file": file, "steps": _steps(engine_plan)}
