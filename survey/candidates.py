"""What of a tenant can be adopted: applications, grants and defaults that are in no file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catalog import Problem
from catalog.holdings import Holdings
from catalog.sources import agent_file, application_file
from catalog.staging import Stage
from preflight.objects import Client, Grant
from survey.definitions import Owner
from survey.keying import Keys
from survey.obstacles import Places, application_obstacles, grant_obstacles
from survey.view import View


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
    `holdings`: what its state holds.
    """

    view: View
    organizations: Places
    owner: Owner
    only: tuple[str, ...] = ()
    fresh: bool = False
    holdings: Holdings = field(default_factory=Holdings)


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
    keys = Keys(stage, found.view.users)
    for client in found.view.outside:
        if found.only and client.id not in found.only and client.name not in found.only:
            continue
        reason = next(application_obstacles(found.view, found.organizations, client), "")
        if reason:
            left[called(client)] = reason
        else:
            key, known = keys.of(client)
            yield Candidate(key, client, known)


def _new_defaults(view: View) -> Iterator[Grant]:
    stated = {(d.audience, d.subject_type) for d in view.catalog.default_permissions}
    for grant in view.grants.get("", ()):
        if (grant.audience, grant.subject_type) not in stated:
            yield grant


def _new_grants(found: Found, left: dict[str, str]) -> Iterator[tuple[str, Grant]]:
    """Grants that somebody added to applications of ours."""
    view = found.view
    for key, client in view.ours.items():
        user = view.users.get(key)
        stated = {(g.audience, g.subject_type) for g in user.grants} if user else set()
        for grant in view.grants.get(client.id, ()) if user else ():
            if (grant.audience, grant.subject_type) in stated:
                continue
            reason = next(grant_obstacles(found.organizations, grant), "")
            if reason:
                left[called_grant(grant)] = f"it {reason}"
            else:
                yield key, grant
