"""One row of effective access, and how it is made of a way and the gates on it."""

from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.values import Model, SubjectType
from tpa.access.authorization_checks import AuthorizationCheck, GrantPath, default_gate, gates
from tpa.tenant.view import EnvironmentView

Status = Literal["", "same", "differs", "missing", "outside", "unknown"]
Origin = Literal["application", "default", "api_policy"]
ALL = "every scope"


class Decision(Model):
    """What decided: a gate's name, `grant`, `default` or `api_policy`, and where it stands."""

    by: str
    place: str


class Row(Model):
    """What one application may call as whom.

    `application` is the files' key, or the client id of one that is in no file. `granted_by` is the
    line or object of the grant, whatever gate is closed. `usable`: whether every gate is open; None
    where nobody can say of one. `organization_usage` (of a `client` row): `deny`, `allow`,
    `require`.

    `status`: how the tenant stands to the files, "" where it was not read: `same`, `differs`,
    `missing` (in the files alone), `outside` (in no file), `unknown` (could not be compared).
    `gained` and `lost` are its scopes against the files', `changed` other fields of this row.
    """

    application: str
    name: str
    client_id: str
    api: str
    audience: str
    subject_type: SubjectType
    scopes: tuple[str, ...]
    all_scopes: bool
    authorization_details_types: tuple[str, ...] = ()
    organization_usage: str = ""
    source: Origin
    granted_by: str
    decided_by: Decision
    usable: bool | None
    gates: tuple[AuthorizationCheck, ...]
    status: Status = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, str, str]:
        """What there is one row for."""
        return self.application, self.audience, self.subject_type

    @property
    def unsure(self) -> tuple[str, ...]:
        """The gates of which nobody can say whether they are open."""
        return tuple(dict.fromkeys(gate.gate for gate in self.gates if gate.open is None))


@dataclass(frozen=True)
class Permission:
    """What is granted on a way, and by what kind of line or object."""

    source: Origin
    scopes: tuple[str, ...]
    all_scopes: bool = False
    details: tuple[str, ...] = ()


def row(view: EnvironmentView, way: GrantPath, given: Permission) -> Row:
    """The row of one way; `status` is for who compares."""
    passed = (*(default_gate(way) if given.source == "default" else ()), *gates(view, way))
    shut = next((gate for gate in passed if gate.open is False), None)
    unsure = any(gate.open is None for gate in passed)
    by = "grant" if given.source == "application" else given.source
    decision = (
        Decision(by=shut.gate, place=shut.place) if shut else Decision(by=by, place=way.place)
    )
    client = way.live
    return Row(
        application=way.key or (client.id if client else ""),
        name=_name(view, way),
        client_id=client.id if client else "",
        api=view.api_name(way.audience),
        audience=way.audience,
        subject_type="user" if way.for_users else "client",
        scopes=given.scopes,
        all_scopes=given.all_scopes,
        authorization_details_types=given.details,
        organization_usage="" if way.for_users else way.usage or "deny",
        source=given.source,
        granted_by=way.place,
        decided_by=decision,
        usable=False if shut is not None else None if unsure else True,
        gates=passed,
    )


def _name(view: EnvironmentView, way: GrantPath) -> str:
    if way.live is not None and way.live.name:
        return way.live.name
    return view.declared[way.key].name if way.key else ""
