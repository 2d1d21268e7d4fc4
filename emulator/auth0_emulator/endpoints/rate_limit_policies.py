"""`/rate-limit-policies`: limits on token requests, per consumer."""

import re

from auth0_emulator import paging
from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError, refused
from auth0_emulator.routing import op
from auth0_emulator.schema import TEXT, Body, choice, either, record, text, whole
from auth0_emulator.tenant import Tenant

KIND = "rate_limit_policy"
_KEY = ("resource", "consumer", "consumer_selector")
_SELECTOR = re.compile(r"default|third_party_clients|cimd_clients|client_id:\S+")


def list_policies(tenant: Tenant, call: Call) -> Answer:
    """A checkpoint list; filters by the natural key."""
    where = {name: call.query[name] for name in _KEY if name in call.query}
    return paging.checkpoint(tenant, call, paging.Listing(KIND, "rate_limit_policies", where))


def create(tenant: Tenant, call: Call) -> Answer:
    """201; one policy per consumer."""
    _check_selector(call.body["consumer_selector"])
    if tenant.has(KIND, **{name: call.body[name] for name in _KEY}):
        raise ApiError(409, "A rate limit policy for this consumer already exists.")
    now = tenant.clock.stamp()
    policy = {
        "id": tenant.ids.prefixed("rlp"),
        **call.body,
        "created_at": now,
        "updated_at": now,
    }
    return Answer(201, tenant.add(KIND, policy["id"], policy))


def read(tenant: Tenant, call: Call) -> Answer:
    """One policy."""
    return Answer(200, _find(tenant, call))


def update(tenant: Tenant, call: Call) -> Answer:
    """Changes the configuration, nothing else can be changed."""
    policy = {**_find(tenant, call), **call.body, "updated_at": tenant.clock.stamp()}
    tenant.store.replace(KIND, policy["id"], policy)
    return Answer(200, policy)


def delete(tenant: Tenant, call: Call) -> Answer:
    """204, also when it does not exist."""
    tenant.store.remove(KIND, call.path["id"])
    return Answer(204)


def _check_selector(value: str) -> None:
    """One client, the clients of metadata documents, third parties, or all others."""
    if not _SELECTOR.fullmatch(value):
        raise refused(
            "consumer_selector is one of client_id:ID, cimd_clients, third_party_clients, default"
        )


def _find(tenant: Tenant, call: Call) -> Json:
    policy = tenant.store.get(KIND, call.path["id"])
    if policy is None:
        raise ApiError(404, "The rate limit policy does not exist", "inexistent_rate_limit_policy")
    return policy


_LIMIT = whole(0, 10_000)
_CONFIGURATION = either(
    record({"action": choice("allow")}, required=("action",)),
    record({"action": choice("block", "log"), "limit": _LIMIT}, required=("action", "limit")),
    record(
        {"action": choice("redirect"), "limit": _LIMIT, "redirect_uri": text(form="uri")},
        required=("action", "limit", "redirect_uri"),
    ),
)
_CREATE = Body(
    record(
        {
            "resource": choice("oauth_authentication_api"),
            "consumer": choice("client"),
            "consumer_selector": TEXT,
            "configuration": _CONFIGURATION,
        },
        required=("resource", "consumer", "consumer_selector", "configuration"),
    )
)
_UPDATE = Body(record({"configuration": _CONFIGURATION}, required=("configuration",)))

_ALL = "/rate-limit-policies"
OPERATIONS = (
    op(f"GET {_ALL}", list_policies, "read:rate_limit_policies"),
    op(f"POST {_ALL}", create, "create:rate_limit_policies", _CREATE),
    op(f"GET {_ALL}/{{id}}", read, "read:rate_limit_policies"),
    op(f"PATCH {_ALL}/{{id}}", update, "update:rate_limit_policies", _UPDATE),
    op(f"DELETE {_ALL}/{{id}}", delete, "delete:rate_limit_policies"),
)
