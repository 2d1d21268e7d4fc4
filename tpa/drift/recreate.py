"""The engine's part of `tpa drift --restore`: what was deleted outside is made anew."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tpa.drift.differences import differences
from tpa.drift.reading import EnvironmentStates, read_states
from tpa.drift.restore_plan import Restoration
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management
from tpa.engine.stack_export import stack_state
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.preflight.run import run_preflight
from tpa.tenant.reading import stack_tag
from tpa.tenant.snapshot import TenantSnapshot
from tpa.terminal.output import say
from tpa.terminal.progress import progress


def check_update(workspace: Workspace, seen: EnvironmentStates, plan: Restoration) -> None:
    """Looks, before the first write, for what the update would be refused for after it.

    Raises:
        TpaError: it would be; nothing was changed.
    """
    catalog, state = workspace.catalog, seen.state
    with (
        progress(f"looking at the tenant of {workspace.name}") as shown,
        open_management(workspace.root, catalog, shown.wait) as client,
    ):
        look = run_preflight(
            client,
            catalog,
            stack_tag(catalog),
            state.outputs,
            state.resources,
            updating=True,
            documents=True,
            snapshot=_without_bent(seen.view.snapshot, plan),
        )
    errors = [str(each) for each in look.problems if each.severity == "error"]
    if errors:
        raise TpaError(
            "nothing was changed: the engine's part takes an update, which would be refused:\n"
            + "\n".join(errors)
            + "\n  fix: mend that, then run this again; or name what takes no engine: tpa drift"
            f" -e {workspace.name} --restore PATH"
        )


def make_anew(engine: Engine, plan: Restoration) -> bool:
    """What is gone, by the engine: first what it can see for itself is gone."""
    done = True
    if plan.refreshed:
        done = _up(engine, "--refresh", *_targets("--target", plan.refreshed))
    if plan.replaced and done:
        for urn in plan.replaced:  # protection forbids to replace what is gone anyway
            engine.capture("state", "unprotect", urn, "--yes")
        words = _targets("--target", plan.replaced) + _targets("--replace", plan.replaced)
        done = _up(engine, *words)
    return done


def tell_rest(workspace: Workspace, seen: EnvironmentStates, paths: Iterable[str]) -> None:
    """The account of a run in which the engine failed: what of these differences is left, and
    what the part of it that was made lacks.
    """
    asked = set(paths)
    known = {each.path for each in differences(seen.view, seen.last)} - asked
    now = read_states(workspace.root, workspace.catalog, stack_state(workspace))
    found = [each.path for each in differences(now.view, now.last) if each.counts]
    rest = [path for path in found if path not in known]
    say(
        "the engine stopped; its message is above"
        f"\n  restored before that: {', '.join(sorted(asked - set(found))) or 'nothing'}"
        f"\n  not restored: {', '.join(rest) or 'nothing'}"
        f"\n  fix: mend what it says; then run it again, or make up ENV={workspace.name} for what"
        " the stack does not hold any more"
    )


def name_in(urn: str) -> str:
    return urn.rpartition("::")[2]


def _without_bent(seen: TenantSnapshot | None, plan: Restoration) -> TenantSnapshot | None:
    """The tenant without grants and rate limits that the plan's own requests set back."""
    if seen is None:
        return None
    touched = {write.path.rpartition("/")[2] for write in plan.writes}
    grants = tuple(each for each in seen.grants if each.id not in touched)
    limits = {key: each for key, each in seen.rate_limits.items() if each.id not in touched}
    return replace(seen, grants=grants, rate_limits=limits)


def _up(engine: Engine, *words: str) -> bool:
    known = ("--yes", "--skip-preview", "--suppress-outputs")
    return engine.run("up", *known, *words, quiet=True) == 0


def _targets(word: str, urns: Sequence[str]) -> list[str]:
    return [part for urn in urns for part in (word, urn)]
