"""Live differences written into the files: what is live becomes what is declared.

Whether the result is what was meant is for the rules and a second comparison to say; here each
difference finds its place in a file, or the reason why it has none.
"""

from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from catalog.discretion import looks_secret
from catalog.facets import KEYS
from catalog.sources import application_file, read_environments
from catalog.staging import Stage
from catalog.writing import Unwritable
from survey.accepting_grants import accept_default, accept_grant
from survey.accepting_shared import accept_organization, accept_tenant
from survey.drift import Difference
from survey.lines import facet_path
from survey.shared_facts import limit_of
from survey.unexpressible import Unexpressible, reason_of
from survey.view import View

OVERLAY = ("callbacks", "allowed_origins", "web_origins")
FIXED = {
    "mark": "the mark says whose the application is; restore it",
    "security_mode": "Auth0 fixes it when an application is made; tpa twin plans a way",
    "keys": "Auth0 gives no public key out; ask the partner for it",
}
POLICY, POLICY_REASON = "redirection_policy", "redirection_policy_reason"


def accept(stage: Stage, view: View, chosen: Iterable[Difference]) -> dict[str, str]:
    """Writes the live side into the staged files; path -> why not, for those that can't be."""
    left = {}
    for each in chosen:
        kind = each.path.partition("/")[0]
        try:
            WRITERS[kind](stage, view, each)
        except (Unexpressible, Unwritable) as reason:
            left[each.path] = str(reason)
    return left


def _application(stage: Stage, view: View, each: Difference) -> None:
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


def _place(stage: Stage, view: View, key: str, name: str) -> tuple[str, tuple[str, ...]]:
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


def _keep_flows(stage: Stage, view: View, key: str) -> None:
    """The block alone would ask for refresh tokens."""
    file = application_file(key)
    stated = stage.data(file)
    if stated.get("refresh_token") is None and "grant_types" not in stated:
        application = view.catalog.applications[key]
        flows = application.flows(application.subject_types)
        stage.set(file, ("grant_types",), list(flows))


def _agent(stage: Stage, view: View, each: Difference) -> None:
    key = each.path.partition("/")[2]
    agents = stage.data(view.catalog.file).get("agents") or []
    stage.remove(view.catalog.file, ("agents", agents.index(key)))


def _connection(_stage: Stage, view: View, each: Difference) -> None:
    name = each.path.partition("/")[2]
    if each.live is None:
        users = sorted(key for key, user in view.users.items() if name in user.connections)
        raise Unexpressible(f"take it out of the connections of {', '.join(users)}")
    raise Unexpressible("name it in the connections of an application that signs users in with it")


WRITERS: Mapping[str, Callable[[Stage, View, Difference], None]] = {
    "applications": _application,
    "agents": _agent,
    "grants": accept_grant,
    "default_permissions": accept_default,
    "connections": _connection,
    "tenant": accept_tenant,
    "organizations": accept_organization,
}
