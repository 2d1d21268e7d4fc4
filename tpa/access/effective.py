"""Effective access: what the files declare, what the tenant has, and how the two compare.

One row for each application, API and subject type: a grant path and the checks on it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import PlainSerializer

from auth0_third_party.model.access import admits
from auth0_third_party.model.permissions import ClientGrant
from auth0_third_party.model.values import Model
from tpa.access.authorization_checks import (
    AuthorizationCheck,
    GrantPath,
    Place,
    Source,
    authorization_checks,
    policy_of,
)
from tpa.comparison.compare import Changed, compare
from tpa.comparison.facts import EVERY_SCOPE, Facts
from tpa.files.layout import APIS_FILE
from tpa.tenant.objects import Client, Grant, GrantTarget, target_of
from tpa.tenant.token_settings import live_holder
from tpa.tenant.view import EnvironmentView

Status = Literal["", "same", "differs", "missing", "registered", "unmanaged", "unknown"]
COMPARED = ("source", "authorization_details_types", "organization_usage")
"""The fields of a row that are compared besides its scopes."""
SCOPES = ("scopes",)


class Decision(Model):
    """What decided: the name of a check, or `grant`, `default`, `api_policy`; and its place."""

    by: str
    place: Annotated[Place, PlainSerializer(str)]


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


def access_rows(view: EnvironmentView) -> tuple[AccessRow, ...]:
    """All rows, by application, API and subject type: the tenant's where it was read, and those
    that only the files have.
    """
    declared = {row.key: row for row in declared_rows(view)}
    if view.snapshot is None:
        return _sorted(declared.values())
    if not view.comparable:
        unknown = (row.model_copy(update={"status": "unknown"}) for row in declared.values())
        return _sorted(unknown)
    live = {row.key: row for row in live_rows(view)}
    registered = {client.id for client in view.registered}
    found = [
        _compared(row, declared.get(key), registered=row.client_id in registered)
        for key, row in live.items()
    ]
    found += [_missing(declared[key]) for key in declared.keys() - live.keys()]
    return _sorted(found)


def unmanaged_defaults(view: EnvironmentView) -> tuple[Grant, ...]:
    """Live default permissions that are in no file: they apply to every third-party application."""
    declared = {target_of(default) for default in view.catalog.default_permissions}
    return tuple(
        grant
        for grant in view.grants.get("", ())
        if target_of(grant) not in declared and not view.excludes_grant(grant)
    )


def declared_rows(view: EnvironmentView) -> Iterator[AccessRow]:
    """The rows of the files, each with the line of its grant; the checks are the tenant's, where it
    was read.
    """
    catalog = view.catalog
    lines = {
        (file, *target_of(grant)): (stated, grant)
        for file, stated, grant in catalog.stated_grants()
    }
    for access in catalog.access:
        default = access.source == "default"
        file = APIS_FILE if default else catalog.definition_file(access.application)
        stated, grant = lines[file, access.audience, access.subject_type]
        client = view.declared[access.application]
        organizations = grant.organizations if isinstance(grant, ClientGrant) else ()
        path = GrantPath(
            key=access.application,
            audience=access.audience,
            subject_type=access.subject_type,
            grant_types=client.flows,
            strict=client.strict,
            place=Place(catalog.line(file, *stated)),
            source=access.source,
            scopes=access.scopes,
            all_scopes=access.all_scopes,
            details=grant.authorization_details_types,
            connections=client.connections,
            organizations=organizations,
            organization_usage="allow" if organizations else "deny",
            client=view.managed.get(access.application),
        )
        yield _row(view, path)


def live_rows(view: EnvironmentView) -> Iterator[AccessRow]:
    """The rows of every live third-party application."""
    for key, client in view.managed.items():
        yield from _live_rows(view, key if key in view.declared else "", client)
    for client in view.unmanaged:
        yield from _live_rows(view, "", client)


def _live_rows(view: EnvironmentView, key: str, client: Client) -> Iterator[AccessRow]:
    """CG-06: a grant of its own, or else a default permission; an open API needs neither."""
    grant_types, strict = live_holder(client).grant_types, client.mode == "strict"
    names = view.declared[key].connections if key else ()
    any_path = GrantPath(
        key, "", "", grant_types, strict, Place(""), connections=names, client=client
    )
    open_apis = _open_apis(view, client)
    for target, scopes in open_apis.items():
        path = replace(
            any_path, **target._asdict(), source="api_policy", scopes=scopes, all_scopes=True
        )
        yield _row(view, replace(path, place=Place(path.api_place)))
    own = {target_of(grant): grant for grant in view.grants.get(client.id, ())}
    defaults = {
        target_of(grant): grant
        for grant in view.grants.get("", ())
        if grant_types is None or admits(grant_types, grant.subject_type, strict=strict)
    }
    for target, grant in {**defaults, **own}.items():
        if target not in open_apis and not view.excludes_grant(grant):
            path = replace(
                any_path,
                **target._asdict(),
                place=Place(f"{grant.id} in the tenant", "grant"),
                source="application" if target in own else "default",
                scopes=grant.scopes,
                all_scopes=grant.all_scopes,
                details=grant.details,
                organization_usage=grant.organization_usage,
            )
            yield _row(view, path)


def _open_apis(view: EnvironmentView, client: Client) -> dict[GrantTarget, tuple[str, ...]]:
    """User access that a permissive application has without a grant, by the APIs' own policies
    (section 8 of the rules), and the scopes of those APIs. A grant does not narrow it.
    """
    grant_types = live_holder(client).grant_types
    if client.mode != "permissive":
        return {}
    if grant_types is not None and not admits(grant_types, "user", strict=False):
        return {}
    return {
        GrantTarget(audience, "user"): tuple(sorted(api.scopes))
        for audience, api in view.tenant.apis.items()
        if not api.system and policy_of(api, "user") == "allow_all"
    }


def _row(view: EnvironmentView, path: GrantPath) -> AccessRow:
    """The row of one path, not compared yet."""
    checks = tuple(authorization_checks(view, path))
    denial = next((check for check in checks if check.passed is False), None)
    unknown = any(check.passed is None for check in checks)
    decision = _granting(path.source, path.place)
    if denial is not None:
        decision = Decision(by=denial.check, place=Place(denial.place))
    client_id, name = (path.client.id, path.client.name) if path.client else ("", "")
    return AccessRow(
        application=path.key or client_id,
        name=name or (view.declared[path.key].name if path.key else ""),
        client_id=client_id,
        api=view.api_name(path.audience),
        audience=path.audience,
        subject_type=path.subject_type,
        scopes=path.scopes,
        all_scopes=path.all_scopes,
        authorization_details_types=path.details,
        organization_usage=(path.organization_usage or "deny") if path.client_access else "",
        source=path.source,
        granted_by=str(path.place),
        decided_by=decision,
        usable=False if denial is not None else None if unknown else True,
        checks=checks,
    )


def _granting(source: Source, place: Place) -> Decision:
    """What decides where no check denies."""
    return Decision(by="grant" if source == "application" else source, place=place)


def _compared(live: AccessRow, declared: AccessRow | None, *, registered: bool) -> AccessRow:
    """The live row; where it is as declared, with the line of the file as its decision. What a
    client that `registered` itself has by default permissions is expected.
    """
    if declared is None and registered and live.source == "default":
        return live.model_copy(update={"status": "registered"})
    if declared is None:
        return live.model_copy(update={"status": "unmanaged"})
    found = {each.path: each for each in compare(_facts(declared), _facts(live))}
    scopes = found.pop(SCOPES, Changed(SCOPES, (), ()))
    changes: dict[str, object] = {
        # Against every scope, single scopes are neither gained nor lost.
        "gained": () if declared.all_scopes else scopes.gained,
        "lost": () if live.all_scopes else scopes.lost,
        "changed": tuple(name for name in COMPARED if (name,) in found),
        "status": "differs" if found or scopes.gained or scopes.lost else "same",
    }
    if changes["status"] == "same":
        changes["granted_by"] = declared.granted_by
        if live.usable is not False:
            changes["decided_by"] = declared.decided_by
    return live.model_copy(update=changes)


def _facts(row: AccessRow) -> Facts:
    scopes = (EVERY_SCOPE,) if row.all_scopes else tuple(sorted(row.scopes))
    return {SCOPES: scopes} | {(name,): getattr(row, name) for name in COMPARED}


def _missing(row: AccessRow) -> AccessRow:
    """Without a live grant no check matters."""
    decided_by = _granting(row.source, Place(row.granted_by))
    return row.model_copy(update={"status": "missing", "usable": False, "decided_by": decided_by})


def _sorted(found: Iterable[AccessRow]) -> tuple[AccessRow, ...]:
    return tuple(sorted(found, key=lambda row: (row.application, row.api, row.subject_type)))
