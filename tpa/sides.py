"""`tpa drift --accept`: what is live is written into the files."""

from collections.abc import Sequence
from dataclasses import replace

from catalog import CatalogError, Problem, load_catalog
from catalog.staging import Moved, Stage, staged
from survey.accepting import accept
from survey.drift import Difference, differences
from tpa.errors import TpaError
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
    after = replace(seen.view, catalog=catalog)
    still = [each for each in differences(after, seen.last) if each.path in wanted]
    if still:
        paths = ", ".join(each.path for each in still)
        raise TpaError(f"these can't be written into files as they are, and nothing was: {paths}")
