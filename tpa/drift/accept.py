"""Live differences written into the files: what is live becomes what is declared."""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from tpa.drift.accept_grants import Unexpressible, accept_default, accept_grant, reason_of
from tpa.drift.differences import Difference, facet_path
from tpa.drift.shared_facts import (
    ALLOW,
    DOCUMENTS,
    ERROR_PAGE,
    OFF,
    RATE_LIMIT,
    REGISTRATION_MODE,
    limit_of,
)
from tpa.files.editing.editor import Unwritable
from tpa.files.editing.staging import Stage
from tpa.files.sources import TENANT_FILE, application_file, read_environments
from tpa.tenant.facets import KEYS
from tpa.tenant.redaction import looks_secret
from tpa.tenant.view import EnvironmentView


def accept_tenant(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    """A setting; what is off, or is not there, is not stated any more."""
    _, name, *part = each.path.split("/")
    if each.path == DOCUMENTS:
        raise Unexpressible("agents that are live need it; restore it, or take the agents out")
    if each.path == REGISTRATION_MODE:
        if name in stage.data(TENANT_FILE):  # else registration itself was accepted as off
            stage.set(TENANT_FILE, (name, *part), each.live)
    elif each.path.startswith(f"{ERROR_PAGE}/"):
        _error_page(stage, view, part[0], each.live)
    elif each.live in (None, OFF):
        stage.remove(TENANT_FILE, (name,))
    elif each.path == RATE_LIMIT:
        stage.set(TENANT_FILE, (name,), limit_of(str(each.live)))
    else:
        raise Unexpressible(f"change {name} in {TENANT_FILE} by hand")


def _error_page(stage: Stage, view: EnvironmentView, part: str, live: object) -> None:
    """A page without html and without an address is none."""
    settings = (view.snapshot.settings if view.snapshot else None) or {}
    page = settings.get("error_page") or {}
    stated = stage.data(TENANT_FILE).get("error_page") or {}
    if not (page.get("html") or page.get("url")):
        if stated:
            stage.remove(TENANT_FILE, ("error_page",))
    elif live != "":
        stage.set(TENANT_FILE, ("error_page", part), live)
    elif part in stated:
        stage.remove(TENANT_FILE, ("error_page", part))


def accept_organization(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    """Whether it admits third parties, or how its members sign in."""
    _, name, what, *rest = each.path.split("/")
    if each.live is None and what == "third_parties":
        raise Unexpressible("the tenant has no such organization any more; take it out by hand")
    for key, organization in view.catalog.environment.organizations.items():
        if organization.name == name and what == "third_parties":
            path = ("organizations", key, "admits_third_parties")
            stage.set(view.catalog.file, path, each.live == ALLOW)
        elif organization.name == name:
            _unlink(stage, view, (key, rest[0]))


def _unlink(stage: Stage, view: EnvironmentView, link: tuple[str, str]) -> None:
    """A connection that its members don't sign in by any more; one too many is never told of."""
    (key, connection), file = link, view.catalog.file
    stated = stage.data(file)["organizations"][key].get("connections") or []
    names = [view.catalog.environment.connections.get(each, each) for each in stated]
    if connection in names:
        stage.remove(file, ("organizations", key, "connections", names.index(connection)))


OVERLAY = ("callbacks", "allowed_origins", "web_origins")
FIXED = {
    "tag": "the tag says whose the application is; restore it",
    "security_mode": "Auth0 fixes it when an application is made; tpa twin plans a way",
    "keys": "Auth0 gives no public key out; ask the partner for it",
}
POLICY, POLICY_REASON = "redirection_policy", "redirection_policy_reason"


def accept(stage: Stage, view: EnvironmentView, chosen: Iterable[Difference]) -> dict[str, str]:
    """Writes the live side into the staged files; path -> why not, for those that can't be."""
    left = {}
    for each in chosen:
        kind = each.path.partition("/")[0]
        try:
            WRITERS[kind](stage, view, each)
        except (Unexpressible, Unwritable) as reason:
            left[each.path] = str(reason)
    return left


def _application(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    _, key, *rest = each.path.split("/", 2)
    if not rest:
        stage.remove(view.catalog.file, ("applications", key))
        return
    name = unquote(rest[0])
    if name in FIXED:
        raise Unexpressible(FIXED[name])
    if looks_secret(name, each.live):
        raise Unexpressible("it looks like a secret, and files keep none; take it away there")
    if each.live == KEYS:
        raise Unexpressible(FIXED["keys"])
    file, path = _place(stage, view, key, name)
    if each.live is None:
        stage.remove(file, path)
    elif name == "rate_limit":
        stage.set(file, path, limit_of(str(each.live)))
    elif name == POLICY:
        _policy(stage, file, str(each.live))
    else:
        if name.startswith("refresh_token."):
            _keep_flows(stage, view, key)
        stage.set(file, path, list(each.live) if isinstance(each.live, tuple) else each.live)


def _place(stage: Stage, view: EnvironmentView, key: str, name: str) -> tuple[str, tuple[str, ...]]:
    """The environment's own file where it may say so, and others would get it too otherwise."""
    file = view.catalog.file
    if name in OVERLAY:
        stated = (stage.data(file)["applications"] or {}).get(key) or {}
        environments = read_environments(stage.copy)
        shared = any(
            key in e.applications for n, e in environments.items() if n != view.catalog.name
        )
        if name in stated or shared:
            return file, ("applications", key, name)
    return application_file(key), facet_path(name)


def _policy(stage: Stage, file: str, live: str) -> None:
    """The safe one is the default, and needs no reason."""
    if live == "allow_always":
        stage.set(file, (POLICY,), live)
        stage.set(file, (POLICY_REASON,), reason_of("found live"))
        return
    for name in (POLICY, POLICY_REASON):
        if name in stage.data(file):
            stage.remove(file, (name,))


def _keep_flows(stage: Stage, view: EnvironmentView, key: str) -> None:
    """The block alone would ask for refresh tokens."""
    file = application_file(key)
    stated = stage.data(file)
    if stated.get("refresh_token") is None and "grant_types" not in stated:
        application = view.catalog.applications[key]
        flows = application.flows(application.subject_types)
        stage.set(file, ("grant_types",), list(flows))


def _agent(stage: Stage, view: EnvironmentView, each: Difference) -> None:
    key = each.path.partition("/")[2]
    agents = stage.data(view.catalog.file).get("agents") or []
    stage.remove(view.catalog.file, ("agents", agents.index(key)))


def _connection(_stage: Stage, view: EnvironmentView, each: Difference) -> None:
    name = each.path.partition("/")[2]
    if each.live is None:
        users = sorted(key for key, user in view.declared.items() if name in user.connections)
        raise Unexpressible(f"take it out of the connections of {', '.join(users)}")
    raise Unexpressible("name it in the connections of an application that signs users in with it")


WRITERS: Mapping[str, Callable[[Stage, EnvironmentView, Difference], None]] = {
    "applications": _application,
    "agents": _agent,
    "grants": accept_grant,
    "default_permissions": accept_default,
    "connections": _connection,
    "tenant": accept_tenant,
    "organizations": accept_organization,
}
