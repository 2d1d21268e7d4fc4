"""What tools for whole tenants always read, of kinds that this tenant does not keep: nothing there.

Export tools stop at the first 404. Whoever writes one of these gets 404, as for anything unknown.
"""

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.routing import Function, Operation, op
from auth0_emulator.tenant import Tenant

# Lists as an array, with totals or as a checkpoint list, by their name in the latter two.
_LISTS = {
    "/connections-directory-provisionings": "directory_provisionings",
    "/roles": "roles",
    "/log-streams": "log_streams",
    "/self-service-profiles": "self_service_profiles",
    "/forms": "forms",
    "/flows": "flows",
    "/flows/vault/connections": "connections",
    "/network-acls": "network_acls",
    "/event-streams": "eventStreams",
    "/token-exchange-profiles": "token_exchange_profiles",
    "/user-attribute-profiles": "user_attribute_profiles",
    "/connection-profiles": "connection_profiles",
}
_OFF: Json = {"enabled": False, "shields": [], "allowlist": []}
_BODIES: dict[str, Json | list[Json]] = {
    "/rules-configs": [],
    "/actions/actions": {"actions": [], "total": 0, "page": 0, "per_page": 50},
    "/actions/triggers": {"triggers": []},
    "/actions/triggers/{id}/bindings": {"bindings": [], "total": 0, "page": 0, "per_page": 50},
    "/actions/modules": {"modules": [], "total": 0, "page": 0, "per_page": 50},
    "/attack-protection/brute-force-protection": {**_OFF, "mode": "count_per_identifier_and_ip"},
    "/attack-protection/breached-password-detection": {"enabled": False, "shields": []},
    "/attack-protection/suspicious-ip-throttling": _OFF,
    "/attack-protection/bot-detection": {"bot_detection_level": "medium", "allowlist": []},
    "/attack-protection/captcha": {},
    "/attack-protection/phone-provider-protection": {},
    "/branding/phone/providers": {"providers": []},
    "/branding/phone/templates": {"templates": []},
    "/guardian/factors": [],
    "/guardian/policies": [],
    "/prompts/rendering": {"configs": []},
    "/supplemental-signals": {"akamai_enabled": False},
    "/prompts/{prompt}/custom-text/{language}": {},
    "/prompts/{prompt}/partials": {},
}


def _constant(body: Json | list[Json]) -> Function:
    return lambda _tenant, _call: Answer(200, body)


def _empty(name: str) -> Function:
    def answer(tenant: Tenant, call: Call) -> Answer:
        return paging.answer(tenant, call, paging.Listing(f"no {name}", name, {}))

    return answer


OPERATIONS: tuple[Operation, ...] = (
    *(op(f"GET {path}", _constant(body), "") for path, body in _BODIES.items()),
    *(op(f"GET {path}", _empty(name), "") for path, name in _LISTS.items()),
)
