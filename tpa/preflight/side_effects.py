"""Warnings about a change that also affects applications it does not name."""

from collections.abc import Collection, Iterable, Iterator

from auth0_third_party.model.names import (
    DEFAULTS,
    grant_name,
)
from auth0_third_party.model.permissions import DefaultPermission
from auth0_third_party.rules import Path
from tpa.environments.stack_state import (
    PROMOTION,
)
from tpa.files.layout import APIS_FILE
from tpa.files.problems import Problem
from tpa.files.warnings import (
    look_alike,
    look_alikes,
    lost_scopes,
    replaced_default_text,
    skeletons,
)
from tpa.preflight.context import PreflightContext, listed, warning
from tpa.preflight.natural_keys import same_permissions
from tpa.tenant.objects import Client, Grant, GrantTarget, key_of, target_of

MOST = 12
"""Applications that a warning names; the rest is counted."""


def check_shadows(context: PreflightContext) -> Iterator[Problem]:
    """CG-06: a grant that is about to replace a default permission, and gives less."""
    defaults = {target_of(default): default for default in context.catalog.default_permissions}
    for declared in context.declared_grants():
        grant = declared.grant
        applied = context.live_grant(declared)
        if isinstance(grant, DefaultPermission) or (applied and same_permissions(grant, applied)):
            continue
        default, lost = defaults.get(target_of(grant)), ""
        live = context.live_grants.get(key_of("", grant))
        if default:
            lost = lost_scopes(default.scopes, grant, every=default.allow_all_scopes)
        elif live:
            lost = lost_scopes(live.scopes, grant, every=live.all_scopes)
        if lost:
            fix = f"list {lost} here too, or leave it if that is meant"
            text = replaced_default_text(lost, grant)
            yield warning(Problem(declared.file, 0, declared.path, text, fix=fix, rule="CG-06"))


def check_defaults(context: PreflightContext) -> Iterator[Problem]:
    """LIVE-07: a default permission that changes, with every live application that relies on it."""
    for index, default in enumerate(context.catalog.default_permissions):
        live = context.live_grants.get(key_of("", default))
        if live is not None and same_permissions(default, live):
            continue
        affected = list(_without_own_grant(context, target_of(default)))
        if affected:
            how = "new" if live is None else _change(default, live)
            path = ("default_permissions", index)
            yield _default_warning(context, path, default.audience, how, affected)
    yield from _removed_defaults(context)


def check_promotions(context: PreflightContext) -> Iterator[Problem]:
    """DC-01: a promotion lets every third-party application use a connection, not just those that
    name it.
    """
    for name in context.catalog.connections:
        live, naming = context.snapshot.connections.get(name), context.naming(name)
        others = listed(_others(context, naming), MOST)
        if live is None or live.promoted or not others or context.with_id(PROMOTION, live.id):
            continue
        what = f"'{name}' becomes usable by all third-party applications, also by {others}"
        why = "a promotion can't be limited to one application"
        fix = "make sure that all of them may sign in its users;"
        fix += f" {listed(naming, MOST)} named it"
        file, path = context.catalog.file, ("connections",)
        yield warning(Problem(file, 0, path, what, why, fix, rule="DC-01"))


def check_demotions(context: PreflightContext) -> Iterator[Problem]:
    """DC-14: a connection that no file names any more, with those who sign users in by it."""
    for name, live in context.snapshot.connections.items():
        if not live.promoted or not context.with_id(PROMOTION, live.id):
            continue
        if name in context.catalog.connections or name in context.left_open:
            continue
        others = listed(_of_others(context), MOST)
        if others:
            what = f"'{name}' is named by no application here, and stays open for {others}"
            fix = "close it in the Auth0 Dashboard when they no longer need it"
        else:
            users = listed(_with_user_access(context), MOST)
            what = f"'{name}' is named by no application here, and is closed again"
            what += f"; until now users can sign in by it to {users}" if users else ""
            fix = "name it under connections of each application whose users sign in by it"
        yield warning(
            Problem(context.catalog.file, 0, ("connections",), what, fix=fix, rule="DC-14")
        )


def _of_others(context: PreflightContext) -> Iterator[str]:
    """Live third parties with user access that this stack does not manage."""
    for client in _undeclared(context):
        machine = client.values.get(("app_type",)) == "non_interactive"
        if client.tag[1] != context.stack and not machine:
            yield _label(context, client)


def check_names(context: PreflightContext) -> Iterator[Problem]:
    """FILE-15: applications with user access that users can't tell apart, live ones included."""
    yield from look_alikes(context.catalog)
    others: dict[str, dict[str, Client]] = {}
    for client in context.snapshot.clients:
        ours = client.tag[1] == context.stack or client.id in context.catalog_clients
        if not ours and client.values.get(("app_type",)) != "non_interactive":
            for each in skeletons(client.name):
                others.setdefault(each, {})[client.id] = client
    for key, application in context.catalog.applications.items():
        if application.signs_users_in:
            found = [others.get(each, {}) for each in skeletons(application.name)]
            for client in {**found[0], **found[1]}.values():
                other = f"{client.id} in the tenant"
                yield look_alike(key, application, client.name, other)


def _with_user_access(context: PreflightContext) -> list[str]:
    """The keys of the files' applications whose users sign in, and of their agents."""
    signing = [key for key, app in context.catalog.applications.items() if app.signs_users_in]
    return [*signing, *context.catalog.agents]


def _others(context: PreflightContext, naming: Collection[str]) -> list[str]:
    """Applications with user access that do not name the connection, undeclared ones included."""
    others = [key for key in _with_user_access(context) if key not in naming]
    return [*others, *(_label(context, client) for client in _undeclared(context))]


def _removed_defaults(context: PreflightContext) -> Iterator[Problem]:
    declared = {grant_name(DEFAULTS, each) for each in context.catalog.default_permissions}
    defaults = {grant.id: grant for grant in context.snapshot.grants if not grant.client_id}
    for held in context.resources:
        live = defaults.get(held.id)
        if live is None or held.name in declared:
            continue
        affected = list(_without_own_grant(context, target_of(live)))
        if affected:
            path = ("default_permissions",)
            yield _default_warning(context, path, live.audience, "removed", affected)


def _default_warning(
    context: PreflightContext, path: Path, audience: str, how: str, affected: Iterable[Client]
) -> Problem:
    names = listed((_label(context, client) for client in affected), MOST)
    what = f"the default permission on '{audience}' is {how}; it affects {names}"
    fix = "make sure that all of them may gain or lose it; a grant of its own exempts one"
    return warning(Problem(APIS_FILE, 0, path, what, fix=fix, rule="LIVE-07"))


def _change(default: DefaultPermission, live: Grant) -> str:
    gained = [scope for scope in default.scopes if scope not in live.scopes]
    lost = [scope for scope in live.scopes if scope not in default.scopes]
    parts = (("gains", gained), ("loses", lost))
    texts = [f"{verb} {', '.join(scopes)}" for verb, scopes in parts if scopes]
    return f"changed ({'; '.join(texts) or 'all scopes or none'})"


def _without_own_grant(context: PreflightContext, target: GrantTarget) -> Iterator[Client]:
    """Live strict third parties that have, and will have, no grant of their own for the target."""
    declared = {
        key
        for key, each in context.catalog.clients.items()
        if any(target_of(grant) == target for grant in each.grants)
    }
    for client in context.snapshot.clients:
        own = key_of(client.id, target) in context.live_grants
        will_have = _label(context, client) in declared
        if client.third_party and client.mode == "strict" and not own and not will_have:
            yield client


def _undeclared(context: PreflightContext) -> Iterator[Client]:
    """Live third parties that are not in these files."""
    documents = context.catalog.agent_keys
    for client in context.snapshot.clients:
        ours = client.tag[1] == context.stack and client.tag[0] in context.catalog.applications
        if client.third_party and not ours and client.document not in documents:
            yield client


def _label(context: PreflightContext, client: Client) -> str:
    """The key in the files, or what identifies it in the Auth0 Dashboard."""
    if client.tag[1] == context.stack and client.tag[0]:
        return client.tag[0]
    key = context.catalog.agent_keys.get(client.document)
    return key or f"{client.name} ({client.id}, not in these files)"
