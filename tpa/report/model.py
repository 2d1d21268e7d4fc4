"""What the report shows, before anything is rendered: plain values, no tenant, no files."""

from dataclasses import dataclass

from tpa.environments.risks import Change
from tpa.files.problems import Problem
from tpa.tenant.snapshot import Unknown


@dataclass(frozen=True)
class Row:
    """One cell of the matrix: an application may call an API as a subject type with scopes.

    `decided_by` is the line of a file, or the object in the tenant, that decided. `blocked` says
    which gate keeps it from working, "" where none does. `status`: how the tenant stands to the
    files: `same`, `differs`, `missing`, `outside` (in no file) or `unknown` (not looked at).
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
class Key:
    """A public key that the application signs with. `created_at`: ISO 8601, "" where unknown."""

    name: str
    created_at: str


@dataclass(frozen=True)
class Card:
    """One application. `key` is empty for one that is in no file; `client_id` while not live.

    `kind` is in people's words (`regular web app`). `proof`: how it proves itself, in words.
    `sign_in_notes`: what to know beside `connections`, those that its users can sign in by.
    """

    key: str
    name: str
    client_id: str
    owner: str
    contact: str
    kind: str
    security_mode: str
    proof: str
    keys: tuple[Key, ...]
    callbacks: tuple[str, ...]
    origins: tuple[str, ...]
    connections: tuple[str, ...]
    organizations: tuple[str, ...]
    findings: tuple[Problem, ...]
    sign_in_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """All of one page. `live`: whether the tenant was read; `made_at`: ISO 8601, UTC.

    `findings` are those of no single application. `pending`: what the files would change over
    what the stack applied last.
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
