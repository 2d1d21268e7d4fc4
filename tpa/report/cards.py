"""Each application as the report shows it: as the tenant has it, else as the files say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auth0_third_party.model.access import admits
from auth0_third_party.model.application import Agent, Application
from auth0_third_party.model.text import TYPES
from tpa.access.effective import flows_of
from tpa.environments.record import AGENTS
from tpa.files.problems import Problem
from tpa.report.keys import Keys
from tpa.report.model import Card, Key
from tpa.tenant.facets import KEYS, Facets, application_facets
from tpa.tenant.objects import Client
from tpa.tenant.organization_links import ORGANIZATION_GRANTS
from tpa.tenant.view import EnvironmentView

PROOFS = {
    "none": "nothing but PKCE (a public application)",
    "client_secret_post": "a client secret, in the request's body",
    "client_secret_basic": "a client secret, by HTTP Basic",
    KEYS: "a key of its own (private_key_jwt)",
}
PLACES_OF_GRANTS = frozenset({"grants", "organizations", ORGANIZATION_GRANTS})
"""Without any of these nobody knows where a live grant is good."""
User = Application | Agent


def cards(
    view: EnvironmentView, keys: Keys, findings: Mapping[str, tuple[Problem, ...]]
) -> Iterator[Card]:
    """Those of the files, then those that the stack alone still holds, then all others.

    Args:
        keys: client id -> its public keys.
        findings: by the key of an application.
    """
    for key in sorted(view.declared):
        yield _card(
            view, (view.declared[key], view.managed.get(key)), keys, findings.get(key, ()), key
        )
    for key, client in view.pending_deletion.items():
        yield _card(view, (None, client), keys, findings.get(key, ()))
    for client in view.unmanaged:
        yield _card(view, (None, client), keys, ())


def _card(
    view: EnvironmentView,
    sides: tuple[User | None, Client | None],
    keys: Keys,
    findings: tuple[Problem, ...],
    key: str = "",
) -> Card:
    """`sides`: the files' and the tenant's."""
    user, client = sides
    facets, owner = _facets(user, client), _owner(view, key)
    connections, notes = _connections(view, user, client)
    method = str(facets.get("token_endpoint_auth_method", ""))
    return Card(
        key=key,
        name=(client.name if client else "") or (user.name if user else ""),
        client_id=client.id if client else "",
        owner=str(owner.get("organization", "")) or (client.owner if client else ""),
        contact=str(owner.get("contact", "")),
        kind=_kind(user, client, facets),
        security_mode=client.mode if client else _stated_mode(user),
        proof=PROOFS.get(method, method),
        keys=_keys(user, client, keys),
        callbacks=_texts(facets, "callbacks"),
        origins=_texts(facets, "allowed_origins", "web_origins"),
        connections=connections,
        organizations=_organizations(view, user, client),
        findings=findings,
        sign_in_notes=notes,
    )


def _facets(user: User | None, client: Client | None) -> Facets:
    """Agents say theirs in a document of their own, so files have none."""
    stated = application_facets(user) if isinstance(user, Application) else {}
    return {**stated, **(client.facets if client else {})}


def _owner(view: EnvironmentView, key: str) -> Mapping[str, Any]:
    entries = view.catalog.record.definitions
    entry = entries.get(key) or entries.get(f"{AGENTS}{key}")
    owner = entry.definition.get("owner") if entry else None
    return owner if isinstance(owner, Mapping) else {}


def _kind(user: User | None, client: Client | None, facets: Facets) -> str:
    if isinstance(user, Agent) or (client and client.document):
        return TYPES["agent"]
    kind = str(facets.get("app_type") or "")
    return TYPES.get(kind, kind or "of no type")


def _stated_mode(user: User | None) -> str:
    return user.security_mode if isinstance(user, Application) else "strict"


def _keys(user: User | None, client: Client | None, keys: Keys) -> tuple[Key, ...]:
    """Of the files' keys nobody knows the age."""
    if client is not None:
        return keys.get(client.id) or tuple(Key(identity, "") for identity in client.keys)
    return tuple(Key(key.name, "") for key in user.keys) if isinstance(user, Application) else ()


def _connections(
    view: EnvironmentView, user: User | None, client: Client | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """By what its users can sign in, and what the tenant has otherwise than the files (DC-01)."""
    named = user.connections if user else ()
    if view.snapshot is None or "connections" in view.unknown_reasons:
        return named, ()
    signs_in = _signs_in(user, client)
    if user is None:
        return (view.promoted_connections if signs_in else ()), ()
    closed = [name for name in named if name not in view.promoted_connections]
    more = [name for name in view.promoted_connections if name not in view.catalog.connections]
    notes = []
    if closed:
        notes.append(f"in the files, not open in the tenant: {', '.join(closed)}")
    if more and signs_in:
        notes.append(f"in no file, open to every third party: {', '.join(more)}")
    return tuple(name for name in named if name in view.promoted_connections), tuple(notes)


def _organizations(
    view: EnvironmentView, user: User | None, client: Client | None
) -> tuple[str, ...]:
    """Whose members may use it, and where its own grants are good."""
    strict = client.mode == "strict" if client else _stated_mode(user) == "strict"
    admitting = view.admitting_organizations if strict and _signs_in(user, client) else ()
    return tuple(dict.fromkeys((*admitting, *_places_of_grants(view, user, client))))


def _places_of_grants(
    view: EnvironmentView, user: User | None, client: Client | None
) -> Sequence[str]:
    if client is None or PLACES_OF_GRANTS & view.unknown_reasons.keys():
        return [name for grant in (user.grants if user else ()) for name in grant.organizations]
    ids = {grant.id for grant in view.grants.get(client.id, ())}
    return [name for name, links in view.links.items() if ids & (links.grants or frozenset())]


def _signs_in(user: User | None, client: Client | None) -> bool:
    """By its grant types where the tenant says them."""
    flows = flows_of(client) if client else None
    if client is not None and flows is not None:
        return admits(flows, "user", strict=client.mode == "strict")
    return isinstance(user, Agent) or (user is not None and user.signs_users_in)


def _texts(facets: Facets, *names: str) -> tuple[str, ...]:
    values = (facets.get(name) for name in names)
    found = (str(text) for value in values if isinstance(value, tuple) for text in value)
    return tuple(dict.fromkeys(found))
