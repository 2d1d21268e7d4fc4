"""A tenant becomes files: it is read, and what can be adopted is written into a staged copy."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from auth0_third_party.management import ManagementClient
from tpa.adopt.candidates import Adoption, AdoptionInput, find_candidates
from tpa.adopt.checks import reasons_to_leave_out
from tpa.adopt.definitions import (
    agent_content,
    application_content,
    environment_content,
    grant_content,
    rate_limit_content,
    read_unmanaged,
    unmanaged,
)
from tpa.comparison.locations import api_scopes, dated_reason, ensure_api, free_key
from tpa.engine.session import open_management
from tpa.engine.workspace import Workspace, read_stack_state
from tpa.environments.difference import Records
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.editing import StagedFiles, Unwritable
from tpa.files.layout import APIS_FILE, agent_file, application_file
from tpa.files.record import DEFAULTS, Identity, Record
from tpa.preflight.context import PreflightContext
from tpa.preflight.run import run_checks
from tpa.tenant.objects import Grant
from tpa.tenant.reading import read_environment, stack_tag
from tpa.tenant.snapshot import OrganizationLinks
from tpa.tenant.view import EnvironmentView
from tpa.terminal.progress import progress

REQUIRED = ("applications", "grants", "connections", "APIs")
"""What has to be read completely before anything is adopted."""


def prepare_adoption(
    workspace: Workspace, stage: StagedFiles, only: Sequence[str], organization: str, contact: str
) -> tuple[EnvironmentView, Adoption]:
    """Reads the tenant, and writes the files of what can be adopted into the stage.

    Raises:
        TpaError: the tenant can't be read completely, a name is not clear, or a file has a form
            that can't be edited.
        CatalogError: the files have problems of their own.
    """
    catalog, state = workspace.catalog, read_stack_state(workspace)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(workspace.root, catalog, shown.wait) as client,
    ):
        view = read_environment(
            client, catalog, stack_tag(catalog), state.resources.client_keys, limits=True
        )
        unknown = [what for what in REQUIRED if what in view.unknown_reasons]
        if unknown:
            raise TpaError(_unknown_message(view, unknown))
        check_names(view, only)
        excluded = view.excluded
        view = with_grant_links(client, without_excluded(view))
        properties = read_unmanaged(client)
        shown.update("writing files")
        record = state.record(catalog.name)
        source = AdoptionInput(
            view,
            tuple(only),
            organization,
            contact,
            first_update=not record.definitions,
            resources=state.resources,
        )
        try:
            adoption = stage_files(stage, source)
        except Unwritable as error:
            raise TpaError(f"{error}; nothing was written") from None
        adoption.excluded = excluded
        adoption.unapplied = _unapplied(catalog, record)
        adoption.unmanaged = dict(unmanaged(view, adoption, properties))
        inspection = PreflightContext(
            catalog, view.domain, view.tenant, view.stack, state.resources
        )
        adoption.pending = tuple(name for _, name in run_checks(inspection)[1])
        return view, adoption


def check_names(view: EnvironmentView, only: Sequence[str]) -> None:
    """Each name must be that of one application that is in no file.

    Raises:
        TpaError: of none, or of several.
    """
    ids = {client.id for client in view.unmanaged}
    names = Counter(client.name for client in view.unmanaged)
    for name in only:
        if name in ids:
            continue
        if names[name] > 1:
            found = ", ".join(client.id for client in view.unmanaged if client.name == name)
            raise TpaError(
                f"{names[name]} applications have the name '{name}'; give an id: {found}"
            )
        if not names[name]:
            raise TpaError(
                f"there is no third-party application '{name}' outside of the files; tpa access -e"
                f" {view.catalog.name} --live lists them"
            )


def without_excluded(view: EnvironmentView) -> EnvironmentView:
    """The view without grants on APIs that another team manages."""
    grants = tuple(each for each in view.tenant.grants if not view.excludes_grant(each))
    return replace(view, snapshot=replace(view.tenant, grants=grants))


def with_grant_links(client: ManagementClient, view: EnvironmentView) -> EnvironmentView:
    """The view with the organizations in which grants are usable, those that no file names too;
    one request per grant that allows any.

    Raises:
        TpaError: what these organizations admit could not be read.
    """
    links = dict(view.links)
    for grant in (each for grants in view.grants.values() for each in grants):
        if not grant.client_id or grant.organization_usage != "allow":
            continue
        for item in client.pages(f"/client-grants/{grant.id}/organizations", "organizations"):
            known = links.get(str(item["name"]), OrganizationLinks())
            linked = (known.grants or frozenset()) | {grant.id}
            links[str(item["name"])] = replace(known, grants=linked)
            if "organizations" in view.unknown_reasons:
                unknown = _unknown_message(view, ["organizations"])
                raise TpaError(f"grants are usable in organizations; {unknown}")
    return replace(view, links=links)


def _unknown_message(view: EnvironmentView, unknown: Sequence[str]) -> str:
    reasons = "; ".join(f"{what}: {view.unknown_reasons[what]}" for what in unknown)
    return (
        f"what can't be read can't be adopted, and nothing was written: {reasons}\n"
        f"  fix: tpa scopes -e {view.catalog.name} --read-only lists what the token needs"
    )


def _unapplied(catalog: Catalog, record: Record) -> tuple[str, ...]:
    """Definitions that differ from what the stack applied, except what an interrupted run wrote."""
    records, adopted = Records(record, catalog.record), catalog.environment.adopt
    differing = catalog.record.differing_definitions(record)
    own = (each for each in differing if each.key not in adopted)
    return tuple(str(each) for each in own if any(records.changes_of(each)))


def stage_files(stage: StagedFiles, source: AdoptionInput) -> Adoption:
    """Writes the files of everything that can be adopted into the stage.

    Raises:
        CatalogError: the files have problems of their own.
        Unwritable: a file has a form that can't be edited.
    """
    adoption = find_candidates(stage, source)
    while True:
        _write_files(stage, source, adoption)
        reasons = reasons_to_leave_out(stage, source, adoption)
        if not reasons:
            return adoption
        adoption = adoption.without(reasons)
        stage.reset()


def _write_files(stage: StagedFiles, source: AdoptionInput, adoption: Adoption) -> None:
    """New files, and new lines in existing ones. Sets `adoption.connections`."""
    view = source.view
    adoption.connections = _promoted_connections(stage, view)
    if not any(candidate.signs_users_in for candidate in adoption.candidates):
        why = "no adopted application signs users in, so none names it"
        adoption.left_out |= {
            f"promoted connection {name}": why for name in adoption.connections.values()
        }
        adoption.connections = {}
    apis = _write_apis(stage, source, adoption)
    if adoption.connections:
        stage.merge(view.catalog.file, ("connections",), adoption.connections)
    names = stage.data(view.catalog.file).get("connections") or {}
    connections = [key for key, name in names.items() if name in view.promoted_connections]
    for each in adoption.candidates:
        live = view.grants.get(each.client.id, ())
        usable_in = [_organizations(stage, source, grant) for grant in live]
        here = environment_content(each.client)
        if each.file_exists:
            stage.set(each.file, ("environments", view.catalog.name), here)
            continue
        pairs = zip(live, usable_in, strict=True)
        grants = [grant_content(apis[grant.audience], grant, keys) for grant, keys in pairs]
        owner = source.owner(each.client)
        if each.agent:
            content = agent_content(each.client, owner, grants, connections)
        else:
            limit = rate_limit_content(view, each.client)
            content = application_content(each.client, owner, grants, connections, limit)
        stage.write_new(each.file, {**content, "environments": {view.catalog.name: here}})
    for default in adoption.default_permissions:
        entry = grant_content(apis[default.audience], default, [])
        stage.append(APIS_FILE, ("default_permissions",), entry)
    for key, grant in adoption.grants:
        file = application_file(key) if key in view.catalog.applications else agent_file(key)
        entry = grant_content(apis[grant.audience], grant, _organizations(stage, source, grant))
        stage.append(file, ("grants",), entry)
    _write_environment(stage, source, adoption)


def _write_environment(stage: StagedFiles, source: AdoptionInput, adoption: Adoption) -> None:
    """The client ids of applications, and why no earlier environment has what is adopted."""
    view, file = source.view, source.view.catalog.file
    applications = [each for each in adoption.candidates if not each.agent]
    agents = [each.key for each in adoption.candidates if each.agent]
    if applications:
        stage.merge(file, ("adopt",), {each.key: each.client.id for each in applications})
    if view.catalog.environment.advances_from is None or not adoption.changes_files:
        return
    keys = [*(each.key for each in applications), *agents, *(key for key, _ in adoption.grants)]
    known = {*view.catalog.agents, *agents}
    ahead = [Identity(key, "agent" if key in known else "application") for key in keys]
    ahead += [DEFAULTS] if adoption.default_permissions or source.first_update else []
    stated = stage.data(file).get("advance_anyway") or {}
    reason = dated_reason("was live before it was in files")
    more = {text: reason for text in map(str, ahead) if text not in stated}
    if more:
        stage.merge(file, ("advance_anyway",), more)


def _write_apis(stage: StagedFiles, source: AdoptionInput, adoption: Adoption) -> dict[str, str]:
    """Audience -> key of each API on which something is granted, with all scopes granted."""
    view = source.view
    grants = list(adoption.all_grants)
    for each in adoption.candidates:
        grants += [] if each.file_exists else view.grants.get(each.client.id, [])
    scopes: dict[str, dict[str, None]] = {}
    for grant in grants:
        every = api_scopes(view, grant.audience) if grant.all_scopes else ()
        scopes.setdefault(grant.audience, {}).update(dict.fromkeys((*grant.scopes, *every)))
    return {
        audience: ensure_api(stage, view, audience, list(granted))
        for audience, granted in scopes.items()
    }


def _organizations(stage: StagedFiles, source: AdoptionInput, grant: Grant) -> list[str]:
    """Keys of the organizations in which a grant is usable; missing ones are added."""
    file, keys = source.view.catalog.file, []
    for name in source.view.organizations_of(grant):
        known = stage.data(file).get("organizations") or {}
        key = next((k for k, organization in known.items() if organization["name"] == name), None)
        if key is None:
            key = free_key(name, known)
            admits = name in source.view.admitting_organizations
            stated = {"name": name} | ({} if admits else {"admits_third_parties": False})
            stage.merge(file, ("organizations",), {key: stated})
        keys.append(str(key))
    return keys


def _promoted_connections(stage: StagedFiles, view: EnvironmentView) -> dict[str, str]:
    """Key -> name of promoted connections that the environment's file does not name."""
    known = stage.data(view.catalog.file).get("connections") or {}
    found: dict[str, str] = {}
    for name in view.promoted_connections:
        if name not in known.values() and not view.excludes(("connections", name)):
            found[free_key(name, {*known, *found})] = name
    return found
