"""What the report shows, before anything is rendered: plain values without tenant or files."""

from dataclasses import dataclass

from tpa.environments.risks import Change
from tpa.files.problems import Problem
from tpa.tenant.snapshot import Unknown


@dataclass(frozen=True)
class Row:
    """One row of the access table: an application may call an API as user or client access.

    `decided_by`: the line of a file, or the object in the tenant, that decides. `blocked`: the
    check that denies access, "" where none does. `status` compares the tenant with the files:
    `same`, `differs`, `missing`, `unmanaged` (in no file) or `unknown` (not compared).
    """

    application: str
    name: str
    api: str
    audience: str
    subject_type: str
    scopes: tuple[str, ...]
    all_scopes: bool
    source: str
    decided_by: str
    blocked: str
    status: str


@dataclass(frozen=True)
class PublicKey:
    """A key that an application authenticates with. `created_at`: ISO 8601, "" where unknown."""

    name: str
    created_at: str


@dataclass(frozen=True)
class Card:
    """One application. `key` is empty for one that is in no file; `client_id` while not live.

    `kind`: its type as a label (`regular web app`). `authentication`: how it authenticates, as a
    label. `connections`: those that its users can sign in with; `sign_in_notes`: where these differ
    from the files.
    """

    key: str
    name: str
    client_id: str
    owner: str
    contact: str
    kind: str
    security_mode: str
    authentication: str
    keys: tuple[PublicKey, ...]
    callbacks: tuple[str, ...]
    origins: tuple[str, ...]
    connections: tuple[str, ...]
    organizations: tuple[str, ...]
    findings: tuple[Problem, ...]
    sign_in_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """Everything on one page. `live`: whether the tenant was read; `made_at`: ISO 8601, UTC.

    `findings`: those that belong to no single application. `pending`: what the files would change
    in what the stack applied last.
    """

    environment: str
    tenant: str
    made_at: str
    live: bool
    unknown: tuple[Unknown, ...]
    rows: tuple[Row, ...]
    applications: tuple[Card, ...]
    findings: tuple[Problem, ...]
    pending: tuple[Change, ...]
