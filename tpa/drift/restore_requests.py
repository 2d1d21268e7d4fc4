"""How each kind of difference is restored: the requests, or the resource to recreate."""

from collections.abc import Callable, Mapping, Sequence
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
from tpa.drift.restore_plan import (
    NotRestorable,
    Planner,
    RestoreContext,
    RestorePlan,
    recreate,
    recreate_client,
)
from tpa.drift.states import (
    ALL_THIRD_PARTIES,
    ALLOW,
    BLOCK,
    ERROR_PAGE,
    EVERY_SCOPE,
    FLAGS,
    METADATA_DOCUMENTS,
    ON,
    RATE_LIMIT,
    limit_in,
    tags_in,
)
from tpa.environments.stack_state import AGENT, CLIENT, CREDENTIALS, GRANT
from tpa.environments.stack_state import RATE_LIMIT as RATE_LIMIT_TYPE
from tpa.tenant.facets import KEYS, METADATA, Facets
from tpa.tenant.objects import Client, Grant

TOKENS = ("access_token_lifetime", "signing_algorithm")
REFRESH = "refresh_token."
SETTINGS = "/tenants/settings"
SECURITY_MODE = "Auth0 fixes it when an application is made; tpa twin plans a way"
PROMOTED_OUTSIDE = (
    "it was promoted outside, and others may rely on it; demote it in the dashboard, let an"
    " application in the files name it under connections, or give a reason under ignore_drift"
)
NO_CONNECTION = "the tenant has no such connection any more; it has to be created there first"
NO_ORGANIZATION = "the tenant has no such organization any more; it has to be created there first"


def client_body(live: Facets, wanted: Facets) -> dict[str, Any]:
    """The body that gives a client with the `live` facets the wanted ones; None removes an entry
    of `client_metadata`.
    """
    body: dict[str, Any] = {}
    both = {**live, **wanted}
    for name, value in wanted.items():
        if name.startswith(METADATA):
            body.setdefault("client_metadata", {})[name.removeprefix(METADATA)] = value
        elif name in TOKENS:
            body["jwt_configuration"] = _jwt_configuration(both)
        elif name.startswith(REFRESH):
            body["refresh_token"] = _refresh_token(both)
        else:
            body[name] = list(value) if isinstance(value, tuple) else value
    return body


def _jwt_configuration(facets: Facets) -> dict[str, Any]:
    parts = {
        "lifetime_in_seconds": facets.get("access_token_lifetime"),
        "alg": facets.get("signing_algorithm"),
    }
    return {name: value for name, value in parts.items() if value is not None}


def _refresh_token(facets: Facets) -> dict[str, Any]:
    """As the component writes it: the number next to an unlimited lifetime is left as it is."""
    stated = {name: facets.get(f"{REFRESH}{name}") for name in ("rotation_type", "leeway")}
    total, idle = facets[f"{REFRESH}token_lifetime"], facets[f"{REFRESH}idle_token_lifetime"]
    unlimited = total == idle == "unlimited"
    return {
        **stated,
        "expiration_type": "non-expiring" if unlimited else "expiring",
        **_lifetime("", total),
        **_lifetime("idle_", idle),
    }


def _lifetime(which: str, value: object) -> Mapping[str, object]:
    flag, number = f"infinite_{which}token_lifetime", f"{which}token_lifetime"
    return {flag: True} if value == "unlimited" else {flag: False, number: value}


def _plan_application(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    _, key, *field = each.path.split("/", 2)
    client = context.view.managed.get(key)
    if client is None or not field:
        recreate_client(context, plan, key, (CLIENT, client_name(key)))
        return
    name = unquote(field[0])
    if name == "security_mode":
        raise NotRestorable(SECURITY_MODE)
    if name == "rate_limit":
        _plan_rate_limit(context, plan, each, f"client_id:{client.id}", rate_limit_name(key))
    elif name == "keys" or KEYS in (each.applied, each.live):
        # Credentials are a resource of their own, and keys are objects with ids.
        recreate(context, plan, (CREDENTIALS, credentials_name(key)))
        plan.recreated_keys += [key] if key not in plan.recreated_keys else []
    else:
        body = _tag_body(each) if name == "tag" else _property_body(plan, client, name, each)
        plan.add("PATCH", f"/clients/{client.id}", body, each.path)


def _property_body(
    plan: RestorePlan, client: Client, name: str, each: Difference
) -> dict[str, object]:
    """With the properties planned before: a block is made of several."""
    wanted = plan.properties.setdefault(client.id, {})
    wanted[name] = each.applied
    return client_body(client.facets, wanted)


def _tag_body(each: Difference) -> dict[str, object]:
    removed = dict.fromkeys(tags_in(str(each.live or "")))
    return {"client_metadata": {**removed, **tags_in(str(each.applied))}}


def _plan_agent(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    key = each.path.partition("/")[2]
    recreate_client(context, plan, key, (AGENT, client_name(key)))


def _plan_grant(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    _, key, *steps = (unquote(step) for step in each.path.split("/"))
    client, last = context.view.managed.get(key), context.last.applications_and_agents.get(key)
    live = context.view.grants.get(client.id, ()) if client else ()
    applied = last.grants if last else ()
    _plan_permission(
        context, plan, each, steps=steps, parent=grants_name(key), applied=applied, live=live
    )


def _plan_default_permission(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    _, *steps = (unquote(step) for step in each.path.split("/"))
    applied, live = context.last.default_permissions, context.view.grants.get("", ())
    _plan_permission(context, plan, each, steps=steps, parent=DEFAULTS, applied=applied, live=live)


def _plan_permission(
    context: RestoreContext,
    plan: RestorePlan,
    each: Difference,
    *,
    steps: Sequence[str],
    parent: str,
    applied: Sequence[ClientGrant | DefaultPermission],
    live: Sequence[Grant],
) -> None:
    """An added grant is deleted, a missing one recreated, another one changed back.

    `parent`: the name of the resources' component. `applied`, `live`: the grants to look among.
    """
    api, subject_type, *field = steps

    def matches(grant: Grant | ClientGrant | DefaultPermission) -> bool:
        return (context.view.api_name(grant.audience), grant.subject_type) == (api, subject_type)

    grant = next(filter(matches, live), None)
    if grant is None:
        recreate(context, plan, (GRANT, permission_name(parent, api, subject_type)))
    elif field == ["organizations"]:
        _plan_grant_organizations(context, plan, each, grant)
    elif not field and each.applied is None:
        plan.add("DELETE", f"/client-grants/{grant.id}", {}, each.path)
    else:
        before = next(filter(matches, applied), None)
        body = GRANT_BODIES[field[0]](each) if field else _scope_body(each, before)
        plan.add("PATCH", f"/client-grants/{grant.id}", body, each.path)


def _scope_body(
    each: Difference, applied: ClientGrant | DefaultPermission | None
) -> dict[str, object]:
    """In the order in which they were applied; the API takes a list or all of them (CG-07)."""
    if each.applied == EVERY_SCOPE:
        return {"allow_all_scopes": True}
    off = {"allow_all_scopes": False} if each.live == EVERY_SCOPE else {}
    return {**off, "scope": list(applied.scopes) if applied else _strings(each.applied)}


GRANT_BODIES: Mapping[str, Callable[[Difference], dict[str, object]]] = {
    "authorization_details_types": lambda each: {
        "authorization_details_types": _strings(each.applied or ())
    },
    "allow_any_organization": lambda _: {"allow_any_organization": False},
    "organization_usage": lambda each: {"organization_usage": each.applied or "deny"},
}


def _plan_grant_organizations(
    context: RestoreContext, plan: RestorePlan, each: Difference, grant: Grant
) -> None:
    known = context.view.snapshot.organizations if context.view.snapshot else {}
    before, now = set(_strings(each.applied or ())), set(_strings(each.live or ()))
    missing = sorted(before - known.keys())
    if missing:
        raise NotRestorable(f"the tenant has no organization {', '.join(missing)} any more")
    for name in sorted(before - now):
        path = f"/organizations/{known[name].id}/client-grants"
        plan.add("POST", path, {"grant_id": grant.id}, each.path)
    for name in sorted(now - before):
        path = f"/organizations/{known[name].id}/client-grants/{grant.id}"
        plan.add("DELETE", path, {}, each.path)


def _strings(value: object) -> list[str]:
    return list(map(str, value)) if isinstance(value, Sequence) else []


def _plan_connection(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    name = each.path.partition("/")[2]
    if each.applied is None:
        raise NotRestorable(PROMOTED_OUTSIDE)
    live = context.view.snapshot.connections.get(name) if context.view.snapshot else None
    if live is None:
        raise NotRestorable(NO_CONNECTION)
    plan.add("PATCH", f"/connections/{live.id}", {"is_domain_connection": True}, each.path)


def _plan_organization(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    _, name, what, *rest = (unquote(step) for step in each.path.split("/"))
    snapshot = context.view.snapshot
    live = snapshot.organizations.get(name) if snapshot else None
    if live is None or snapshot is None:
        raise NotRestorable(NO_ORGANIZATION)
    path = f"/organizations/{live.id}"
    if what == "third_parties":
        access = ALLOW if each.applied == ALLOW else BLOCK
        plan.add("PATCH", path, {"third_party_client_access": access}, each.path)
        return
    linked = snapshot.connections.get(rest[0])
    if linked is None:
        raise NotRestorable(NO_CONNECTION)
    if each.applied is None:
        plan.add("DELETE", f"{path}/enabled_connections/{linked.id}", {}, each.path)
        return
    # As the provider plugin links them.
    body = {
        "connection_id": linked.id,
        "assign_membership_on_login": False,
        "show_as_button": True,
    }
    plan.add("POST", f"{path}/enabled_connections", body, each.path)


def _plan_setting(context: RestoreContext, plan: RestorePlan, each: Difference) -> None:
    path, value = each.path, each.applied
    if path == RATE_LIMIT:
        _plan_rate_limit(context, plan, each, ALL_THIRD_PARTIES, rate_limit_name(""))
        return
    body: dict[str, object]
    if path in FLAGS:
        body = {"flags": {FLAGS[path]: value == ON}}
    elif path == METADATA_DOCUMENTS:
        body = {"client_id_metadata_document_supported": value == ON}
    elif path.startswith(ERROR_PAGE):
        body = {"error_page": {path.rpartition("/")[2]: value}}
    else:
        body = {"dynamic_client_registration_security_mode": value}
    plan.add("PATCH", SETTINGS, body, path)


def _plan_rate_limit(
    context: RestoreContext, plan: RestorePlan, each: Difference, consumer: str, name: str
) -> None:
    """A rate limit is an object for one consumer; `name` is that of its resource."""
    policies = context.view.snapshot.rate_limits if context.view.snapshot else {}
    policy = policies.get(consumer)
    if policy is None:
        recreate(context, plan, (RATE_LIMIT_TYPE, name))
    elif each.applied is None:
        plan.add("DELETE", f"/rate-limit-policies/{policy.id}", {}, each.path)
    else:
        body = {"configuration": limit_in(str(each.applied))}
        plan.add("PATCH", f"/rate-limit-policies/{policy.id}", body, each.path)


PLANNERS: Mapping[str, Planner] = {
    "applications": _plan_application,
    "agents": _plan_agent,
    "grants": _plan_grant,
    "default_permissions": _plan_default_permission,
    "connections": _plan_connection,
    "organizations": _plan_organization,
    "tenant": _plan_setting,
}
"""In the order of the requests: what lets third parties in comes after what it depends on."""
