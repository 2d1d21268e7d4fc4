"""The content of the report: a view, its access rows, what checks found, what is pending."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog import Application, Problem
from catalog.access import admits
from catalog.changes import Change
from catalog.facets import KEYS
from catalog.record import AGENTS
from catalog.sources import agent_file, application_file
from catalog.tenant import Agent
from catalog.words import TYPES
from preflight.objects import Client
from survey import rows as access
from survey.live_access import flows_of
from survey.page.model import Card, Key, Report, Row
from survey.unknown import Unknown
from survey.view import View

PROOFS = {
    "none": "nothing but PKCE (a public application)",
    "client_secret_post": "a client secret, in the request's body",
    "client_secret_basic": "a client secret, by HTTP Basic",
    KEYS: "a key of its own (private_key_jwt)",
}

ORIGINS = ("allowed_origins", "web_origins")


@dataclass(frozen=True)
class Material:
    """`keys`: client id -> its public keys; `unread`: what else could not be looked at."""

    view: View
    rows: Sequence[access.Row]
    findings: Sequence[Problem] = ()
    pending: Sequence[Change] = ()
    keys: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)
    unread: tuple[Unknown, ...] = ()

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """All that could not be looked at."""
        return (*self.view.unknown, *self.unread)


def report(material: Material, made_at: str) -> Report:
    """All of one page; `made_at` is ISO 8601, UTC."""
    view = material.view
    own = dict(_own_findings(material))
    told = {problem for problems in own.values() for problem in problems}
    cards = [_card(material, key, own.get(key, ())) for key in sorted(view.users)]
    cards += [_outside(material, client) for client in (*view.leaving.values(), *view.outside)]
    return Report(
        environment=view.catalog.name,
        tenant=view.domain or view.catalog.environment.tenant,
        made_at=made_at,
        live=view.snapshot is not None,
        unknown=material.unknown,
        rows=tuple(map(_row, material.rows)),
        applications=tuple(cards),
        findings=tuple(problem for problem in material.findings if problem not in told),
        pending=tuple(material.pending),
    )


def _row(row: access.Row) -> Row:
    closed = (gate for gate in row.gates if gate.open is False)
    missing = "not in the tenant" if row.status == "missing" else ""
    return Row(
        application=row.application,
        name=row.name,
        api=row.api,
        audience=row.audience,
        subject_type=row.subject_type,
        scopes=row.scopes,
        all_scopes=row.all_scopes,
        source=row.source,
        decided_by=_decided(row),
        blocked=next((gate.what for gate in closed), missing),
        status=row.status or "unknown",
    )


def _decided(row: access.Row) -> str:
    """The place; the page says beside it what kind of grant it is, unless a gate decided."""
    decision = row.decided_by
    if row.usable is False and decision.by not in ("grant", "default"):
        return f"{decision.by.replace('_', ' ')}: {decision.place}"
    if row.unsure:
        return f"{decision.place} (unknown: {', '.join(row.unsure).replace('_', ' ')})"
    return decision.place


def _own_findings(material: Material) -> Iterator[tuple[str, tuple[Problem, ...]]]:
    """Findings about one application: in its file, or in its line of the environment's."""
    catalog = material.view.catalog
    for key in material.view.users:
        file = application_file(key) if key in catalog.applications else agent_file(key)
        lines = tuple(f"{name}.{key}" for name in ("applications", "adopt", "advance_anyway"))
        yield (
            key,
            tuple(
                problem
                for problem in material.findings
                if problem.file == file
                or (problem.file == catalog.file and problem.field.startswith(lines))
            ),
        )


def _card(material: Material, key: str, findings: tuple[Problem, ...]) -> Card:
    view = material.view
    user, client = view.users[key], view.ours.get(key)
    owner = _owner(view, key)
    application = user if isinstance(user, Application) else None
    return Card(
        key=key,
        name=client.name if client and client.name else user.name,
        client_id=client.id if client else "",
        owner=str(owner.get("organization", "")),
        contact=str(owner.get("contact", "")),
        kind=TYPES[application.app_type if application else "agent"],
        security_mode=application.security_mode if application else "strict",
        proof=_proof(application.auth_method if application else _method(client)),
        keys=_keys(material, application, client),
        callbacks=application.callbacks if application else _texts(client, ("callbacks",)),
        origins=_origins(application) if application else _texts(client, ORIGINS),
        connections=user.connections,
        organizations=_organizations(view, user),
        findings=findings,
    )


def _outside(material: Material, client: Client) -> Card:
    """One that is in no file: all that is known of it is what the tenant says."""
    view, kind = material.view, str(client.facets.get("app_type") or "")
    signs_in = admits(flows_of(client) or (), "user", strict=client.mode == "strict")
    return Card(
        key="",
        name=client.name,
        client_id=client.id,
        owner=client.owner,
        contact="",
        kind="agent" if client.document else TYPES.get(kind, kind or "of no type"),
        security_mode=client.mode,
        proof=_proof(_method(client)),
        keys=_keys(material, None, client),
        callbacks=_texts(client, ("callbacks",)),
        origins=_texts(client, ORIGINS),
        connections=view.promoted if signs_in else (),
        organizations=view.admitting if signs_in and client.mode == "strict" else (),
        findings=(),
    )


def _owner(view: View, key: str) -> Mapping[str, Any]:
    entries = view.catalog.record.definitions
    entry = entries.get(key) or entries.get(f"{AGENTS}{key}")
    owner = entry.definition.get("owner") if entry else None
    return owner if isinstance(owner, Mapping) else {}


def _proof(method: str) -> str:
    return PROOFS.get(method, method)


def _method(client: Client | None) -> str:
    return str(client.facets.get("token_endpoint_auth_method", "none")) if client else ""


def _keys(
    material: Material, application: Application | None, client: Client | None
) -> tuple[Key, ...]:
    """The live keys where they were read, else the files', of which nobody knows the age."""
    if client is not None and client.id in material.keys:
        return material.keys[client.id]
    stated = application.keys if application else ()
    return tuple(Key(key.name, "") for key in stated)


def _origins(application: Application) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*application.allowed_origins, *application.web_origins)))


def _organizations(view: View, user: Application | Agent) -> tuple[str, ...]:
    """Whose members may use it, and where its own grants are good."""
    signs_in = isinstance(user, Agent) or (user.signs_users_in and user.strict)
    own = [name for grant in user.grants for name in grant.organizations]
    return tuple(dict.fromkeys((*(view.admitting if signs_in else ()), *own)))


def _texts(client: Client | None, names: Iterable[str]) -> tuple[str, ...]:
    found = (client.facets.get(name) if client else () for name in names)
    return tuple(
        dict.fromkeys(text for value in found if isinstance(value, tuple) for text in value)
    )
