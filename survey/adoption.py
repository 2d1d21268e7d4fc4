"""An existing tenant as files: what is live and in none of them, written so that nothing changes.

Everything is written into a copy of the project first and checked there. What the rules refuse, or
what would not say the same as the tenant, is left out with the reason; the rest is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog import Catalog, CatalogError, Problem, load_catalog
from catalog.facets import application_facets, facet_differences
from catalog.record import DEFAULTS
from catalog.sources import APIS_FILE, agent_file, application_file
from catalog.staging import Stage
from preflight.natural_keys import same_content
from preflight.objects import Client, Grant
from survey.accepting import reason_of
from survey.definitions import Owner, definition, grant_item, overlay
from survey.view import View
from survey.vocabulary import api_key, every_scope, free_key

KINDS = ("applications", "adopt", "advance_anyway")
"""Fields of the environment's file that have a line for each application."""


@dataclass(frozen=True)
class Candidate:
    """A live client that gets a file, or `known`: has one that other environments use already."""

    key: str
    client: Client
    known: bool = False

    @property
    def agent(self) -> bool:
        """Whether a document of its own describes it."""
        return bool(self.client.document)

    @property
    def signs_users_in(self) -> bool:
        return self.agent or self.client.facets.get("app_type") != "non_interactive"

    @property
    def file(self) -> str:
        return agent_file(self.key) if self.agent else application_file(self.key)


@dataclass
class Adoption:
    """What is taken into the files, and what is not: the name of a thing -> why."""

    candidates: list[Candidate] = field(default_factory=list)
    defaults: list[Grant] = field(default_factory=list)
    grants: list[tuple[str, Grant]] = field(default_factory=list)
    """Of applications that are in the files already: their key, and the grant."""
    connections: dict[str, str] = field(default_factory=dict)
    """Key -> name of open connections that no file named."""
    left: dict[str, str] = field(default_factory=dict)

    @property
    def anything(self) -> bool:
        return bool(self.candidates or self.defaults or self.grants or self.connections)


@dataclass(frozen=True)
class Found:
    """What there is to adopt. `organizations`: id of a grant -> names of where it is good; `only`:
    the client ids or names that the person chose; `fresh`: the stack has recorded nothing yet.
    """

    view: View
    organizations: Mapping[str, tuple[str, ...]]
    owner: Owner
    only: tuple[str, ...] = ()
    fresh: bool = False


def adopt(stage: Stage, found: Found) -> Adoption:
    """Writes the files of everything that can be adopted into the stage.

    Raises:
        CatalogError: the files had problems of their own.
    """
    left: dict[str, str] = {}
    candidates = list(_candidates(stage, found, left))
    while True:
        made = Adoption(candidates=list(candidates), left=left)
        _write(stage, found, made)
        refused = _refused(stage, found, made)
        if not refused:
            return made
        for candidate in made.candidates:
            if candidate.key in refused:
                left[_called(candidate.client)] = refused[candidate.key]
        candidates = [each for each in candidates if each.key not in refused]
        stage.reset()


def _candidates(stage: Stage, found: Found, left: dict[str, str]) -> Iterator[Candidate]:
    taken = {*stage.keys("applications"), *stage.keys("agents")}
    here = {*found.view.users}
    for client in found.view.outside:
        if found.only and client.id not in found.only and client.name not in found.only:
            continue
        reason = next(_obstacles(found, client), "")
        if reason:
            left[_called(client)] = reason
            continue
        key = free_key(client.name or client.id, ())
        known = key in taken and key not in here
        if not known:
            key = free_key(client.name or client.id, taken)
        taken.add(key)
        here.add(key)
        yield Candidate(key, client, known)


def _obstacles(found: Found, client: Client) -> Iterator[str]:
    """What no file of ours can say."""
    settings = (found.view.snapshot.settings if found.view.snapshot else None) or {}
    if client.document:
        if settings.get("client_id_metadata_document_supported") is not True:
            yield "it is an agent, and the tenant does not support metadata documents (any more)"
    elif not client.facets.get("app_type"):
        yield "it has no application type, as those that registered themselves; set one there first"
    if client.keys:
        yield "it signs with keys, and Auth0 gives no public key out; ask the partner for it"
    if client.mark[1] not in ("", found.view.stack):
        yield f"it carries the mark of another stack, {client.mark[1]}"
    for grant in found.view.grants.get(client.id, ()):
        if grant.any_organization:
            yield f"its grant {grant.id} is good in any organization, which third parties don't get"
        elif grant.organization_usage == "require":
            yield f"its grant {grant.id} is good in organizations only, which no file can say"


def _called(client: Client) -> str:
    return f"{client.name or '(no name)'} ({client.id})"


def _write(stage: Stage, found: Found, made: Adoption) -> None:
    view = found.view
    made.connections = _open_connections(stage, view)
    if not any(candidate.signs_users_in for candidate in made.candidates):
        why = "no application names it that is new here and signs users in"
        made.left |= {f"open connection {name}": why for name in made.connections.values()}
        made.connections = {}
    if not found.only:
        made.defaults = list(_new_defaults(view))
        made.grants = list(_new_grants(view))
    audiences = _audiences(stage, found, made)
    if made.connections:
        stage.merge(view.catalog.file, ("connections",), made.connections)
    names = stage.data(view.catalog.file).get("connections") or {}
    open_keys = [key for key, name in names.items() if name in view.promoted]
    for candidate in made.candidates:
        if candidate.known:
            continue
        grants = [
            grant_item(audiences[grant.audience], grant, _organizations(stage, found, grant))
            for grant in view.grants.get(candidate.client.id, ())
        ]
        stage.write_new(candidate.file, _content(candidate, grants, open_keys, found.owner))
    for default in made.defaults:
        item = grant_item(audiences[default.audience], default, [])
        stage.append(APIS_FILE, ("default_permissions",), item)
    for key, grant in made.grants:
        file = application_file(key) if key in view.catalog.applications else agent_file(key)
        item = grant_item(audiences[grant.audience], grant, _organizations(stage, found, grant))
        stage.append(file, ("grants",), item)
    _write_environment(stage, found, made)


def _content(
    candidate: Candidate, grants: list[dict[str, Any]], connections: list[str], owner: Owner
) -> dict[str, Any]:
    client = candidate.client
    if not candidate.agent:
        return definition(client, grants, connections, owner)
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
    ahead = [each.key for each in apps] + [f"agents/{each.key}" for each in agents]
    ahead += [key for key, _ in made.grants] + ([DEFAULTS] if made.defaults or found.fresh else [])
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
            admits = name in found.view.admitting
            stated = {"name": name} | ({} if admits else {"admits_third_parties": False})
            stage.merge(file, ("organizations",), {key: stated})
        keys.append(str(key))
    return keys


def _open_connections(stage: Stage, view: View) -> dict[str, str]:
    known = stage.data(view.catalog.file).get("connections") or {}
    found: dict[str, str] = {}
    for name in view.promoted:
        if name not in known.values():
            found[free_key(name, {*known, *found})] = name
    return found


def _new_defaults(view: View) -> Iterator[Grant]:
    stated = {(d.audience, d.subject_type) for d in view.catalog.default_permissions}
    for grant in view.grants.get("", ()):
        if (grant.audience, grant.subject_type) not in stated:
            yield grant


def _new_grants(view: View) -> Iterator[tuple[str, Grant]]:
    """Grants that somebody added to applications of ours."""
    for key, client in view.ours.items():
        user = view.users.get(key)
        stated = {(g.audience, g.subject_type) for g in user.grants} if user else set()
        for grant in view.grants.get(client.id, ()) if user else ():
            if (grant.audience, grant.subject_type) not in stated:
                yield key, grant


def _refused(stage: Stage, found: Found, made: Adoption) -> dict[str, str]:
    """Key of a candidate -> what the rules, or a comparison with the tenant, have against it."""
    try:
        catalog = load_catalog(stage.copy, found.view.catalog.name)
    except CatalogError as error:
        blamed = dict(_blame(error.problems, made))
        if not blamed:
            raise
        return blamed
    return dict(_unlike(catalog, found.view, made.candidates))


def _blame(problems: Iterable[Problem], made: Adoption) -> Iterator[tuple[str, str]]:
    """Whose file, or whose line in the environment's, a problem is about."""
    by_file = {each.file: each.key for each in made.candidates if not each.known}
    by_field = {f"{kind}.{each.key}": each.key for each in made.candidates for kind in KINDS}
    for problem in problems:
        place = ".".join(problem.field.split("[")[0].split(".")[:2])
        key = by_file.get(problem.file) or by_field.get(place)
        if key is not None:
            where = f"{problem.field}: " if problem.field else ""
            yield key, f"{where}{problem.what}"


def _unlike(
    catalog: Catalog, view: View, candidates: Iterable[Candidate]
) -> Iterator[tuple[str, str]]:
    """Applications whose file would say something else than the tenant."""
    for each in candidates:
        says = [] if each.agent else list(_facets_unlike(catalog, each))
        says += _grants_unlike(catalog, view, each)
        if says:
            head = f"{each.file} says otherwise" if each.known else "no file can say this"
            yield each.key, f"{head}: {', '.join(says)}"


def _facets_unlike(catalog: Catalog, each: Candidate) -> Iterator[str]:
    facets = application_facets(catalog.applications[each.key])
    for name, (_, live) in facet_differences(facets, each.client.facets).items():
        yield f"{name} is {live!r} in the tenant"


def _grants_unlike(catalog: Catalog, view: View, each: Candidate) -> Iterator[str]:
    user = catalog.agents[each.key] if each.agent else catalog.applications[each.key]
    stated = {(g.audience, str(g.subject_type)): g for g in user.grants}
    for grant in view.grants.get(each.client.id, ()):
        twin = stated.pop((grant.audience, grant.subject_type), None)
        if twin is None or not same_content(twin, grant):
            yield f"its grant {grant.id} for {grant.audience} ({grant.subject_type})"
    for audience, subject_type in stated:
        yield f"it has no grant for {audience} ({subject_type})"
