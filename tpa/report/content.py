"""The content of the report: rows and cards, and which finding belongs to which application.

Each application is shown as the tenant has it, else as the files declare it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from auth0_third_party.model.access import admits
from auth0_third_party.model.application import PRIVATE_KEY_JWT, Agent, Application
from auth0_third_party.model.client import Values, declared_values
from auth0_third_party.model.text import TYPES
from tpa.files.problems import Problem
from tpa.files.record import Identity
from tpa.report.input import Credentials, Keys, ReportInput
from tpa.report.model import Card, Credential, Report
from tpa.tenant.objects import Client
from tpa.tenant.snapshot import ORGANIZATION_GRANTS
from tpa.tenant.token_settings import live_holder
from tpa.tenant.view import EnvironmentView

UNKNOWN = {"status": "unknown"}


def build_report(read: ReportInput, made_at: str) -> Report:
    """Everything on one page; `made_at` is ISO 8601, UTC."""
    view = read.view
    by_key = _findings_by_key(read)
    on_cards = {problem for problems in by_key.values() for problem in problems}
    return Report(
        environment=view.catalog.name,
        tenant=view.domain or view.catalog.environment.tenant,
        made_at=made_at,
        live=view.snapshot is not None,
        unknown=read.unknown,
        rows=tuple(row if row.status else row.model_copy(update=UNKNOWN) for row in read.rows),
        applications=tuple(cards(view, read.credentials, by_key)),
        findings=tuple(problem for problem in read.problems if problem not in on_cards),
        pending=tuple(read.pending),
        excluded=view.excluded,
    )


def _findings_by_key(read: ReportInput) -> dict[str, tuple[Problem, ...]]:
    """Findings that belong to one application, by its key."""
    return {
        key: (*_findings_of(read, key), *read.changed_outside.get(key, ()))
        for key in (*read.view.declared, *read.view.pending_deletion)
    }


def _findings_of(read: ReportInput, key: str) -> Iterator[Problem]:
    """Those in its own file, or in its lines of the environment's file."""
    view = read.view
    lines = [(name, key) for name in ("adopt", "advance_anyway")]
    for problem in read.findings if key in view.declared else ():
        in_line = problem.file == view.catalog.file and problem.path[:2] in lines
        if problem.file == view.catalog.definition_file(key) or in_line:
            yield problem


AUTHENTICATION = {
    "none": "PKCE only (a public application)",
    "client_secret_post": "a client secret in the request's body",
    "client_secret_basic": "a client secret by HTTP Basic",
    PRIVATE_KEY_JWT: "a key of its own (private_key_jwt)",
}
GRANT_ORGANIZATIONS = frozenset({"grants", "organizations", ORGANIZATION_GRANTS})
"""While one of these is unknown, it is unknown in which organizations a live grant is usable."""
Declared = Application | Agent


def cards(
    view: EnvironmentView, read: Credentials, findings: Mapping[str, tuple[Problem, ...]]
) -> Iterator[Card]:
    """Those of the files, then those that are only in the state, then unmanaged ones.

    Args:
        findings: by the key of an application.
    """
    for key in sorted(view.declared):
        yield _card(
            view, (view.declared[key], view.managed.get(key)), read, findings.get(key, ()), key
        )
    for key, client in view.pending_deletion.items():
        yield _card(view, (None, client), read, findings.get(key, ()))
    for client in view.unmanaged:
        yield _card(view, (None, client), read, ())


def _card(
    view: EnvironmentView,
    application: tuple[Declared | None, Client | None],
    read: Credentials,
    findings: tuple[Problem, ...],
    key: str = "",
) -> Card:
    """`application`: as declared, and its live client."""
    declared, client = application
    values, owner = _values(declared, client), _owner(view, key)
    connections, notes = _connections(view, declared, client)
    method = str(values.get(("token_endpoint_auth_method",), ""))
    return Card(
        key=key,
        name=(client.name if client else "") or (declared.name if declared else ""),
        client_id=client.id if client else "",
        owner=str(owner.get("organization", "")) or (client.owner if client else ""),
        contact=str(owner.get("contact", "")),
        kind=_kind(declared, client, values),
        security_mode=client.mode if client else _declared_mode(declared),
        authentication=AUTHENTICATION.get(method, method),
        keys=_keys(declared, client, read.keys),
        callbacks=_texts(values, "callbacks"),
        origins=_texts(values, "allowed_origins", "web_origins"),
        connections=connections,
        organizations=_organizations(view, declared, client),
        findings=findings,
        sign_in_notes=notes,
        secret=_secret(method, client, read),
        last_used=read.last_used.get(client.id, "") if client else "",
    )


def _values(declared: Declared | None, client: Client | None) -> Values:
    """Those of agents are in their metadata documents, not in files."""
    from_files = declared_values(declared) if isinstance(declared, Application) else {}
    return {**from_files, **(client.values if client else {})}


def _owner(view: EnvironmentView, key: str) -> Mapping[str, Any]:
    entries = view.catalog.record.definitions
    entry = entries.get(Identity(key)) or entries.get(Identity(key, "agent"))
    owner = entry.definition.get("owner") if entry else None
    return owner if isinstance(owner, Mapping) else {}


def _kind(declared: Declared | None, client: Client | None, values: Values) -> str:
    if isinstance(declared, Agent) or (client and client.document):
        return TYPES["agent"]
    kind = str(values.get(("app_type",)) or "")
    return TYPES.get(kind, kind or "of no type")


def _declared_mode(declared: Declared | None) -> str:
    return declared.security_mode if isinstance(declared, Application) else "strict"


def _keys(declared: Declared | None, client: Client | None, keys: Keys) -> tuple[Credential, ...]:
    """The age of keys that are only in the files is unknown."""
    if client is not None:
        return keys.get(client.id) or tuple(Credential(identity, "") for identity in client.keys)
    declared_keys = declared.keys if isinstance(declared, Application) else ()
    return tuple(Credential(key.name, "") for key in declared_keys)


def _secret(method: str, client: Client | None, read: Credentials) -> Credential | None:
    if not method.startswith("client_secret_"):
        return None
    return Credential("client secret", read.secrets.get(client.id, "") if client else "")


def _connections(
    view: EnvironmentView, declared: Declared | None, client: Client | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What its users can sign in with, and notes where that differs from the files (DC-01)."""
    named = declared.connections if declared else ()
    if view.snapshot is None or "connections" in view.unknown_reasons:
        return named, ()
    signs_in = _signs_in(declared, client)
    if declared is None:
        return (view.promoted_connections if signs_in else ()), ()
    not_promoted = [name for name in named if name not in view.promoted_connections]
    more = [name for name in view.promoted_connections if name not in view.catalog.connections]
    notes = []
    if not_promoted:
        notes.append(f"in the files, not promoted in the tenant: {', '.join(not_promoted)}")
    if more and signs_in:
        notes.append(f"in no file, promoted for all third parties: {', '.join(more)}")
    return tuple(name for name in named if name in view.promoted_connections), tuple(notes)


def _organizations(
    view: EnvironmentView, declared: Declared | None, client: Client | None
) -> tuple[str, ...]:
    """Those whose members may use it, and those in which its client access is usable."""
    strict = client.mode == "strict" if client else _declared_mode(declared) == "strict"
    admitting = view.admitting_organizations if strict and _signs_in(declared, client) else ()
    return tuple(dict.fromkeys((*admitting, *_grant_organizations(view, declared, client))))


def _grant_organizations(
    view: EnvironmentView, declared: Declared | None, client: Client | None
) -> Sequence[str]:
    if client is None or GRANT_ORGANIZATIONS & view.unknown_reasons.keys():
        grants = declared.grants if declared else ()
        return [name for grant in grants for name in grant.organizations]
    ids = {grant.id for grant in view.grants.get(client.id, ())}
    return [name for name, links in view.links.items() if ids & (links.grants or frozenset())]


def _signs_in(declared: Declared | None, client: Client | None) -> bool:
    """Whether it has user access, by its live grant types where they are known."""
    grant_types = live_holder(client).grant_types if client else None
    if client is not None and grant_types is not None:
        return admits(grant_types, "user", strict=client.mode == "strict")
    if client is not None and declared is None:
        return True  # not known: as much as it may be
    return isinstance(declared, Agent) or (declared is not None and declared.signs_users_in)


def _texts(values: Values, *names: str) -> tuple[str, ...]:
    stated = (values.get((name,)) for name in names)
    found = (str(text) for value in stated if isinstance(value, tuple) for text in value)
    return tuple(dict.fromkeys(found))
