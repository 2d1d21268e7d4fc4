"""The control plane, apart from the imitated API: request log, faults, clock, reset."""

import json
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth0_emulator import clock
from auth0_emulator.errors import ApiError
from auth0_emulator.faults import read_fault
from auth0_emulator.http import read_json, render
from auth0_emulator.requestlog import RequestLog
from auth0_emulator.seed import reset
from auth0_emulator.tenant import Tenant


class Control:
    """The functions behind `/_control`; `ready` makes the line that start-up prints."""

    def __init__(
        self, tenant: Tenant, log: RequestLog, ready: Callable[[], dict[str, object]]
    ) -> None:
        self._tenant = tenant
        self._log = log
        self._ready = ready

    def routes(self) -> list[Route]:
        """All of them."""
        return [
            Route("/_control/ready", self.read_ready, methods=["GET"]),
            Route("/_control/log", self.read_log, methods=["GET"]),
            Route("/_control/log", self.clear_log, methods=["DELETE"]),
            Route("/_control/reset", self.reset, methods=["POST"]),
            Route("/_control/faults", self.read_faults, methods=["GET"]),
            Route("/_control/faults", self.set_faults, methods=["POST"]),
            Route("/_control/faults", self.clear_faults, methods=["DELETE"]),
            Route("/_control/documents", self.plant, methods=["POST"]),
            Route("/_control/clock", self.set_clock, methods=["POST"]),
        ]

    async def read_ready(self, _: Request) -> Response:
        """What start-up printed."""
        return render(200, self._ready())

    async def read_log(self, _: Request) -> Response:
        """The requests since the last clearing, oldest first."""
        return render(200, [entry.shown() for entry in self._log.entries])

    async def clear_log(self, _: Request) -> Response:
        """Forgets the requests."""
        self._log.clear()
        return render(204, None)

    async def reset(self, _: Request) -> Response:
        """A fresh tenant with the same ids and credentials; no faults, no log."""
        reset(self._tenant)
        self._log.clear()
        self._tenant.faults.active.clear()
        return render(204, None)

    async def read_faults(self, _: Request) -> Response:
        """The faults in force and how often they still strike."""
        return render(200, [vars(fault) for fault in self._tenant.faults.active])

    async def set_faults(self, request: Request) -> Response:
        """Replaces all faults by those of the body: one, or a list."""
        try:
            value = read_json(await request.body())
            wanted = value if isinstance(value, list) else [value]
            faults = [read_fault(item) for item in wanted]
        except (ApiError, ValueError, TypeError) as error:
            return render(400, {"error": str(error)})
        self._tenant.faults.active[:] = faults
        return await self.read_faults(request)

    async def clear_faults(self, _: Request) -> Response:
        """No trouble any more."""
        self._tenant.faults.active.clear()
        return render(204, None)

    async def plant(self, request: Request) -> Response:
        """`{"url", "document"}`: what a client metadata URL shall give; null makes it go."""
        try:
            value = read_json(await request.body())
            url, document = value["url"], value["document"]
        except (ApiError, TypeError, KeyError) as error:
            return render(400, {"error": f"url and document expected: {error}"})
        if document is None:
            self._tenant.documents.planted.pop(url, None)
        else:
            text = document if isinstance(document, str) else json.dumps(document)
            self._tenant.documents.planted[url] = text
        return render(204, None)

    async def set_clock(self, request: Request) -> Response:
        """`{"now": TIME}` stops the clock there, `{"advance": SECONDS}` moves it, null runs it."""
        try:
            value = read_json(await request.body())
            if "advance" in value:
                self._tenant.clock.set(self._tenant.clock.now() + float(value["advance"]))
            else:
                moment = value["now"]
                self._tenant.clock.set(None if moment is None else clock.parse(moment))
        except (ApiError, ValueError, TypeError, KeyError) as error:
            return render(400, {"error": f"now or advance expected: {error}"})
        return render(200, {"now": self._tenant.clock.stamp()})
