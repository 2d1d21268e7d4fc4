"""What of a tenant can be adopted: applications, grants and defaults that are in no file."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from auth0_third_party.model.names import slug
from auth0_third_party.rules import field_name
from tpa.access.effective import unmanaged_defaults
from tpa.comparison.facts import looks_secret
from tpa.comparison.locations import free_key
from tpa.environments.stack_state import StateResources
from tpa.files.editing import StagedFiles
from tpa.files.layout import agent_file, application_file
from tpa.files.problems import Problem
from tpa.files.warnings import UNKNOWN_OWNER
from tpa.preflight.context import other_stacks
from tpa.tenant.objects import Client, Grant, target_of
from tpa.tenant.view import EnvironmentView


@dataclass(frozen=True)
class AdoptionInput:
    """What an adoption is made from.

    By the command line: `only`, client ids or names, empty for everything; `organization` and
    `contact`, who owns what is adopted, empty for what the tenant says. `first_update`: the stack
    has recorded nothing yet. `resources`: what its state has.
    """

    view: EnvironmentView
    only: tuple[str, ...] = ()
    organization: str = ""
    contact: str = ""
    first_update: bool = False
    resources: StateResources = field(default_factory=StateResources)

    def owner(self, client: Client) -> dict[str, str]:
        """The field `owner` of a client's file."""
        return {
            "organization": self.organization or client.owner or UNKNOWN_OWNER,
            "contact": self.contact or UNKNOWN_OWNER,
        }


@dataclass(frozen=True)
class Candidate:
    """A live client that gets a file, or whose file exists, from another environment."""

    key: str
    client: Client
    file_exists: bool = False

    @property
    def agent(self) -> bool:
        """Whether a metadata document describes it."""
        return bool(self.client.document)

    @property
    def signs_users_in(self) -> bool:
        return self.agent or self.client.values.get(("app_type",)) != "non_interactive"

    @property
    def file(self) -> str:
        return agent_file(self.key) if self.agent else application_file(self.key)


@dataclass
class Adoption:
    """What is adopted, and what is not.

    `grants`: of applications that are in the files already: their key, and the grant.
    `connections`: key -> name of promoted connections that no file named. `left_out`: label of an
    object -> why. `excluded`: what another team manages. `unmanaged`: label of an adopted object
    -> what of it no file can express. `pending`: live objects that the files state already and the
    stack does not have: another environment's adoption wrote them, or an interrupted run of this
    one. `unapplied`: what the files changed since the last update, by the record's keys; an import
    that would change the tenant because of it is refused. `refusals`: why any update would be
    refused now.
    """

    candidates: list[Candidate] = field(default_factory=list)
    default_permissions: list[Grant] = field(default_factory=list)
    grants: list[tuple[str, Grant]] = field(default_factory=list)
    connections: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    unmanaged: dict[str, str] = field(default_factory=dict)
    pending: tuple[str, ...] = ()
    unapplied: tuple[str, ...] = ()
    refusals: tuple[Problem, ...] = ()

    def without(self, reasons: Mapping[str, str]) -> "Adoption":
        """The same without some clients and grants: id -> why it is left out."""
        labels = {each.client.id: client_label(each.client) for each in self.candidates}
        labels |= {grant.id: grant_label(grant) for grant in self.all_grants}
        left_out = {label: reasons[i] for i, label in labels.items() if i in reasons}
        return Adoption(
            [each for each in self.candidates if each.client.id not in reasons],
            [grant for grant in self.default_permissions if grant.id not in reasons],
            [(key, grant) for key, grant in self.grants if grant.id not in reasons],
            left_out={**self.left_out, **left_out},
        )

    @property
    def all_grants(self) -> tuple[Grant, ...]:
        """The default permissions, and the grants of applications that are in the files."""
        return (*self.default_permissions, *(grant for _, grant in self.grants))

    @property
    def changes_files(self) -> bool:
        """Whether there is anything new."""
        return bool(self.candidates or self.default_permissions or self.grants or self.connections)


def find_candidates(stage: StagedFiles, source: AdoptionInput) -> Adoption:
    """Everything that may be adopted; what no file can express is left out."""
    left_out: dict[str, str] = {}
    adoption = Adoption(list(_candidates(stage, source, left_out)), left_out=left_out)
    if not source.only:
        defaults, owners = list(unmanaged_defaults(source.view)), _other_stacks(source)
        if owners:
            left_out |= {grant_label(grant): f"it may belong to {owners}" for grant in defaults}
        adoption.default_permissions = [] if owners else defaults
        adoption.grants = list(_new_grants(source.view, left_out))
    return adoption


def _other_stacks(source: AdoptionInput) -> str:
    """Other stacks on the tenant, which may own what carries no ownership tag; often empty."""
    view = source.view
    return ", ".join(other_stacks(view.tenant.clients, view.stack, source.resources))


def client_label(client: Client) -> str:
    """The name of a live application, and the id that tells it from others."""
    return f"{client.name or '(no name)'} ({client.id})"


def grant_label(grant: Grant) -> str:
    """A live grant, by its id and API."""
    return f"grant {grant.id} for {grant.audience}"


def _candidates(
    stage: StagedFiles, source: AdoptionInput, left_out: dict[str, str]
) -> Iterator[Candidate]:
    keys, owners = _Keys(stage, source.view.declared), _other_stacks(source)
    for client in source.view.unmanaged:
        if source.only and client.id not in source.only and client.name not in source.only:
            continue
        reason = next(_client_obstacles(source.view, client, owners), "")
        if reason:
            left_out[client_label(client)] = reason
        else:
            key, file_exists = keys.assign(client)
            yield Candidate(key, client, file_exists)


class _Keys:
    """Assigns keys to clients, each once. `live`: those that the environment has already."""

    def __init__(self, stage: StagedFiles, live: Collection[str]) -> None:
        self._taken = {*live}
        names, documents = stage.keys("applications"), stage.keys("agents")
        self._names = {key: stage.data(application_file(key)).get("name") for key in names}
        self._documents = {key: stage.data(agent_file(key)).get("document") for key in documents}

    def assign(self, client: Client) -> tuple[str, bool]:
        """Its key, and whether a file of that key exists, from another environment."""
        existing = next((key for key in self._files_of(client) if key not in self._taken), None)
        taken = {*self._names, *self._documents, *self._taken}
        key = existing or free_key(client.name or client.id, taken)
        self._taken.add(key)
        return key, existing is not None

    def _files_of(self, client: Client) -> Iterator[str]:
        """Files that may describe the client: an agent's by its document; an application's by its
        key or the name in it, since a name may be used twice, or have no character of a key.
        """
        first = slug(client.name)
        if not client.document and first in self._names:
            yield first
        files = self._documents if client.document else self._names
        described = client.document or client.name
        yield from (key for key, content in files.items() if content == described)


def _client_obstacles(view: EnvironmentView, client: Client, owners: str) -> Iterator[str]:
    """Why a client can't have a file. `owners`: other stacks on the tenant."""
    if client.document and owners:
        yield f"it is an agent, and may belong to {owners}"
    yield from _document_obstacles(view) if client.document else _value_obstacles(client)
    if client.tag[1] not in ("", view.stack):
        yield f"it carries the ownership tags of another stack, {client.tag[1]}"
    for grant in view.grants.get(client.id, ()):
        yield from (f"its grant {grant.id} {why}" for why in _obstacles(view, grant))


def _value_obstacles(client: Client) -> Iterator[str]:
    """Values of an application that its file would have to say. An agent's are in its document, its
    keys behind the document's `jwks_uri` (CIMD-06).
    """
    if not client.values.get(("app_type",)):
        yield "it has no application type, as those that registered themselves; set one there first"
    if client.keys:
        yield (
            "it authenticates with keys, and Auth0 does not return public keys; ask the partner"
            " for them"
        )
    for path, value in client.values.items():
        if looks_secret(path, value):
            name = field_name(path)
            yield f"{name} looks like a secret, which must not be in a file; remove it there first"


def _obstacles(view: EnvironmentView, grant: Grant) -> Iterator[str]:
    """Why a grant can't be in a file: it would be usable in other organizations."""
    excluded = view.catalog.environment.excluded.organizations
    for name in view.organizations_of(grant):
        if name in excluded:
            yield f"is usable in the organization {name}, which is excluded"
    if grant.any_organization:
        yield "is usable in any organization, which Auth0 does not offer to third parties"
    elif grant.organization_usage == "require":
        yield "is usable in organizations only, which no file can express"
    elif (
        grant.organization_usage == "allow" and grant.client_id and not view.organizations_of(grant)
    ):
        yield "allows organizations and is linked to none; set its organization_usage to deny"


def _document_obstacles(view: EnvironmentView) -> Iterator[str]:
    settings = view.tenant.settings
    if settings is None:
        yield "it is an agent, and it is unknown whether the tenant supports metadata documents"
    elif settings.get("client_id_metadata_document_supported") is not True:
        yield "it is an agent, and the tenant does not support metadata documents (any more)"


def _new_grants(view: EnvironmentView, left_out: dict[str, str]) -> Iterator[tuple[str, Grant]]:
    """Grants that were added in the tenant to applications of the files."""
    for key, client in view.managed.items():
        if key not in view.declared:
            continue
        stated = {target_of(each) for each in view.declared[key].grants}
        for grant in view.grants.get(client.id, ()):
            if target_of(grant) in stated:
                continue
            reason = next(_obstacles(view, grant), "")
            if reason:
                left_out[grant_label(grant)] = f"it {reason}"
            else:
                yield key, grant
