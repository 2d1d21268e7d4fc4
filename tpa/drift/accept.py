"""`tpa drift --accept`: what is live in the tenant is written into the files."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from auth0_third_party.model.application import PRIVATE_KEY_JWT
from tpa.comparison.differences import Difference, differences, how_to_adopt
from tpa.comparison.facts import (
    ALLOW,
    ERROR_PAGE,
    METADATA_DOCUMENTS,
    OFF,
    ON,
    RATE_LIMIT,
    REGISTRATION,
    REGISTRATION_MODE,
    looks_secret,
)
from tpa.comparison.locations import Location, dated_reason, stated_at
from tpa.drift.accept_grants import NotAcceptable, accept_grant
from tpa.drift.restore_steps import SECURITY_MODE
from tpa.engine.workspace import Workspace
from tpa.errors import TpaError
from tpa.files.catalog import Catalog, load_catalog
from tpa.files.definitions import Overlay
from tpa.files.editing import StagedFiles, Unwritable, staged
from tpa.files.layout import TENANT_FILE, application_file, environment_file, environment_names
from tpa.files.problems import CatalogError, Problem
from tpa.preflight.run import update_errors
from tpa.tenant.reading import EnvironmentStates
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say

NOT_ACCEPTED = {
    "tag": "the ownership tags say which stack manages the application; restore it",
    "security_mode": SECURITY_MODE,
    "keys": "Auth0 does not return public keys; ask the partner for the key",
}
POLICY, POLICY_REASON = "redirection_policy", "redirection_policy_reason"


def accept_differences(
    workspace: Workspace, seen: EnvironmentStates, chosen: Sequence[Difference]
) -> None:
    """Writes the live values into the files, all of them or none, and says what was written.

    Raises:
        CatalogError: the rules refuse the result; nothing was written.
        TpaError: a file was edited meanwhile, or can't be written.
    """
    with staged(workspace.root) as stage:
        refused = write_live_values(stage, seen.view, chosen)
        _check_result(stage, seen, {each.name for each in chosen} - refused.keys())
        lines = [*_written_lines(stage, workspace.name)]
        stage.save()
    for path, reason in refused.items():
        say(f"not accepted: {path}: {reason}")
    for line in lines:
        say(line)


def _written_lines(stage: StagedFiles, name: str) -> Iterator[str]:
    for file in stage.changed:
        others = ", ".join(each for each in _concerned(stage, file, name) if each != name)
        yield f"written: {file}{f' (also used by {others})' if others else ''}"


def _concerned(stage: StagedFiles, file: str, name: str) -> Iterable[str]:
    """The environments that a change of a file is for."""
    if file == environment_file(name):
        return ()
    before, after = stage.original(file), stage.data(file)
    live = {**(after.get("environments") or {})}
    if any(before.get(field) != after.get(field) for field in {*before, *after} - {"environments"}):
        return live or environment_names(stage.root)
    return ()


def _check_result(stage: StagedFiles, seen: EnvironmentStates, accepted: set[str]) -> None:
    """The staged files must keep the rules, and say what the tenant has."""
    name = seen.view.catalog.name
    try:
        catalog = load_catalog(stage.copy, name)
        check_other_environments(stage, name)
        _check_update(catalog, seen)
    except CatalogError as error:
        why = "the files can't declare what the tenant has there"
        fix = "--restore these, and --accept others by naming their paths"
        head = Problem(
            seen.view.catalog.file, 0, (), "--accept was refused", why, fix, rule="LIVE-08"
        )
        raise CatalogError([head, *error.problems]) from None
    after = differences(replace(seen.view, catalog=catalog), seen.last)
    remaining = [each.name for each in after if each.name in accepted]
    if remaining:
        raise TpaError(
            f"the files can't express these values, so nothing was written: {', '.join(remaining)}"
            "\n  fix: --restore them, and --accept others by naming their paths"
        )


def _check_update(catalog: Catalog, seen: EnvironmentStates) -> None:
    """What is live may be what no update may write, such as a scope that its API lacks.

    Raises:
        CatalogError: an update with these files would be refused, and one with the old would not.
    """
    held = seen.state.resources
    known = {
        (each.file, each.path, each.what)
        for each in update_errors(seen.view.catalog, seen.view, held)
    }
    found = update_errors(catalog, seen.view, held)
    new = [each for each in found if (each.file, each.path, each.what) not in known]
    if new:
        raise CatalogError(new)


def check_other_environments(stage: StagedFiles, name: str) -> None:
    """Files are shared: a value that is live here may break a rule in another environment.

    Raises:
        CatalogError: an environment that keeps the rules now would break one.
    """
    for other in environment_names(stage.root):
        if other != name and _keeps_rules(stage.root, other):
            load_catalog(stage.copy, other)


def _keeps_rules(root: Path, name: str) -> bool:
    try:
        load_catalog(root, name)
    except CatalogError:
        return False
    return True


def write_live_values(
    stage: StagedFiles, view: EnvironmentView, chosen: Iterable[Difference]
) -> dict[str, str]:
    """Writes the live values into the staged files; path -> why not, for those that can't be."""
    refused = {}
    for each in chosen:
        kind = str(each.path[0])
        try:
            WRITERS[kind](stage, view, each)
        except (NotAcceptable, Unwritable) as reason:
            refused[each.name] = str(reason)
    return refused


def _accept_application(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    _, key, *field = map(str, each.path)
    if not field:
        stage.remove(application_file(key), ("environments", view.catalog.name))
        return
    name = field[0]
    if name in NOT_ACCEPTED:
        raise NotAcceptable(NOT_ACCEPTED[name])
    if looks_secret(each.path, each.live):
        raise NotAcceptable("it looks like a secret, which must not be in a file; remove it there")
    if each.live == PRIVATE_KEY_JWT:
        raise NotAcceptable(NOT_ACCEPTED["keys"])
    file, path = _written_at(stage, view, each)
    if each.live is None:
        stage.remove(file, path)
    elif name == "rate_limit":
        stage.set(file, path, dict(each.live))
    elif name == POLICY:
        _set_redirection_policy(stage, file, str(each.live))
    else:
        if name == "refresh_token":
            _state_grant_types(stage, view, key)
        stage.set(file, path, list(each.live) if isinstance(each.live, tuple) else each.live)


def _written_at(stage: StagedFiles, view: EnvironmentView, each: Difference) -> Location:
    """Where it is stated; but what may differ never changes in other environments as well."""
    _, key, field, *_ = map(str, each.path)
    file, name = application_file(key), view.catalog.name
    shared = {name} != set(stage.data(file).get("environments") or {})
    if field in Overlay.model_fields and each.live is not None and shared:
        return Location(file, ("environments", name, field))
    return stated_at(view, each.path)


def _set_redirection_policy(stage: StagedFiles, file: str, live: str) -> None:
    """The safe policy is the default, and needs no reason."""
    if live == "allow_always":
        stage.set(file, (POLICY,), live)
        stage.set(file, (POLICY_REASON,), dated_reason("found live"))
        return
    for name in (POLICY, POLICY_REASON):
        if name in stage.data(file):
            stage.remove(file, (name,))


def _state_grant_types(stage: StagedFiles, view: EnvironmentView, key: str) -> None:
    """A new `refresh_token` block alone would also turn refresh tokens on."""
    file = application_file(key)
    stated = stage.data(file)
    if stated.get("refresh_token") is None and "grant_types" not in stated:
        application = view.catalog.applications[key]
        flows = application.flows
        stage.set(file, ("grant_types",), list(flows))


def _accept_agent(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    stage.remove(*stated_at(view, each.path))


def _accept_connection(_stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """Whether a connection is promoted follows from the applications that name it."""
    name = each.path[1]
    if each.live is None:
        users = sorted(key for key, user in view.declared.items() if name in user.connections)
        raise NotAcceptable(f"take it out of the connections of {', '.join(users)}")
    raise NotAcceptable("name it in the connections of an application that signs users in with it")


def _accept_setting(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """A setting that is off or unset is no longer stated."""
    _, name, *field = map(str, each.path)
    if each.path == METADATA_DOCUMENTS and each.live == ON:
        raise NotAcceptable("no agent is in the files: tpa adopt, or switch it off in the tenant")
    if each.path == METADATA_DOCUMENTS:
        raise NotAcceptable("live agents need it; restore it, or take the agents out of the files")
    if each.path == REGISTRATION_MODE:
        if name in stage.data(TENANT_FILE):  # else registration itself was accepted as off
            stage.set(TENANT_FILE, (name, *field), each.live)
    elif each.path[:2] == ERROR_PAGE:
        _set_error_page(stage, view, field[0], each.live)
    elif each.live in (None, OFF):
        stage.remove(TENANT_FILE, (name,))
    elif each.path == REGISTRATION:
        mode = (view.tenant.settings or {}).get(
            "dynamic_client_registration_security_mode"
        ) or "strict"
        stage.set(TENANT_FILE, (name,), {"security_mode": str(mode)})
    elif each.path == RATE_LIMIT:
        stage.set(TENANT_FILE, (name,), dict(each.live))
    else:
        raise NotAcceptable(f"change {name} in {TENANT_FILE} by hand")


def _set_error_page(stage: StagedFiles, view: EnvironmentView, field: str, live: object) -> None:
    """Without html and without a URL there is no error page."""
    page = (view.tenant.settings or {}).get("error_page") or {}
    stated = stage.data(TENANT_FILE).get("error_page") or {}
    if not (page.get("html") or page.get("url")):
        if stated:
            stage.remove(TENANT_FILE, ("error_page",))
    elif live != "":
        stage.set(TENANT_FILE, ("error_page", field), live)
    elif field in stated:
        stage.remove(TENANT_FILE, ("error_page", field))


def _accept_organization(stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    """Whether it admits third parties, or a connection that its members no longer sign in with.
    An additional connection is never a difference.
    """
    _, name, what, *rest = map(str, each.path)
    if each.live is None and what == "third_parties":
        raise NotAcceptable("the tenant has no such organization any more; remove it by hand")
    file = view.catalog.file
    for key, organization in view.catalog.environment.organizations.items():
        if organization.name != name:
            continue
        if what == "third_parties":
            stage.set(file, ("organizations", key, "admits_third_parties"), each.live == ALLOW)
            continue
        stated = stage.data(file)["organizations"][key].get("connections") or []
        connections = view.catalog.environment.connections
        names = [connections.get(connection, connection) for connection in stated]
        if rest[0] in names:
            stage.remove(file, ("organizations", key, "connections", names.index(rest[0])))


def _accept_unmanaged(_stage: StagedFiles, view: EnvironmentView, each: Difference) -> None:
    raise NotAcceptable(how_to_adopt(view, each.path))


WRITERS: Mapping[str, Callable[[StagedFiles, EnvironmentView, Difference], None]] = {
    "applications": _accept_application,
    "agents": _accept_agent,
    "grants": accept_grant,
    "default_permissions": accept_grant,
    "connections": _accept_connection,
    "tenant": _accept_setting,
    "organizations": _accept_organization,
    "unmanaged": _accept_unmanaged,
}
