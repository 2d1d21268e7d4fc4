"""How a difference of what a tenant shares is restored: connections, organizations, settings."""

from urllib.parse import unquote

from auth0_third_party.model.names import rate_limit_name
from tpa.drift.differences import Difference
from tpa.drift.restore_plan import Ground, Left, Restoration, make_anew
from tpa.drift.shared_facts import (
    ALLOW,
    BLOCK,
    DOCUMENTS,
    ERROR_PAGE,
    FLAGS,
    ON,
    RATE_LIMIT,
    THIRD_PARTIES,
    limit_of,
)
from tpa.environments.stack_state import RATE_LIMIT as LIMIT_TYPE
from tpa.environments.stack_state import ResourceKey

FOREIGN_DOOR = (
    "it was opened outside, maybe for others; close it in the dashboard, let an application of the"
    " files name it under connections, or give the reason under ignore_drift"
)
SETTINGS = "/tenants/settings"


def connection(ground: Ground, found: Restoration, each: Difference) -> None:
    name = each.path.partition("/")[2]
    if each.applied is None:
        raise Left(FOREIGN_DOOR)
    live = ground.view.snapshot.connections.get(name) if ground.view.snapshot else None
    if live is None:
        raise Left("the tenant has no such connection any more; it has to be made there first")
    found.write("PATCH", f"/connections/{live.id}", {"is_domain_connection": True}, each.path)


def organization(ground: Ground, found: Restoration, each: Difference) -> None:
    _, name, what, *rest = (unquote(part) for part in each.path.split("/"))
    seen = ground.view.snapshot
    live = seen.organizations.get(name) if seen else None
    if live is None or seen is None:
        raise Left("the tenant has no such organization any more; it has to be made there first")
    place = f"/organizations/{live.id}"
    if what == "third_parties":
        access = ALLOW if each.applied == ALLOW else BLOCK
        found.write("PATCH", place, {"third_party_client_access": access}, each.path)
        return
    linked = seen.connections.get(rest[0])
    if linked is None:
        raise Left("the tenant has no such connection any more; it has to be made there first")
    if each.applied is None:
        path = f"{place}/enabled_connections/{linked.id}"
        found.write("DELETE", path, {}, each.path)
        return
    # As the plugin links them.
    body = {
        "connection_id": linked.id,
        "assign_membership_on_login": False,
        "show_as_button": True,
    }
    found.write("POST", f"{place}/enabled_connections", body, each.path)


def tenant(ground: Ground, found: Restoration, each: Difference) -> None:
    path, value = each.path, each.applied
    if path == RATE_LIMIT:
        place = THIRD_PARTIES, (LIMIT_TYPE, rate_limit_name(""))
        set_limit(ground, found, each, place)
    elif path in FLAGS:
        found.write("PATCH", SETTINGS, {"flags": {FLAGS[path]: value == ON}}, path)
    elif path == DOCUMENTS:
        body = {"client_id_metadata_document_supported": value == ON}
        found.write("PATCH", SETTINGS, body, path)
    elif path.startswith(ERROR_PAGE):
        part = path.rpartition("/")[2]
        found.write("PATCH", SETTINGS, {"error_page": {part: value}}, path)
    else:
        body = {"dynamic_client_registration_security_mode": value}
        found.write("PATCH", SETTINGS, body, path)


def set_limit(
    ground: Ground, found: Restoration, each: Difference, where: tuple[str, ResourceKey]
) -> None:
    """A rate limit, which is an object for one kind of consumer."""
    consumer, place = where
    policies = ground.view.snapshot.rate_limits if ground.view.snapshot else {}
    policy = policies.get(consumer)
    if policy is None:
        make_anew(ground, found, place)
    elif each.applied is None:
        found.write("DELETE", f"/rate-limit-policies/{policy.id}", {}, each.path)
    else:
        body = {"configuration": limit_of(str(each.applied))}
        found.write("PATCH", f"/rate-limit-policies/{policy.id}", body, each.path)
