"""Both forms of lists: offset (MG-06) and checkpoint (MG-07)."""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auth0_emulator.call import Answer, Call, Json
from auth0_emulator.errors import ApiError
from auth0_emulator.schema import check_query
from auth0_emulator.tenant import Tenant

_BOUNDS = {"page": (0, 10**9), "per_page": (1, 100), "take": (1, 100)}
_DAY = 86_400


def _same(body: Json) -> Json:
    return body


@dataclass(frozen=True)
class Listing:
    """What to list: a kind, its plural in the answer, a condition, and how an item is shown.

    `keep` is a condition that equality of top-level values cannot express.
    """

    kind: str
    plural: str
    where: Mapping[str, Any] = field(default_factory=dict)
    keep: Callable[[Json], bool] | None = None
    show: Callable[[Json], Json] = _same
    default_size: int = 50


def answer(tenant: Tenant, call: Call, listing: Listing) -> Answer:
    """The list in the form that the query asks for."""
    check_query(dict(call.query), _BOUNDS)
    if "take" in call.query or "from" in call.query:
        return checkpoint(tenant, call, listing)
    return _offset(tenant, call, listing)


def _offset(tenant: Tenant, call: Call, listing: Listing) -> Answer:
    """MG-06: a bare array, or with `include_totals` an object that counts.

    `per_page` is 50 unless given; a page past the end is an empty list.
    """
    size = int(call.query.get("per_page", listing.default_size))
    start = int(call.query.get("page", 0)) * size
    items, total = _slice(tenant, call, listing, start, size)
    if not call.flag("include_totals"):
        return Answer(200, items)
    return Answer(200, {"total": total, "start": start, "limit": size, listing.plural: items})


def _slice(
    tenant: Tenant, call: Call, listing: Listing, start: int, size: int
) -> tuple[list[Json], int]:
    until = _settled(tenant, call)
    if listing.keep is None:
        rows = tenant.store.rows(listing.kind, listing.where, limit=size, offset=start, until=until)
        total = tenant.store.count(listing.kind, listing.where, until)
    else:
        kept = [
            row
            for row in tenant.store.rows(listing.kind, listing.where, until=until)
            if listing.keep(row[1])
        ]
        rows, total = kept[start : start + size], len(kept)
    return [listing.show(body) for _, body in rows], total


def checkpoint(tenant: Tenant, call: Call, listing: Listing) -> Answer:
    """MG-07: `take` or `from` gives an object, with `next` while there is more."""
    check_query(dict(call.query), _BOUNDS)
    size = int(call.query.get("take", 50))
    after = _read_cursor(tenant, call.query["from"]) if "from" in call.query else 0
    rows = [
        row
        for row in tenant.store.rows(
            listing.kind, listing.where, after=after, until=_settled(tenant, call)
        )
        if listing.keep is None or listing.keep(row[1])
    ]
    body: Json = {listing.plural: [listing.show(item) for _, item in rows[:size]]}
    if len(rows) > size:
        body["next"] = _cursor(tenant, rows[size - 1][0])
    return Answer(200, body)


def _settled(tenant: Tenant, call: Call) -> float | None:
    """MG-20: the latest creation time that a list shows while a settle delay is set."""
    seconds = tenant.faults.settle_seconds(call.route)
    return tenant.clock.now() - seconds if seconds else None


def _cursor(tenant: Tenant, seq: int) -> str:
    plain = f"{seq}.{int(tenant.clock.now())}"
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def _read_cursor(tenant: Tenant, cursor: str) -> int:
    """MG-07: `from` is what an earlier page gave as `next`, valid for 24 hours."""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        seq, _, made = plain.partition(".")
        fresh = tenant.clock.now() - int(made) <= _DAY
        found = int(seq)
    except (ValueError, binascii.Error):
        fresh, found = False, 0
    if not fresh:
        message = "Query validation error: 'The checkpoint is not valid' on property from."
        raise ApiError(400, message, "invalid_query_string")
    return found
