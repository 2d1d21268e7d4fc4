"""The tenant's log: what was written through the Management API, and which tokens were issued.

The last entries, until the process ends, as Auth0 keeps them for some days only. Types:
https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes; searches:
https://auth0.com/docs/deploy-monitor/logs/log-search-query-syntax
"""

import re
from collections.abc import Iterator
from typing import Any

from auth0_emulator.call import Answer, Call, select
from auth0_emulator.errors import ApiError
from auth0_emulator.schema import check_query
from auth0_emulator.tenant import Tenant

WRITE = "sapi"
"""A write through the Management API."""
TOKENS = {
    "authorization_code": "seacft",
    "client_credentials": "seccft",
    "refresh_token": "sertft",
}
"""Grant type -> type of an entry about a token."""
HIDDEN = frozenset({"client_secret", "pem", "password", "signing_keys", "options"})
"""Properties whose values are in no entry."""
_TERM = re.compile(r'(\w+):(?:"([^"]*)"|\(([^()]*)\)|([^\s()"]+))')


def note_write(tenant: Tenant, method: str, call: Call, answer: Answer) -> None:
    """A write that was answered; the caller is always a client, since there is no Dashboard."""
    client = call.caller.client_id
    request = {
        "method": method.lower(),
        "path": call.route,
        "body": _plain(call.body),
        "channel": "api",
        "auth": {"user": {}, "strategy": "jwt"},
    }
    response = {"statusCode": answer.status, "body": _plain(answer.body)}
    details = {"request": request, "response": response}
    _note(tenant, WRITE, client, user_id=f"{client}@clients", details=details)


def note_token(tenant: Tenant, client_id: str, grant_type: str) -> None:
    """A token that a client got."""
    _note(tenant, TOKENS[grant_type], client_id)


def _note(tenant: Tenant, kind: str, client_id: str, **more: Any) -> None:
    client = tenant.store.get("client", client_id) or {}
    entry = {
        "log_id": tenant.ids.secret(24),
        "date": tenant.clock.stamp(),
        "type": kind,
        "client_id": client_id,
        "client_name": client.get("name", ""),
        **more,
    }
    tenant.memory.log.append(entry)


def list_logs(tenant: Tenant, call: Call) -> Answer:
    """Newest first, or oldest with `sort=date:1`; `q` searches. By pages only."""
    check_query(dict(call.query), {"page": (0, 10**9), "per_page": (1, 100)})
    terms = tuple(_terms(call.query.get("q", "")))
    found = [
        entry
        for entry in tenant.memory.log
        if all(str(entry.get(name)) in values for name, values in terms)
    ]
    if call.query.get("sort") != "date:1":
        found.reverse()
    size = int(call.query.get("per_page", 50))
    start = int(call.query.get("page", 0)) * size
    page = [select(entry, call) for entry in found[start : start + size]]
    if not call.flag("include_totals"):
        return Answer(200, page)
    return Answer(200, {"total": len(found), "start": start, "limit": size, "logs": page})


def read_log(tenant: Tenant, call: Call) -> Answer:
    """One entry."""
    for entry in tenant.memory.log:
        if entry["log_id"] == call.path["id"]:
            return Answer(200, entry)
    raise ApiError(404, "The log does not exist", "inexistent_log")


def _terms(query: str) -> Iterator[tuple[str, list[str]]]:
    """`type:sapi AND client_id:("a" OR "b")`: fields and their values; no other syntax."""
    for text in filter(None, query.split(" AND ")):
        term = _TERM.fullmatch(text.strip())
        if term is None:
            raise ApiError(400, f"Query validation error: '{text}'", "invalid_query_string")
        name, quoted, group, word = term.groups()
        values = [quoted or word or ""] if group is None else group.split(" OR ")
        yield name, [value.strip().strip('"') for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "*****" if k in HIDDEN else _plain(each) for k, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
