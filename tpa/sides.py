"""`tpa drift --accept` and `--restore`: one side of each difference is made the other's."""

from collections.abc import Sequence

import typer

from catalog import CatalogError, Problem, load_catalog
from catalog.staging import Moved, Stage, staged
from management import NotFound
from survey.accepting import accept
from survey.drift import Difference, differences
from survey.restoring import Restoration, restoration
from survey.view import View
from tpa.errors import TpaError
from tpa.progress import progress
from tpa.session import open_management, start_engine
from tpa.surveying import Surveyed
from tpa.terminal import say
from tpa.workspace import Workspace


def into_files(workspace: Workspace, seen: Surveyed, chosen: Sequence[Difference]) -> list[str]:
    """Writes what is live into the files; the files that were written.

    Raises:
        CatalogError: the rules refuse the result; nothing was written.
        TpaError: somebody edits the files right now.
    """
    with staged(workspace.root) as stage:
        left = accept(stage, seen.view, chosen)
        wanted = {each.path for each in chosen} - left.keys()
        _check(stage, seen, wanted)
        try:
            written = stage.keep()
        except Moved as error:
            raise TpaError(str(error)) from None
    for path, reason in left.items():
        say(f"not accepted: {path}: {reason}")
    return list(written)


def _check(stage: Stage, seen: Surveyed, wanted: set[str]) -> None:
    """What was accepted must keep the rules, and must be no difference any more."""
    name = seen.view.catalog.name
    try:
        catalog = load_catalog(stage.copy, name)
    except CatalogError as error:
        why = "what is live there keeps no rule of ours, so it can't be declared"
        head = Problem(f"stacks/{name}.yaml", 0, "", "--accept was refused", why, "--restore it")
        raise CatalogError([head, *error.problems]) from None
    after = View(catalog, seen.view.stack, seen.view.domain, seen.view.snapshot, seen.view.held)
    still = [each for each in differences(after, seen.last) if each.path in wanted]
    if still:
        paths = ", ".join(each.path for each in still)
        raise TpaError(f"these can't be written into files as they are, and nothing was: {paths}")


def into_tenant(
    workspace: Workspace, seen: Surveyed, chosen: Sequence[Difference], *, yes: bool
) -> None:
    """Makes the tenant like the files, through the engine where its state holds the resource.

    Raises:
        TpaError: the person said no.
        typer.Exit: the engine failed.
    """
    plan = restoration(seen.view, seen.state.holdings, chosen)
    for path, reason in plan.left.items():
        say(f"left as it is: {path}: {reason}")
    _confirm(workspace, plan, yes=yes)
    if plan.grants:
        _delete(workspace, plan)
    if plan.targets:
        engine = start_engine(workspace)
        targets = [word for urn in plan.targets for word in ("--target", urn)]
        known = ["--yes", "--skip-preview"] if workspace.embedded or yes else []
        if engine.run("up", "--refresh", "--suppress-outputs", *targets, *known, quiet=True):
            raise typer.Exit(1)


def _confirm(workspace: Workspace, plan: Restoration, *, yes: bool) -> None:
    """What can't be taken back is named, and asked for."""
    for key in plan.reborn:
        say(f"{key} was deleted there: it is made anew, with another client id and secret")
    for grant, path in plan.grants.items():
        say(f"deletes {grant}, which no file states ({path})")
    asks = (plan.reborn or plan.grants) and not (workspace.embedded or yes)
    if asks and not typer.confirm(f"change the tenant of {workspace.name}?", err=True):
        raise TpaError("nothing was changed")


def _delete(workspace: Workspace, plan: Restoration) -> None:
    with (
        progress(f"deleting {len(plan.grants)} grants") as shown,
        open_management(workspace.root, workspace.catalog, shown.wait) as client,
    ):
        for grant in plan.grants:
            try:
                client.delete(f"/client-grants/{grant}")
            except NotFound:
                continue
