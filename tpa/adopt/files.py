"""An existing tenant as files, written into a copy of the project and checked there."""

from typing import Any

from tpa.adopt.candidates import Adoption, Candidate, Found, collected
from tpa.adopt.checks import refused
from tpa.adopt.definitions import definition, grant_item, limit_of, overlay
from tpa.drift.accept_grants import api_key, every_scope, free_key, reason_of
from tpa.environments.record import AGENTS, DEFAULTS
from tpa.files.editing.staging import Stage
from tpa.files.sources import APIS_FILE, agent_file, application_file
from tpa.tenant.objects import Grant
from tpa.tenant.view import EnvironmentView


def write_files(stage: Stage, found: Found, made: Adoption) -> None:
    """Files for what is new, and lines where files are there; `made` learns of connections."""
    view = found.view
    made.connections = _open_connections(stage, view)
    if not any(candidate.signs_users_in for candidate in made.candidates):
        why = "no application names it that is new here and signs users in"
        made.left |= {f"open connection {name}": why for name in made.connections.values()}
        made.connections = {}
    audiences = _audiences(stage, found, made)
    if made.connections:
        stage.merge(view.catalog.file, ("connections",), made.connections)
    names = stage.data(view.catalog.file).get("connections") or {}
    open_keys = [key for key, name in names.items() if name in view.promoted_connections]
    for candidate in made.candidates:
        own = view.grants.get(candidate.client.id, ())
        places = [_organizations(stage, found, grant) for grant in own]
        if candidate.known:
            continue
        pairs = zip(own, places, strict=True)
        grants = [grant_item(audiences[grant.audience], grant, there) for grant, there in pairs]
        stage.write_new(candidate.file, _content(found, candidate, grants, open_keys))
    for default in made.defaults:
        item = grant_item(audiences[default.audience], default, [])
        stage.append(APIS_FILE, ("default_permissions",), item)
    for key, grant in made.grants:
        file = application_file(key) if key in view.catalog.applications else agent_file(key)
        item = grant_item(audiences[grant.audience], grant, _organizations(stage, found, grant))
        stage.append(file, ("grants",), item)
    _write_environment(stage, found, made)


def _content(
    found: Found, candidate: Candidate, grants: list[dict[str, Any]], connections: list[str]
) -> dict[str, Any]:
    client, owner = candidate.client, found.owner
    if not candidate.agent:
        limit = limit_of(found.view, client)
        return definition(client, grants, connections, owner, limit)
    content: dict[str, Any] = {"document": client.document, "owner": owner.of(client)}
    parts = {"grants": grants, "connections": connections}
    return {**content, **{name: part for name, part in parts.items() if part}}


def _write_environment(stage: Stage, found: Found, made: Adoption) -> None:
    """Who is live, under which client id, and why nobody tried it in an environment before."""
    view, file = found.view, found.view.catalog.file
    apps = [each for each in made.candidates if not each.agent]
    agents = [each for each in made.candidates if each.agent]
    if apps:
        stage.merge(file, ("applications",), {each.key: overlay(each.client) for each in apps})
        stage.merge(file, ("adopt",), {each.key: each.client.id for each in apps})
    for agent in agents:
        stage.append(file, ("agents",), agent.key)
    if view.catalog.environment.advances_from is None or not made.anything:
        return
    ahead = [each.key for each in apps] + [f"{AGENTS}{each.key}" for each in agents]
    ahead += [f"{AGENTS}{key}" if key in view.catalog.agents else key for key, _ in made.grants]
    ahead += [DEFAULTS] if made.defaults or found.fresh else []
    stated = stage.data(file).get("advance_anyway") or {}
    reasons = {key: reason_of("was live before it was in files") for key in ahead}
    more = {key: reason for key, reason in reasons.items() if key not in stated}
    if more:
        stage.merge(file, ("advance_anyway",), more)


def _audiences(stage: Stage, found: Found, made: Adoption) -> dict[str, str]:
    """Audience -> key, each API with every scope that is granted on it."""
    view = found.view
    fresh = [each for each in made.candidates if not each.known]
    clients = [view.grants.get(each.client.id, []) for each in fresh]
    grants = [*made.defaults, *(g for _, g in made.grants), *(g for own in clients for g in own)]
    scopes: dict[str, dict[str, None]] = {}
    for grant in grants:
        every = every_scope(view, grant.audience) if grant.all_scopes else ()
        scopes.setdefault(grant.audience, {}).update(dict.fromkeys((*grant.scopes, *every)))
    return {
        audience: api_key(stage, view, audience, list(granted))
        for audience, granted in scopes.items()
    }


def _organizations(stage: Stage, found: Found, grant: Grant) -> list[str]:
    """Keys of the organizations that a grant is good in, each named in the environment's file."""
    file, keys = found.view.catalog.file, []
    for name in found.organizations.get(grant.id, ()):
        known = stage.data(file).get("organizations") or {}
        key = next((k for k, o in known.items() if o["name"] == name), None)
        if key is None:
            key = free_key(name, known)
            admits = name in found.view.admitting_organizations
            stated = {"name": name} | ({} if admits else {"admits_third_parties": False})
            stage.merge(file, ("organizations",), {key: stated})
        keys.append(str(key))
    return keys


def _open_connections(stage: Stage, view: EnvironmentView) -> dict[str, str]:
    known = stage.data(view.catalog.file).get("connections") or {}
    found: dict[str, str] = {}
    for name in view.promoted_connections:
        if name not in known.values():
            found[free_key(name, {*known, *found})] = name
    return found


def adopt(stage: Stage, found: Found) -> Adoption:
    """Writes the files of everything that can be adopted into the stage.

    Raises:
        CatalogError: the files had problems of their own.
        Unwritable: one of the files has a form that a program can't edit.
    """
    made = collected(stage, found)
    while True:
        write_files(stage, found, made)
        against = refused(stage, found, made)
        if not against:
            return made
        made = made.without(against)
        stage.reset()
