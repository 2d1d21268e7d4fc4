"""Effective access: what the files declare, what the tenant has, and how the two compare.

One row for each application, API and subject type.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from auth0_third_party.model.access import admits
from auth0_third_party.model.permissions import ClientGrant
from tpa.access.authorization_checks import GrantPath, policy_of
from tpa.access.rows import AccessRow, Permission, Source, access_row, granting_decision
from tpa.comparison.compare import Changed, compare
from tpa.comparison.facts import EVERY_SCOPE, Facts
from tpa.files.sources import APIS_FILE
from tpa.tenant.objects import Client, Grant, GrantTarget, target_of
from tpa.tenant.view import EnvironmentView

COMPARED = ("source", "authorization_details_types", "organization_usage")
"""The fields of a row that are compared besides its scopes."""
SCOPES = ("scopes",)


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
        details = grant.authorization_details_types
        path = GrantPath(
            key=access.application,
            audience=access.audience,
            subject_type=access.subject_type,
            grant_types=client.flows,
            strict=client.strict,
            place=catalog.line(file, *stated),
            connections=client.connections,
            organizations=organizations,
            organization_usage="allow" if organizations else "deny",
            client=view.managed.get(access.application),
            details=details,
        )
        permission = Permission(access.source, access.scopes, access.all_scopes, details)
        yield access_row(view, path, permission)


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
    """CG-06: a grant of its own, or else a default permission; an open API needs neither."""
    grant_types, strict = grant_types_of(client), client.mode == "strict"
    names = view.declared[key].connections if key else ()
    any_path = GrantPath(key, "", "", grant_types, strict, "", names, client=client)
    open_apis = _open_apis(view, client)
    for target, scopes in open_apis.items():
        path = replace(any_path, **target._asdict(), place=f"API {target.audience} in the tenant")
        yield access_row(view, path, Permission("api_policy", scopes, all_scopes=True))
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
                place=f"grant {grant.id} in the tenant",
                organization_usage=grant.organization_usage,
                details=grant.details,
            )
            source: Source = "application" if target in own else "default"
            permission = Permission(source, grant.scopes, grant.all_scopes, grant.details)
            yield access_row(view, path, permission)


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
    decided_by = granting_decision(row.source, row.granted_by)
    return row.model_copy(update={"status": "missing", "usable": False, "decided_by": decided_by})


def _sorted(found: Iterable[AccessRow]) -> tuple[AccessRow, ...]:
    return tuple(sorted(found, key=lambda row: (row.application, row.api, row.subject_type)))
