"""The control plane, apart from the imitated API: request log, faults, clock, documents, reset."""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth0_emulator.errors import ApiError
from auth0_emulator.faults import read_fault
from auth0_emulator.http.api import read_json, render
from auth0_emulator.oauth.mail import MAIL
from auth0_emulator.seed import reset
from auth0_emulator.tenant import Tenant, parse_time

_KEPT = 200_000


@dataclass
class Entry:
    """One request. `status` is None when the connection was cut before an answer."""

    method: str
    path: str
    at: str
    query: str = ""
    status: int | None = None
    ms: float = 0.0
    caller: str | None = None
    fault: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON; `fault` and `query` only when there is one."""
        optional = {"query": self.query, "fault": self.fault}
        return {
            "method": self.method,
            "path": self.path,
            "status": self.status,
            "at": self.at,
            "ms": round(self.ms, 3),
            "caller": self.caller,
            **{key: value for key, value in optional.items() if value},
        }


@dataclass
class RequestLog:
    """Requests in order of arrival, in memory, without bodies and secrets; at most 200,000."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def add(self, entry: Entry) -> Entry:
        """Appends an entry and returns it."""
        self.entries.append(entry)
        return entry

    def clear(self) -> None:
        """Removes all entries."""
        self.entries.clear()


class Control:
    """The functions of `/_control`; `ready` gives what is printed at start-up."""

    def __init__(
        self, tenant: Tenant, log: RequestLog, ready: Callable[[], dict[str, object]]
    ) -> None:
        self._tenant = tenant
        self._log = log
        self._ready = ready

    def routes(self) -> list[Route]:
        """The routes of the control plane."""
        return [
            Route("/_control/ready", self.read_ready, methods=["GET"]),
            Route("/_control/log", self.read_log, methods=["GET"]),
            Route("/_control/log", self.clear_log, methods=["DELETE"]),
            Route("/_control/reset", self.reset, methods=["POST"]),
            Route("/_control/faults", self.read_faults, methods=["GET"]),
            Route("/_control/faults", self.set_faults, methods=["POST"]),
            Route("/_control/faults", self.clear_faults, methods=["DELETE"]),
            Route("/_control/documents", self.set_document, methods=["POST"]),
            Route("/_control/mails", self.read_mails, methods=["GET"]),
            Route("/_control/clock", self.set_clock, methods=["POST"]),
        ]

    async def read_ready(self, _: Request) -> Response:
        """What was printed at start-up."""
        return render(200, self._ready())

    async def read_log(self, _: Request) -> Response:
        """The requests since the log was cleared, oldest first."""
        return render(200, [entry.shown() for entry in self._log.entries])

    async def clear_log(self, _: Request) -> Response:
        """Clears the log."""
        self._log.clear()
        return render(204, None)

    async def reset(self, _: Request) -> Response:
        """Makes the tenant as new, with the same ids and credentials; no faults, no log."""
        reset(self._tenant)
        self._log.clear()
        self._tenant.faults.active.clear()
        return render(204, None)

    async def read_faults(self, _: Request) -> Response:
        """The active faults and how often they still apply."""
        return render(200, [vars(fault) for fault in self._tenant.faults.active])

    async def set_faults(self, request: Request) -> Response:
        """Replaces all faults with those of the body: one, or a list."""
        try:
            value = read_json(await request.body())
            wanted = value if isinstance(value, list) else [value]
            faults = [read_fault(item) for item in wanted]
        except (ApiError, ValueError, TypeError) as error:
            return render(400, {"error": str(error)})
        self._tenant.faults.active[:] = faults
        return await self.read_faults(request)

    async def clear_faults(self, _: Request) -> Response:
        """Removes all faults."""
        self._tenant.faults.active.clear()
        return render(204, None)

    async def set_document(self, request: Request) -> Response:
        """`{"url", "document"}`: what is found at a URL; null removes it."""
        try:
            value = read_json(await request.body())
            url, document = str(value["url"]), value["document"]
        except (ApiError, TypeError, KeyError) as error:
            return render(400, {"error": f"url and document expected: {error}"})
        if document is None:
            self._tenant.documents.provided.pop(url, None)
        else:
            text = document if isinstance(document, str) else json.dumps(document)
            self._tenant.documents.provided[url] = text
        return render(204, None)

    async def read_mails(self, _: Request) -> Response:
        """The e-mails that Auth0 would have sent, oldest first."""
        return render(200, self._tenant.store.find(MAIL))

    async def set_clock(self, request: Request) -> Response:
        """`{"now": TIME}` stops the clock, `{"advance": SECONDS}` moves it, null lets it run."""
        try:
            value = read_json(await request.body())
            if "advance" in value:
                self._tenant.clock.set(self._tenant.clock.now() + float(value["advance"]))
            else:
                moment = value["now"]
                self._tenant.clock.set(None if moment is None else parse_time(moment))
        except (ApiError, ValueError, TypeError, KeyError, OverflowError) as error:
            return render(400, {"error": f"now or advance expected: {error}"})
        return render(200, {"now": self._tenant.clock.stamp()})
