"""What of a tenant can be adopted: applications, grants and defaults that are in no file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from auth0_third_party.model.names import slug
from tpa.adopt.definitions import Owner
from tpa.drift.accept_grants import free_key
from tpa.environments.stack_state import StateResources
from tpa.files.editing.staging import Stage
from tpa.files.problems import Problem
from tpa.files.sources import agent_file, application_file
from tpa.tenant.objects import Client, Grant
from tpa.tenant.redaction import looks_secret
from tpa.tenant.view import EnvironmentView


class Keys:
    """Gives keys out, each once. `live`: those that the environment has already."""

    def __init__(self, stage: Stage, live: Collection[str]) -> None:
        self._applications, self._agents = stage.keys("applications"), stage.keys("agents")
        self._given = {*live}
        self._about: dict[str, list[str]] = {}
        for key in self._applications:
            self._note(stage.data(application_file(key)).get("name"), key)
        for key in self._agents:
            self._note(stage.data(agent_file(key)).get("document"), key)

    def of(self, client: Client) -> tuple[str, bool]:
        """Its key, and whether there is a file of that key, from another environment."""
        known = next((key for key in self._files_of(client) if key not in self._given), None)
        taken = {*self._applications, *self._agents, *self._given}
        key = known or free_key(client.name or client.id, taken)
        self._given.add(key)
        return key, known is not None

    def _files_of(self, client: Client) -> Iterator[str]:
        """An agent's file says its document. Another's is called like the client, or says its
        name: a name need not be alone, nor have a letter that a key may have.
        """
        first = slug(client.name)
        if not client.document and first in self._applications:
            yield first
        files = self._agents if client.document else self._applications
        about = self._about.get(client.document or client.name, ())
        yield from (key for key in about if key in files)

    def _note(self, what: object, key: str) -> None:
        self._about.setdefault(str(what), []).append(key)


Places = Mapping[str, tuple[str, ...]]
"""Id of a grant -> names of the organizations in which it is good."""


def application_obstacles(view: EnvironmentView, places: Places, client: Client) -> Iterator[str]:
    """Why it can't have a file."""
    if client.document:
        yield from _document_obstacles(view)
    elif not client.facets.get("app_type"):
        yield "it has no application type, as those that registered themselves; set one there first"
    if client.keys:
        yield "it signs with keys, and Auth0 gives no public key out; ask the partner for it"
    if client.tag[1] not in ("", view.stack):
        yield f"it carries the ownership tag of another stack, {client.tag[1]}"
    for name, text in client.facets.items():
        if looks_secret(name, text):
            yield f"{name} looks like a secret, and files keep none; take it away there first"
    for grant in view.grants.get(client.id, ()):
        yield from (f"its grant {grant.id} {why}" for why in grant_obstacles(places, grant))


def grant_obstacles(places: Places, grant: Grant) -> Iterator[str]:
    """Why it can't stand under `grants`: where it is good would change."""
    if grant.any_organization:
        yield "is good in any organization, which third parties don't get"
    elif grant.organization_usage == "require":
        yield "is good in organizations only, which no file can say"
    elif grant.organization_usage == "allow" and grant.client_id and not places.get(grant.id):
        yield "may be used in organizations and is good in none; set its organization_usage to deny"


def _document_obstacles(view: EnvironmentView) -> Iterator[str]:
    settings = view.snapshot.settings if view.snapshot else None
    if settings is None:
        yield "it is an agent, and nobody could see whether the tenant supports metadata documents"
    elif settings.get("client_id_metadata_document_supported") is not True:
        yield "it is an agent, and the tenant does not support metadata documents (any more)"


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
    beside: dict[str, str] = field(default_factory=dict)
    """What of it stays in the tenant alone."""
    pending: tuple[str, ...] = ()
    """Live objects that the files say already and the stack does not hold: another environment's
    adoption wrote them, or a run of this one was cut off.
    """
    unapplied: tuple[str, ...] = ()
    """What the files say otherwise than the last update, by the record's keys. An import that would
    change the tenant because of it is refused.
    """
    refusals: tuple[Problem, ...] = ()
    """What any update would be refused for, whatever is adopted."""

    def without(self, refused: Mapping[str, str]) -> "Adoption":
        """The same without what was refused, by the id of a client or a grant."""
        left = dict(self.left)
        for each in self.candidates:
            if each.client.id in refused:
                left[called(each.client)] = refused[each.client.id]
        for grant in (*self.defaults, *(grant for _, grant in self.grants)):
            if grant.id in refused:
                left[called_grant(grant)] = refused[grant.id]
        return Adoption(
            [each for each in self.candidates if each.client.id not in refused],
            [grant for grant in self.defaults if grant.id not in refused],
            [(key, grant) for key, grant in self.grants if grant.id not in refused],
            left=left,
        )

    @property
    def anything(self) -> bool:
        """Whether there is something new; the files change then."""
        return bool(self.candidates or self.defaults or self.grants or self.connections)


@dataclass(frozen=True)
class Found:
    """What there is to adopt. `organizations`: id of a grant -> names of where it is good; `only`:
    the client ids or names that the person chose; `fresh`: the stack has recorded nothing yet;
    `resources`: what its state holds.
    """

    view: EnvironmentView
    organizations: Places
    owner: Owner
    only: tuple[str, ...] = ()
    fresh: bool = False
    resources: StateResources = field(default_factory=StateResources)


def collected(stage: Stage, found: Found) -> Adoption:
    """Everything that might be adopted, and what no file of ours can say."""
    left: dict[str, str] = {}
    made = Adoption(list(_candidates(stage, found, left)), left=left)
    if not found.only:
        made.defaults = list(_new_defaults(found.view))
        made.grants = list(_new_grants(found, left))
    return made


def called(client: Client) -> str:
    """A live application for a person: its name, and the id that tells it from others."""
    return f"{client.name or '(no name)'} ({client.id})"


def called_grant(grant: Grant) -> str:
    """A live grant for a person."""
    return f"grant {grant.id} for {grant.audience}"


def _candidates(stage: Stage, found: Found, left: dict[str, str]) -> Iterator[Candidate]:
    keys = Keys(stage, found.view.declared)
    for client in found.view.unmanaged:
        if found.only and client.id not in found.only and client.name not in found.only:
            continue
        reason = next(application_obstacles(found.view, found.organizations, client), "")
        if reason:
            left[called(client)] = reason
        else:
            key, known = keys.of(client)
            yield Candidate(key, client, known)


def _new_defaults(view: EnvironmentView) -> Iterator[Grant]:
    stated = {(d.audience, d.subject_type) for d in view.catalog.default_permissions}
    for grant in view.grants.get("", ()):
        if (grant.audience, grant.subject_type) not in stated:
            yield grant


def _new_grants(found: Found, left: dict[str, str]) -> Iterator[tuple[str, Grant]]:
    """Grants that somebody added to applications of ours."""
    view = found.view
    for key, client in view.managed.items():
        user = view.declared.get(key)
        stated = {(g.audience, g.subject_type) for g in user.grants} if user else set()
        for grant in view.grants.get(client.id, ()) if user else ():
            if (grant.audience, grant.subject_type) in stated:
                continue
            reason = next(grant_obstacles(found.organizations, grant), "")
            if reason:
                left[called_grant(grant)] = f"it {reason}"
            else:
                yield key, grant
