"""Everything that the report is made of, read from files, tenant and state.

What was changed outside Pulumi is among its findings. The API has names, ages and expiries of keys,
and nothing of a secret but itself. The tenant's log, which Auth0 keeps for some days, has when a
secret was made, and when a token was last issued.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath
from typing import Any

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from tpa.access.effective import AccessRow, access_rows
from tpa.check.findings import findings
from tpa.comparison.differences import changed_outside
from tpa.engine.session import open_management
from tpa.environments.difference import difference
from tpa.environments.risks import Change
from tpa.environments.stack_state import StackState
from tpa.errors import TpaError
from tpa.files.catalog import Catalog
from tpa.files.declaration import declaration_in
from tpa.files.problems import Problem
from tpa.files.record import Record
from tpa.files.warnings import file_warnings
from tpa.report.model import KEYS, LAST_APPLIED, LAST_USE, Credential
from tpa.tenant.log import Write, last_token, read_writes
from tpa.tenant.objects import Client
from tpa.tenant.reading import read_environment, read_state_if_possible, stack_tag
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say
from tpa.terminal.progress import progress

Keys = Mapping[str, tuple[Credential, ...]]
"""Client id -> its public keys."""


@dataclass(frozen=True)
class Credentials:
    """By client id: public keys; when the secret was made or replaced; when a token was issued
    last. `unknown`: what could not be read.
    """

    keys: Keys = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    last_used: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[Unknown, ...] = ()


@dataclass(frozen=True)
class ReportInput:
    """`findings`: of the files and of preflight. `changed_outside`: what was changed outside
    Pulumi, by the key of an application, "" where it belongs to none. `more_unknown`: what could
    not be read besides the parts of the tenant that `view` names.
    """

    view: EnvironmentView
    rows: Sequence[AccessRow]
    findings: Sequence[Problem] = ()
    pending: Sequence[Change] = ()
    credentials: Credentials = field(default_factory=Credentials)
    more_unknown: tuple[Unknown, ...] = ()
    changed_outside: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that could not be read."""
        return (*self.view.unknown, *self.credentials.unknown, *self.more_unknown)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All findings of the page."""
        outside = (each for found in self.changed_outside.values() for each in found)
        return (*self.findings, *outside)


def read_files(catalog: Catalog) -> ReportInput:
    """The input of a report about the files only."""
    view = EnvironmentView(catalog, stack_tag(catalog))
    return ReportInput(view, access_rows(view), tuple(file_warnings(catalog)))


def read_all(root: FilePath, catalog: Catalog) -> ReportInput:
    """The input of a report about files, tenant and, where it can be read, the stack's state.

    Raises:
        TpaError, ManagementError: the tenant can't be read.
    """
    state = read_state_if_possible(root, catalog)
    with (
        progress(f"reading the tenant of {catalog.name}") as shown,
        open_management(root, catalog, shown.wait) as client,
    ):
        held = state.resources.client_keys if state else {}
        view = read_environment(client, catalog, stack_tag(catalog), held)
        credentials = read_credentials(client, view)
    found = findings(root, catalog, view.snapshot)
    for note in found.notes:
        say(note)
    read = ReportInput(view, access_rows(view), found.problems, credentials=credentials)
    record = _record(state, catalog)
    if record is None:
        return replace(read, more_unknown=(Unknown(LAST_APPLIED, ""),))
    outside = changed_outside(view, declaration_in(record))
    pending = tuple(difference(record, catalog.record))
    return replace(read, pending=pending, changed_outside=outside)


def _record(state: StackState | None, catalog: Catalog) -> Record | None:
    """What the stack applied last; None where it is unknown."""
    if state is None:
        return None
    try:
        return state.record(catalog.name)
    except TpaError as error:
        say(str(error))
        return None


def read_credentials(client: ManagementClient, view: EnvironmentView) -> Credentials:
    """One call for each application that has keys, and one for each that may have got a token.

    Raises:
        ManagementError: the tenant can't be read.
    """
    keys, unknown = _public_keys(client, view)
    log = read_writes(client, LAST_USE)
    if log.unknown:
        return Credentials(keys, unknown=(*unknown, log.unknown))
    secrets: dict[str, str] = {}
    for write in log.writes:
        for client_id in _new_secret(write):
            secrets.setdefault(client_id, write.at)
    last_used = {live.id: last_token(client, live.id) for live in _live(view)}
    return Credentials(keys, secrets, last_used, unknown)


def _live(view: EnvironmentView) -> tuple[Client, ...]:
    return (*view.managed.values(), *view.unmanaged)


def _new_secret(write: Write) -> Iterator[str]:
    """The client whose secret a write made or replaced."""
    collection, *rest = write.place or ("",)
    if collection == "clients" and write.method == "POST" and rest[1:] in ([], ["rotate-secret"]):
        yield rest[0] if rest else str(write.answer.get("client_id") or "")
    elif collection == "clients" and write.method == "PATCH" and "client_secret" in write.body:
        yield rest[0]


def _public_keys(
    client: ManagementClient, view: EnvironmentView
) -> tuple[Keys, tuple[Unknown, ...]]:
    """The public keys of live applications; one call for each application that has some. Keys that
    can't be read have their ids for names.
    """
    found: dict[str, tuple[Credential, ...]] = {}
    unknown: tuple[Unknown, ...] = ()
    for live in _live(view):
        if not live.keys:
            continue
        found[live.id] = tuple(Credential(identity, "") for identity in live.keys)
        if unknown:
            continue  # the token lacks the scope for every application
        try:
            listed = client.get(f"/clients/{live.id}/credentials")
        except MissingScope as error:
            unknown = (Unknown(KEYS, " or ".join(error.scopes)),)
        except NotFound:
            continue  # deleted since the clients were listed
        else:
            by_id = {str(item.get("id")): item for item in listed}
            found[live.id] = tuple(_key(each, by_id.get(each, {})) for each in live.keys)
    return found, unknown


def _key(identity: str, item: Mapping[str, Any]) -> Credential:
    return Credential(
        str(item.get("name") or item.get("kid") or identity),
        str(item.get("created_at") or ""),
        str(item.get("expires_at") or ""),
    )
