"""What of a tenant can be adopted: applications, grants and defaults that are in no file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog.sources import agent_file, application_file
from catalog.staging import Stage
from preflight.objects import Client, Grant
from survey.definitions import Owner
from survey.view import View
from survey.vocabulary import free_key


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

    def without(self, refused: Mapping[str, str]) -> "Adoption":
        """The same without what was refused, by the id of a client or a grant."""
        left = dict(self.left)
        for each in self.candidates:
            if each.client.id in refused:
                left[called(each.client)] = refused[each.client.id]
        for grant in (*self.defaults, *(grant for _, grant in self.grants)):
            if grant.id in refused:
                left[f"grant {grant.id} for {grant.audience}"] = refused[grant.id]
        return Adoption(
            [each for each in self.candidates if each.client.id not in refused],
            [grant for grant in self.defaults if grant.id not in refused],
            [(key, grant) for key, grant in self.grants if grant.id not in refused],
            left=left,
        )

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


def collected(stage: Stage, found: Found) -> Adoption:
    """Everything that might be adopted, and what no file of ours can say."""
    left: dict[str, str] = {}
    made = Adoption(list(_candidates(stage, found, left)), left=left)
    if not found.only:
        made.defaults = list(_new_defaults(found.view))
        made.grants = list(_new_grants(found.view))
    return made


def called(client: Client) -> str:
    """A live application for a person: its name, and the id that tells it from others."""
    return f"{client.name or '(no name)'} ({client.id})"


def _candidates(stage: Stage, found: Found, left: dict[str, str]) -> Iterator[Candidate]:
    taken = {*stage.keys("applications"), *stage.keys("agents")}
    here = {*found.view.users}
    for client in found.view.outside:
        if found.only and client.id not in found.only and client.name not in found.only:
            continue
        reason = next(_obstacles(found, client), "")
        if reason:
            left[called(client)] = reason
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
