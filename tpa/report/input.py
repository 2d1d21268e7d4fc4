"""Everything that the report is made of, read from files, tenant and state.

What was changed outside Pulumi is among its findings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path as FilePath

from auth0_third_party.management import ManagementClient, MissingScope, NotFound
from tpa.access.effective import access_rows
from tpa.access.rows import AccessRow
from tpa.check.findings import findings
from tpa.comparison.changed_outside import changed_outside
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
from tpa.report.model import PublicKey
from tpa.tenant.reading import read_environment, read_state_if_possible, stack_tag
from tpa.tenant.snapshot import Unknown
from tpa.tenant.view import EnvironmentView
from tpa.terminal.output import say
from tpa.terminal.progress import progress

Keys = Mapping[str, tuple[PublicKey, ...]]
"""Client id -> its public keys."""


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
    keys: Keys = field(default_factory=dict)
    more_unknown: tuple[Unknown, ...] = ()
    changed_outside: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def unknown(self) -> tuple[Unknown, ...]:
        """Everything that could not be read."""
        return (*self.view.unknown, *self.more_unknown)

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
        keys, unknown = public_keys(client, view)
    found = findings(root, catalog, view.snapshot)
    for note in found.notes:
        say(note)
    read = ReportInput(view, access_rows(view), found.problems, keys=keys, more_unknown=unknown)
    record = _record(state, catalog)
    if record is None:
        return replace(read, more_unknown=(*unknown, Unknown("what was applied last", "")))
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


def public_keys(
    client: ManagementClient, view: EnvironmentView
) -> tuple[Keys, tuple[Unknown, ...]]:
    """The public keys of live applications; one call for each application that has some. Keys that
    can't be read have their ids for names.

    Raises:
        ManagementError: the tenant can't be read.
    """
    found: dict[str, tuple[PublicKey, ...]] = {}
    unknown: tuple[Unknown, ...] = ()
    for live in (*view.managed.values(), *view.unmanaged):
        if not live.keys:
            continue
        found[live.id] = tuple(PublicKey(identity, "") for identity in live.keys)
        if unknown:
            continue  # the token lacks the scope for every application
        try:
            listed = client.get(f"/clients/{live.id}/credentials")
        except MissingScope as error:
            unknown = (Unknown("names and ages of keys", " or ".join(error.scopes)),)
        except NotFound:
            continue  # deleted since the clients were listed
        else:
            found[live.id] = _named(listed, live.keys)
    return found, unknown


def _named(listed: object, ids: tuple[str, ...]) -> tuple[PublicKey, ...]:
    items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    by_id = {str(item.get("id")): item for item in items}
    return tuple(
        PublicKey(
            str(by_id.get(each, {}).get("name") or by_id.get(each, {}).get("kid") or each),
            str(by_id.get(each, {}).get("created_at") or ""),
        )
        for each in ids
    )
