"""Serves a tenant over TLS on the loopback addresses until it is told to stop."""

import asyncio
import json
import signal
import socket
import sys
from asyncio import BaseTransport, Transport

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from auth0_emulator.certificates import Certificates
from auth0_emulator.errors import StartError

_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


class Transports:
    """The open connections, so that a fault can cut the one behind a request."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol that notes its connection here."""
        known = self._open

        class Noting(H11Protocol):
            def connection_made(self, transport: BaseTransport) -> None:
                super().connection_made(transport)  # type: ignore[arg-type]
                self._peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
                known[self._peer] = transport  # type: ignore[assignment]

            def shutdown(self) -> None:
                idle = self.cycle is None or self.cycle.response_complete
                super().shutdown()
                if idle:
                    # Closing waits for the other side's goodbye, which idle clients never say.
                    self.transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(self._peer, None)
                super().connection_lost(exc)

        return Noting

    def cut(self, scope: Scope) -> None:
        """Closes the connection of a request at once, without an answer."""
        self._open[tuple(scope["client"])].abort()


def listen(port: int) -> list[socket.socket]:
    """Sockets on the loopback addresses at one port; 0 takes any that is free."""
    for _ in range(20):
        sockets = _bound(port)
        if sockets:
            return sockets
    raise StartError("no free port was found")


def _bound(port: int) -> list[socket.socket]:
    sockets: list[socket.socket] = []
    wanted = port
    for family, address in _ADDRESSES:
        try:
            bound = socket.create_server((address, wanted), family=family, backlog=1024)
        except OSError as error:
            if family == socket.AF_INET6 and error.errno != _IN_USE:
                continue  # a machine without IPv6
            for other in sockets:
                other.close()
            if port:
                raise StartError(_port_words(port, error)) from error
            return []
        # Accepted connections inherit it; without it every answer waits 40 ms for the client.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wanted = bound.getsockname()[1]
        sockets.append(bound)
    return sockets


_IN_USE = 98 if sys.platform == "linux" else 48


def _port_words(port: int, error: OSError) -> str:
    if error.errno == _IN_USE:
        return f"port {port} is in use by another process; stop that one or choose another --port"
    return f"port {port} cannot be used ({error.strerror}); choose another --port"


class _Announcing(uvicorn.Server):
    """Prints the ready line once connections are accepted."""

    def __init__(self, config: uvicorn.Config, ready: dict[str, object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(json.dumps(self._ready) + "\n")
        sys.stdout.flush()


def serve(
    app: ASGIApp,
    sockets: list[socket.socket],
    certs: Certificates,
    transports: Transports,
    ready: dict[str, object],
) -> None:
    """Returns after SIGINT or SIGTERM."""
    config = _config(app, certs, transports)
    # uvicorn raises the signal again once it has stopped; that shall not end us with an error.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    asyncio.run(_Announcing(config, ready).serve(sockets))


def _config(app: ASGIApp, certs: Certificates, transports: Transports) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=transports.protocol(),
        ssl_certfile=certs.server,
        ssl_keyfile=str(certs.server),
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        server_header=False,
        # Longer than clients keep idle connections: none of them writes into a closing one.
        timeout_keep_alive=300,
        timeout_graceful_shutdown=2,
    )
