"""The tenant's log: who wrote what through the Management API, and who got a token last.

Auth0 keeps it for some days, by plan; types and searches:
https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes,
https://auth0.com/docs/deploy-monitor/logs/log-search-query-syntax
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice

from auth0_third_party.management import ManagementClient, MissingScope, NotFound, Refused
from auth0_third_party.model.text import time_shown
from tpa.tenant.objects import Json, block
from tpa.tenant.scopes import LOG
from tpa.tenant.snapshot import Unknown

MOST = 1000
"""Entries: a search gives no more."""
WRITE = "sapi"
TOKENS = ("seacft", "seccft", "sertft")
"""A token for a code, for the application itself, for a refresh token."""
DASHBOARD = "https://manage.auth0.com"
API = "/api/v2"


@dataclass(frozen=True)
class Write:
    """One write. `at`: ISO 8601; `who`: a person with the way they took, or a client; `path`: below
    /api/v2; `body` and `answer`: as far as the log has them.
    """

    at: str
    who: str
    method: str
    path: str
    body: Json
    answer: Json

    @property
    def place(self) -> tuple[str, ...]:
        """The parts of the path: `("clients", "tpc_1")`."""
        return tuple(filter(None, self.path.split("/")))

    def __str__(self) -> str:
        return f"by {self.who}, {time_shown(self.at)}"


@dataclass(frozen=True)
class TenantLog:
    """Newest first. `unknown`: why it could not be read. `since`: the time of the oldest write,
    where there may be older ones that a search does not give; "" otherwise.
    """

    writes: tuple[Write, ...] = ()
    since: str = ""
    unknown: Unknown | None = None


def read_writes(client: ManagementClient, what: str) -> TenantLog:
    """The writes of the log; `what` is unknown where it can't be read.

    Raises:
        ManagementError: the tenant can't be reached.
    """
    query = {"q": f"type:{WRITE}", "sort": "date:-1"}
    try:
        found = list(islice(client.pages("/logs", "logs", query), MOST))
    except MissingScope:
        return TenantLog(unknown=Unknown(what, LOG))
    except (Refused, NotFound):
        return TenantLog(unknown=Unknown(what, ""))
    own = client.credentials.client_id
    writes = tuple(_write(each, own) for each in found if each.get("type") == WRITE)
    return TenantLog(writes, writes[-1].at if writes and len(found) == MOST else "")


def last_token(client: ManagementClient, client_id: str) -> str:
    """When an application last got a token, ISO 8601; "" where the log has none.

    Raises:
        MissingScope: the token may not read the log.
        ManagementError: the log can't be read.
    """
    query: dict[str, str | int] = {
        "q": f'client_id:"{client_id}" AND type:({" OR ".join(TOKENS)})',
        "sort": "date:-1",
        "per_page": 1,
        "fields": "date,type,client_id",
        "include_fields": "true",
    }
    found = client.get("/logs", query)
    for each in found if isinstance(found, list) else ():
        if each.get("client_id") == client_id and each.get("type") in TOKENS:
            return _time(each)
    return ""


def _write(entry: Json, own: str) -> Write:
    request = block(entry, "details", "request")
    path = str(request.get("path") or "")
    return Write(
        at=_time(entry),
        who=_who(entry, request, own),
        method=str(request.get("method") or "").upper(),
        path=path.removeprefix(API),
        body=block(request, "body"),
        answer=block(entry, "details", "response", "body"),
    )


def _who(entry: Json, request: Json, own: str) -> str:
    """A person, where one signed in to the Dashboard; else the client that called."""
    user = block(request, "auth", "user")
    person = user.get("email") or user.get("name") or user.get("user_id")
    through = " in the Dashboard" if str(request.get("channel")).startswith(DASHBOARD) else ""
    if person:
        return f"{person}{through}"
    client_id = str(entry.get("client_id") or "")
    if client_id and client_id == own:
        return f"the client of this stack ({client_id})"
    name = str(entry.get("client_name") or "")
    return f"client {name} ({client_id})" if name else f"client {client_id or 'unknown'}"


def _time(entry: Json) -> str:
    date = entry.get("date")
    return str(date.get("$date", "") if isinstance(date, Mapping) else date or "")
