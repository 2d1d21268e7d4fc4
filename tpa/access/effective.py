"""Effective access: what the files declare, what the tenant has, and how the two compare.

One row for each application, API and subject type.
"""

from collections.abc import Iterable, Iterator

from auth0_third_party.model.access import Access, admits
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.access.authorization_checks import GrantPath, policy_of
from tpa.access.rows import ALL, AccessRow, Decision, Permission, Source, access_row
from tpa.files.sources import APIS_FILE, agent_file, application_file
from tpa.tenant.objects import Client, Grant, GrantTarget, target_of
from tpa.tenant.view import EnvironmentView

COMPARED = ("source", "authorization_details_types", "organization_usage")
"""The fields of a row that are compared besides its scopes."""


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
    found = [_compared(row, declared.get(key)) for key, row in live.items()]
    found += [_missing(declared[key]) for key in declared.keys() - live.keys()]
    return _sorted(found)


def unmanaged_defaults(view: EnvironmentView) -> tuple[Grant, ...]:
    """Live default permissions that are in no file: they apply to every third-party application."""
    declared = {target_of(default) for default in view.catalog.default_permissions}
    return tuple(grant for grant in view.grants.get("", ()) if target_of(grant) not in declared)


def declared_rows(view: EnvironmentView) -> Iterator[AccessRow]:
    """The rows of the files, each with the line of its grant; the checks are the tenant's, where it
    was read.
    """
    lines = {
        (file, *target_of(grant)): (path, grant)
        for file, path, grant in view.catalog.stated_grants()
    }
    for access in view.catalog.access:
        file = _file(view, access)
        stated, grant = lines[file, access.audience, access.subject_type]
        path = _declared_path(view, access, grant, view.catalog.line(file, *stated))
        details = grant.authorization_details_types
        yield access_row(
            view, path, Permission(access.source, access.scopes, access.all_scopes, details)
        )


def _file(view: EnvironmentView, access: Access) -> str:
    if access.source == "default":
        return APIS_FILE
    known = access.application in view.catalog.applications
    return application_file(access.application) if known else agent_file(access.application)


def _declared_path(
    view: EnvironmentView, access: Access, grant: ClientGrant | DefaultPermission, place: str
) -> GrantPath:
    application = view.declared[access.application]
    organizations = grant.organizations if isinstance(grant, ClientGrant) else ()
    return GrantPath(
        key=access.application,
        audience=access.audience,
        subject_type=access.subject_type,
        grant_types=application.flows(application.subject_types),
        strict=application.strict,
        place=place,
        connections=application.connections,
        organizations=organizations,
        organization_usage="allow" if organizations else "deny",
        client=view.managed.get(access.application),
    )


def live_rows(view: EnvironmentView) -> Iterator[AccessRow]:
    """The rows of every live third-party application."""
    for key, client in view.managed.items():
        yield from _live_rows(view, key if key in view.declared else "", client)
    for client in view.unmanaged:
        yield from _live_rows(view, "", client)


def grant_types_of(client: Client) -> tuple[str, ...] | None:
    """The grant types of a live client; None where they are unknown."""
    found = client.values.get(("grant_types",))
    return found if isinstance(found, tuple) else None


def _live_rows(view: EnvironmentView, key: str, client: Client) -> Iterator[AccessRow]:
    open_apis = _open_apis(view, client)
    for target, scopes in open_apis.items():
        path = _live_path(view, key, client, target, f"API {target.audience} in the tenant")
        yield access_row(view, path, Permission("api_policy", scopes, all_scopes=True))
    own = {target_of(grant): grant for grant in view.grants.get(client.id, ())}
    for target, grant in own.items():
        if target not in open_apis:
            yield _granted(view, key, client, grant, "application")
    grant_types = grant_types_of(client)
    for grant in view.grants.get("", ()):
        able = grant_types is None or admits(
            grant_types, grant.subject_type, strict=client.mode == "strict"
        )
        if able and target_of(grant) not in own and target_of(grant) not in open_apis:
            yield _granted(view, key, client, grant, "default")


def _open_apis(view: EnvironmentView, client: Client) -> dict[GrantTarget, tuple[str, ...]]:
    """User access that a permissive application has without a grant, by the APIs' own policies
    (section 8 of the rules), and the scopes of those APIs. A grant does not narrow it.
    """
    grant_types = grant_types_of(client)
    if client.mode != "permissive" or view.snapshot is None:
        return {}
    if grant_types is not None and not admits(grant_types, "user", strict=False):
        return {}
    return {
        GrantTarget(audience, "user"): tuple(sorted(api.scopes))
        for audience, api in view.snapshot.apis.items()
        if not api.system and policy_of(api, "user") == "allow_all"
    }


def _granted(
    view: EnvironmentView, key: str, client: Client, grant: Grant, source: Source
) -> AccessRow:
    place = f"grant {grant.id} in the tenant"
    path = _live_path(
        view, key, client, target_of(grant), place, organization_usage=grant.organization_usage
    )
    permission = Permission(source, grant.scopes, grant.all_scopes, grant.details)
    return access_row(view, path, permission)


def _live_path(
    view: EnvironmentView,
    key: str,
    client: Client,
    target: GrantTarget,
    place: str,
    *,
    organization_usage: str = "",
) -> GrantPath:
    return GrantPath(
        key=key,
        audience=target.audience,
        subject_type=target.subject_type,
        grant_types=grant_types_of(client),
        strict=client.mode == "strict",
        place=place,
        connections=view.declared[key].connections if key else (),
        organization_usage=organization_usage,
        client=client,
    )


def _compared(live: AccessRow, declared: AccessRow | None) -> AccessRow:
    """The live row; where it is as declared, with the line of the file as its decision."""
    if declared is None:
        return live.model_copy(update={"status": "unmanaged"})
    has, wanted = _scopes(live), _scopes(declared)
    changed = tuple(name for name in COMPARED if getattr(live, name) != getattr(declared, name))
    same = has == wanted and not changed
    changes: dict[str, object] = {
        # Against every scope, single scopes are neither gained nor lost.
        "gained": () if declared.all_scopes else tuple(sorted(has - wanted)),
        "lost": () if live.all_scopes else tuple(sorted(wanted - has)),
        "changed": changed,
        "status": "same" if same else "differs",
    }
    if same:
        changes["granted_by"] = declared.granted_by
        if live.usable is not False:
            changes["decided_by"] = declared.decided_by
    return live.model_copy(update=changes)


def _missing(row: AccessRow) -> AccessRow:
    """Without a live grant no check matters."""
    by = "grant" if row.source == "application" else row.source
    decision = Decision(by=by, place=row.granted_by)
    return row.model_copy(update={"status": "missing", "usable": False, "decided_by": decision})


def _scopes(row: AccessRow) -> frozenset[str]:
    return frozenset({ALL} if row.all_scopes else row.scopes)


def _sorted(found: Iterable[AccessRow]) -> tuple[AccessRow, ...]:
    return tuple(sorted(found, key=lambda row: (row.application, row.api, row.subject_type)))
