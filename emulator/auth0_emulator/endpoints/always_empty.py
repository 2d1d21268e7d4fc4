"""What tools for whole tenants always read, of kinds that this tenant does not keep: nothing there.

Export tools stop at the first 404, and write back what they exported. That is accepted where it
changes nothing; what would be lost is refused.
"""

from typing import Any

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import refused
from auth0_emulator.routing import Function, Operation, op
from auth0_emulator.schema import Body
from auth0_emulator.tenant import Tenant

# Lists as an array, with totals or as a checkpoint list: path, scope after `read:`, and the name
# in the latter two.
_LISTS = (
    ("/connections-directory-provisionings", "directory_provisionings", "directory_provisionings"),
    ("/roles", "roles", "roles"),
    ("/log-streams", "log_streams", "log_streams"),
    ("/self-service-profiles", "self_service_profiles", "self_service_profiles"),
    ("/forms", "forms", "forms"),
    ("/flows", "flows", "flows"),
    ("/flows/vault/connections", "flows_vault_connections", "connections"),
    ("/network-acls", "network_acls", "network_acls"),
    ("/event-streams", "event_streams", "eventStreams"),
    ("/token-exchange-profiles", "token_exchange_profiles", "token_exchange_profiles"),
    ("/user-attribute-profiles", "user_attribute_profiles", "user_attribute_profiles"),
    ("/connection-profiles", "connection_profiles", "connection_profiles"),
)
_COUNTS: Json = {"total": 0, "page": 0, "per_page": 50}
_OFF: Json = {"enabled": False, "shields": [], "allowlist": []}
_BRUTE_FORCE: Json = {**_OFF, "mode": "count_per_identifier_and_ip"}
_BODIES: tuple[tuple[str, str, Json | list[Json]], ...] = (
    ("/rules-configs", "rules_configs", []),
    ("/actions/actions", "actions", {"actions": [], **_COUNTS}),
    ("/actions/triggers", "actions", {"triggers": []}),
    ("/actions/triggers/{id}/bindings", "actions", {"bindings": [], **_COUNTS}),
    ("/actions/modules", "actions", {"modules": [], **_COUNTS}),
    ("/attack-protection/brute-force-protection", "attack_protection", _BRUTE_FORCE),
    (
        "/attack-protection/breached-password-detection",
        "attack_protection",
        {"enabled": False, "shields": []},
    ),
    ("/attack-protection/suspicious-ip-throttling", "attack_protection", _OFF),
    ("/attack-protection/bot-detection", "attack_protection", {"allowlist": []}),
    ("/attack-protection/captcha", "attack_protection", {}),
    ("/attack-protection/phone-provider-protection", "attack_protection", {}),
    ("/risk-assessments/settings", "attack_protection", {"enabled": False}),
    ("/risk-assessments/settings/new-device", "attack_protection", {"remember_for": 30}),
    ("/supplemental-signals", "attack_protection", {"akamai_enabled": False}),
    ("/branding/phone/providers", "phone_providers", {"providers": []}),
    ("/branding/phone/templates", "phone_templates", {"templates": []}),
    ("/guardian/factors", "guardian_factors", []),
    ("/guardian/policies", "mfa_policies", []),
    ("/prompts/rendering", "prompts", {"configs": []}),
    ("/prompts/{prompt}/custom-text/{language}", "prompts", {}),
    ("/prompts/{prompt}/partials", "prompts", {}),
)


_ANY = Body({"type": ["object", "array"]})


def _constant(body: Json | list[Json]) -> Function:
    return lambda _tenant, _call: Answer(200, body)


def _rewrite(body: Json | list[Json]) -> Function:
    def answer(_tenant: Tenant, call: Call) -> Answer:
        if not _says(body, call.body):
            raise refused("This emulated tenant does not keep this, and would lose it.")
        return Answer(200, body)

    return answer


def _says(kept: Any, sent: Any) -> bool:
    """Whether what is sent changes nothing; none at all and an empty value are the same."""
    if isinstance(kept, dict) and isinstance(sent, dict):
        return all(_says(kept.get(name), value) for name, value in sent.items())
    return kept == sent or not (kept or sent)


def _empty(name: str) -> Function:
    def answer(tenant: Tenant, call: Call) -> Answer:
        return paging.answer(tenant, call, paging.Listing(f"no {name}", name, {}))

    return answer


OPERATIONS: tuple[Operation, ...] = (
    *(op(f"GET {path}", _constant(body), f"read:{scope}") for path, scope, body in _BODIES),
    *(
        op(f"{method} {path}", _rewrite(body), f"update:{scope}", _ANY)
        for method in ("PUT", "PATCH")
        for path, scope, body in _BODIES
    ),
    *(op(f"GET {path}", _empty(name), f"read:{scope}") for path, scope, name in _LISTS),
)
