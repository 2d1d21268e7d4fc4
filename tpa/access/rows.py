"""One row of effective access, made of a grant path and the authorization checks on it."""

from dataclasses import dataclass
from typing import Literal

from auth0_third_party.model.values import Model
from tpa.access.authorization_checks import (
    AuthorizationCheck,
    GrantPath,
    authorization_checks,
    default_permission_check,
)
from tpa.comparison.facts import EVERY_SCOPE
from tpa.tenant.view import EnvironmentView

Status = Literal["", "same", "differs", "missing", "registered", "unmanaged", "unknown"]
Source = Literal["application", "default", "api_policy"]


class Decision(Model):
    """What decided: the name of a check, or `grant`, `default`, `api_policy`; and its place: the
    line of a file, or the object in the tenant.
    """

    by: str
    place: str


class AccessRow(Model):
    """What one application may call, as user access or as client access.

    `application` is the key in the files, or the client id of one that is in no file. `granted_by`
    is the line or object of the grant, whatever a check denies. `subject_type`: `user`, `client`,
    or what else the tenant has. `usable`: whether every check passes; None where one is unknown.
    `organization_usage` (of client access): `deny`, `allow`, `require`.

    `status` compares the tenant with the files, "" where it was not read: `same`, `differs`,
    `missing` (only in the files), `registered` (what a client that registered itself, as the files
    allow, has by default permissions), `unmanaged` (in no file), `unknown` (could not be compared).
    `gained` and `lost`: its scopes compared with the files'; `changed`: other fields that differ.
    """

    application: str
    name: str
    client_id: str
    api: str
    audience: str
    subject_type: str
    scopes: tuple[str, ...]
    all_scopes: bool
    authorization_details_types: tuple[str, ...] = ()
    organization_usage: str = ""
    source: Source
    granted_by: str
    decided_by: Decision
    usable: bool | None
    checks: tuple[AuthorizationCheck, ...]
    status: Status = ""
    gained: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """There is one row for each application, API and subject type."""
        return self.application, self.audience, self.subject_type

    @property
    def blocked(self) -> str:
        """What denies it, "" where nothing does."""
        missing = "not in the tenant" if self.status == "missing" else ""
        return next((check.what for check in self.checks if check.passed is False), missing)

    @property
    def scopes_text(self) -> str:
        """`read:orders write:orders`."""
        if self.all_scopes:
            return f"{EVERY_SCOPE}, future ones too"
        return " ".join(self.scopes) or "no scope"

    @property
    def unknown_checks(self) -> tuple[str, ...]:
        """The names of the checks that are unknown."""
        return tuple(dict.fromkeys(each.check for each in self.checks if each.passed is None))


@dataclass(frozen=True)
class Permission:
    """What is granted on a path, and by what kind of line or object."""

    source: Source
    scopes: tuple[str, ...]
    all_scopes: bool = False
    details: tuple[str, ...] = ()


def granting_decision(source: Source, place: str) -> Decision:
    """What decides where no check denies."""
    return Decision(by="grant" if source == "application" else source, place=place)


def access_row(view: EnvironmentView, path: GrantPath, permission: Permission) -> AccessRow:
    """The row of one path, not compared yet."""
    default = permission.source == "default"
    checks = (
        *(default_permission_check(path) if default else ()),
        *authorization_checks(view, path),
    )
    denial = next((check for check in checks if check.passed is False), None)
    unknown = any(check.passed is None for check in checks)
    decision = granting_decision(permission.source, path.place)
    if denial is not None:
        decision = Decision(by=denial.check, place=denial.place)
    client_id = path.client.id if path.client else ""
    return AccessRow(
        application=path.key or client_id,
        name=_name(view, path),
        client_id=client_id,
        api=view.api_name(path.audience),
        audience=path.audience,
        subject_type=path.subject_type,
        scopes=permission.scopes,
        all_scopes=permission.all_scopes,
        authorization_details_types=permission.details,
        organization_usage=(path.organization_usage or "deny") if path.client_access else "",
        source=permission.source,
        granted_by=path.place,
        decided_by=decision,
        usable=False if denial is not None else None if unknown else True,
        checks=checks,
    )


def _name(view: EnvironmentView, path: GrantPath) -> str:
    if path.client is not None and path.client.name:
        return path.client.name
    return view.declared[path.key].name if path.key else ""
