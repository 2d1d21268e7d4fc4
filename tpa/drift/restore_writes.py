"""How a difference of an application is restored in the tenant, request by request."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from auth0_third_party.model.names import (
    DEFAULTS,
    client_name,
    credentials_name,
    grants_name,
    permission_name,
    rate_limit_name,
)
from auth0_third_party.model.permissions import ClientGrant, DefaultPermission
from tpa.drift.differences import Difference
from tpa.drift.restore_plan import Ground, Left, Plan, Restoration, bear_again, make_anew, texts
from tpa.drift.restore_shared import connection, organization, set_limit, tenant
from tpa.drift.states import EVERY, tags_of
from tpa.environments.stack_state import AGENT, CLIENT, CREDENTIALS, GRANT, RATE_LIMIT
from tpa.tenant.facets import KEYS, METADATA, Facets
from tpa.tenant.objects import Client, Grant

TOKENS = ("access_token_lifetime", "signing_algorithm")
REFRESH = "refresh_token."


def client_body(live: Facets, wanted: Facets) -> dict[str, Any]:
    """The body that makes a client with these facets have the wanted ones; None removes a text of
    `client_metadata`.
    """
    body: dict[str, Any] = {}
    both = {**live, **wanted}
    for name, value in wanted.items():
        if name.startswith(METADATA):
            body.setdefault("client_metadata", {})[name.removeprefix(METADATA)] = value
        elif name in TOKENS:
            body["jwt_configuration"] = _tokens(both)
        elif name.startswith(REFRESH):
            body["refresh_token"] = _refresh_token(both)
        else:
            body[name] = list(value) if isinstance(value, tuple) else value
    return body


def _tokens(facets: Facets) -> dict[str, Any]:
    parts = {
        "lifetime_in_seconds": facets.get("access_token_lifetime"),
        "alg": facets.get("signing_algorithm"),
    }
    return {name: value for name, value in parts.items() if value is not None}


def _refresh_token(facets: Facets) -> dict[str, Any]:
    """As the component writes it: the number beside an unlimited lifetime is left as it is."""
    stated = {name: facets.get(f"{REFRESH}{name}") for name in ("rotation_type", "leeway")}
    total, idle = facets[f"{REFRESH}token_lifetime"], facets[f"{REFRESH}idle_token_lifetime"]
    endless = total == idle == "unlimited"
    return {
        **stated,
        "expiration_type": "non-expiring" if endless else "expiring",
        **_lifetime("", total),
        **_lifetime("idle_", idle),
    }


def _lifetime(which: str, value: object) -> Mapping[str, object]:
    flag, number = f"infinite_{which}token_lifetime", f"{which}token_lifetime"
    return {flag: True} if value == "unlimited" else {flag: False, number: value}


FIXED = {"security_mode": "Auth0 fixes it when an application is made; tpa twin plans a way"}


def _application(ground: Ground, found: Restoration, each: Difference) -> None:
    _, key, *field = each.path.split("/", 2)
    client = ground.view.managed.get(key)
    if client is None or not field:
        bear_again(ground, found, key, (CLIENT, client_name(key)))
        return
    name = unquote(field[0])
    if name in FIXED:
        raise Left(FIXED[name])
    if name == "rate_limit":
        place = RATE_LIMIT, rate_limit_name(key)
        set_limit(ground, found, each, (f"client_id:{client.id}", place))
    elif name == "keys" or KEYS in (each.applied, each.live):
        # How it proves itself is a resource of its own, and keys are objects with ids.
        make_anew(ground, found, (CREDENTIALS, credentials_name(key)))
        found.proofs += [key] if key not in found.proofs else []
    else:
        body = _tag(each) if name == "tag" else _properties(found, client, name, each)
        found.write("PATCH", f"/clients/{client.id}", body, each.path)


def _properties(
    found: Restoration, client: Client, name: str, each: Difference
) -> dict[str, object]:
    """With those that were asked for before: a block is made of several."""
    wanted = found.properties.setdefault(client.id, {})
    wanted[name] = each.applied
    return client_body(client.facets, wanted)


def _tag(each: Difference) -> dict[str, object]:
    gone = dict.fromkeys(tags_of(str(each.live or "")))
    return {"client_metadata": {**gone, **tags_of(str(each.applied))}}


def _agent(ground: Ground, found: Restoration, each: Difference) -> None:
    key = each.path.partition("/")[2]
    bear_again(ground, found, key, (AGENT, client_name(key)))


def _grant(ground: Ground, found: Restoration, each: Difference) -> None:
    _, key, *spot = (unquote(part) for part in each.path.split("/"))
    client, user = ground.view.managed.get(key), ground.last.users.get(key)
    live = ground.view.grants.get(client.id, ()) if client else ()
    _permission(ground, found, each, (grants_name(key), spot), (user.grants if user else (), live))


def _default(ground: Ground, found: Restoration, each: Difference) -> None:
    _, *spot = (unquote(part) for part in each.path.split("/"))
    stated, live = ground.last.default_permissions, ground.view.grants.get("", ())
    _permission(ground, found, each, (DEFAULTS, spot), (stated, live))


Sides = tuple[tuple[ClientGrant | DefaultPermission, ...], "list[Grant] | tuple[()]"]


def _permission(
    ground: Ground,
    found: Restoration,
    each: Difference,
    named: tuple[str, list[str]],
    sides: Sides,
) -> None:
    """A grant that was added goes, one that is gone is made anew, another one gets its parts."""
    parent, (api, subject, *part) = named
    spot = api, subject

    def there(grant: Grant | ClientGrant | DefaultPermission) -> bool:
        return (ground.view.api_name(grant.audience), grant.subject_type) == spot

    grant = next(filter(there, sides[1]), None)
    if grant is None:
        make_anew(ground, found, (GRANT, permission_name(parent, api, subject)))
    elif part == ["organizations"]:
        _organizations(ground, found, each, grant)
    elif not part and each.applied is None:
        found.write("DELETE", f"/client-grants/{grant.id}", {}, each.path)
    else:
        applied = next(filter(there, sides[0]), None)
        body = PARTS[part[0]](each) if part else _scopes(each, applied)
        found.write("PATCH", f"/client-grants/{grant.id}", body, each.path)


def _scopes(each: Difference, applied: ClientGrant | DefaultPermission | None) -> dict[str, object]:
    """In the order in which they were written; the API takes a list or all of them (CG-07)."""
    if each.applied == EVERY:
        return {"allow_all_scopes": True}
    off = {"allow_all_scopes": False} if each.live == EVERY else {}
    return {**off, "scope": list(applied.scopes) if applied else texts(each.applied)}


PARTS: Mapping[str, Callable[[Difference], dict[str, object]]] = {
    "authorization_details_types": lambda each: {
        "authorization_details_types": texts(each.applied or ())
    },
    "allow_any_organization": lambda _: {"allow_any_organization": False},
    "organization_usage": lambda each: {"organization_usage": each.applied or "deny"},
}


def _organizations(ground: Ground, found: Restoration, each: Difference, grant: Grant) -> None:
    known = ground.view.snapshot.organizations if ground.view.snapshot else {}
    before, now = set(texts(each.applied or ())), set(texts(each.live or ()))
    gone = sorted(before - known.keys())
    if gone:
        raise Left(f"the tenant has no organization {', '.join(gone)} any more")
    for name in sorted(before - now):
        path = f"/organizations/{known[name].id}/client-grants"
        found.write("POST", path, {"grant_id": grant.id}, each.path)
    for name in sorted(now - before):
        path = f"/organizations/{known[name].id}/client-grants/{grant.id}"
        found.write("DELETE", path, {}, each.path)


PLANS: Mapping[str, Plan] = {
    "applications": _application,
    "agents": _agent,
    "grants": _grant,
    "default_permissions": _default,
    "connections": connection,
    "organizations": organization,
    "tenant": tenant,
}
