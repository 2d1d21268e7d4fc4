"""`tpa adopt`: from a tenant to files on a stage, and from there into the project and the stack."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from auth0_third_party.management import ManagementClient
from tpa.adopt.candidates import Adoption, Found
from tpa.adopt.definitions import Owner
from tpa.adopt.files import adopt
from tpa.adopt.imports import previewed, take_over, unwanted
from tpa.adopt.unmanaged import beside, read_unmanaged
from tpa.engine.pulumi import Engine
from tpa.engine.session import open_management, open_workspace
from tpa.engine.stack_export import stack_state
from tpa.engine.workspace import Workspace
from tpa.environments.difference import definition_changes
from tpa.environments.record import Record
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.editing.editor import Unwritable
from tpa.files.editing.staging import Moved, Stage, staged
from tpa.preflight.context import PreflightContext
from tpa.preflight.run import find_imports
from tpa.tenant.organization_links import OrganizationLinks
from tpa.tenant.reading import keys_in_state, read_environment, stack_tag
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say
from tpa.terminal.progress import progress

NEEDED = ("applications", "grants", "connections", "APIs")
"""What has to be seen whole before anything is adopted."""


def made_up(
    workspace: Workspace, stage: Stage, owner: Owner, only: Sequence[str]
) -> tuple[EnvironmentView, Adoption]:
    """What there is to adopt, written into the stage.

    Raises:
        TpaError: the tenant can't be read whole, or a file has a form that no program can edit.
    """
    catalog, state = workspace.catalog, stack_state(workspace)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(workspace.root, catalog, shown.wait) as client,
    ):
        view = read_environment(
            client, catalog, stack_tag(catalog), keys_in_state(state.resources), limits=True
        )
        blind = [what for what in NEEDED if what in view.unknown_reasons]
        if blind:
            raise TpaError(_unseen(view, blind))
        check_names(view, only)
        places = organizations_of(client, view)
        unmanaged = read_unmanaged(client)
        shown.update("writing files")
        record = state.record(catalog.name)
        try:
            fresh = not record.definitions
            made = adopt(stage, Found(view, places, owner, tuple(only), fresh, state.resources))
        except Unwritable as error:
            raise TpaError(f"{error}; nothing was written") from None
        made.unapplied = unapplied(catalog, record)
        made.beside = dict(beside(view, made, unmanaged))
        if view.snapshot is not None:
            seen = PreflightContext(
                catalog, view.domain, view.snapshot, view.stack, state.resources
            )
            made.pending = tuple(name for _, name in find_imports(seen))
        return linked(view, places), made


def unapplied(catalog: Catalog, record: Record) -> tuple[str, ...]:
    """Definitions that differ from what the stack applied; not those that a cut-off run left."""
    own = catalog.record
    keys = (own.definitions.keys() | record.definitions.keys()) - catalog.environment.adopt.keys()
    return tuple(key for key in sorted(keys) if any(definition_changes(key, record, own)))


def check_names(view: EnvironmentView, only: Sequence[str]) -> None:
    """Each name stands for one application that is in no file.

    Raises:
        TpaError: for none, or for several.
    """
    ids = {client.id for client in view.unmanaged}
    names = Counter(client.name for client in view.unmanaged)
    for name in only:
        if name in ids:
            continue
        if names[name] > 1:
            twins = ", ".join(client.id for client in view.unmanaged if client.name == name)
            raise TpaError(f"{names[name]} applications are called '{name}'; give an id: {twins}")
        if not names[name]:
            raise TpaError(
                f"there is no third-party application '{name}' outside of the files; tpa access -e"
                f" {view.catalog.name} --live lists them"
            )


def organizations_of(client: ManagementClient, view: EnvironmentView) -> dict[str, tuple[str, ...]]:
    """Where grants of applications themselves are good; one call for each that may be anywhere.

    Raises:
        TpaError: nobody can say what these organizations admit.
    """
    found = {}
    for grants in view.grants.values():
        for grant in grants:
            if grant.client_id and grant.organization_usage == "allow":
                items = client.pages(f"/client-grants/{grant.id}/organizations", "organizations")
                found[grant.id] = tuple(str(item["name"]) for item in items)
    if any(found.values()) and "organizations" in view.unknown_reasons:
        raise TpaError(f"grants are good in organizations; {_unseen(view, ['organizations'])}")
    return found


def _unseen(view: EnvironmentView, blind: Sequence[str]) -> str:
    """What keeps an adoption from beginning: nothing is guessed."""
    reasons = "; ".join(f"{what}: {view.unknown_reasons[what]}" for what in blind)
    return (
        f"what can't be seen can't be adopted, and nothing was written: {reasons}\n"
        f"  fix: tpa scopes -e {view.catalog.name} --read-only lists what the token needs"
    )


def linked(view: EnvironmentView, places: Mapping[str, tuple[str, ...]]) -> EnvironmentView:
    """The view with the links of grants to organizations that no file named."""
    links = dict(view.links)
    for grant, names in places.items():
        for name in names:
            known = links.get(name, OrganizationLinks())
            links[name] = replace(known, grants=(known.grants or frozenset()) | {grant})
    return replace(view, links=links)


def take(
    workspace: Workspace, engine: Engine, stage: Stage, view: EnvironmentView, *, quiet: bool
) -> None:
    """Files, preview, import, preview; files go back unless the preview shows a pure take-over.

    Raises:
        TpaError: it would be more than that, or the engine failed.
    """
    try:
        _keep(stage)
        lines = open_workspace(workspace.name).catalog.environment.adopt
        with progress("previewing the take-over"):
            more = list(unwanted(previewed(engine), view, lines))
    except BaseException:  # Ctrl-C among them: nothing has been taken over yet
        stage.undo()
        raise
    if more:
        stage.undo()
        raise TpaError(
            "the take-over would be more than that, so no file was written:\n  "
            + "\n  ".join(more)
            + f"\n  fix: apply what the files say already, make up ENV={workspace.name}, or take it"
            " out of them; then run this again"
        )
    take_over(engine, quiet=quiet)
    _forget_lines(workspace.root, workspace.catalog.file)
    if engine.run("preview", "--expect-no-changes", quiet=quiet):
        raise TpaError(
            "taken over, and the preview above shows changes: look at them before you update"
        )
    say(f"{workspace.name}: taken over; tpa check -e {workspace.name} lists what lacks an owner")


def _keep(stage: Stage) -> None:
    try:
        stage.keep()
    except Moved as error:
        raise TpaError(str(error)) from None
    except OSError as error:
        raise TpaError(
            f"{error.filename} can't be written: {error.strerror}; the files are as they were\n"
            "  fix: make room or give yourself the right to write there, then run this again"
        ) from None


def _forget_lines(root: Path, file: str) -> None:
    """The lines of `adopt` have done their work."""
    with staged(root) as stage:
        if "adopt" in stage.data(file):
            stage.remove(file, ("adopt",))
            stage.keep()
