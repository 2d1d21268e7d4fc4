"""Serves a tenant over TLS on the loopback addresses until a signal stops it."""

import asyncio
import json
import signal
import socket
import sys
from asyncio import BaseTransport, Transport
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

from auth0_emulator.errors import StartError
from auth0_emulator.storage import private_file

_HOST_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificates:
    """`authority` is what clients of the tenant must trust; `server` holds key and chain."""

    authority: Path
    server: Path


def certificates(folder: Path) -> Certificates:
    """Those of the folder, else new ones: clients need not change their trust after a restart."""
    found = Certificates(folder / "ca.pem", folder / "server.pem")
    if not (found.authority.exists() and found.server.exists()):
        _make_certificates(found)
    return found


def _make_certificates(wanted: Certificates) -> None:
    import trustme  # noqa: PLC0415 - slow to import, needed once per folder

    authority = trustme.CA(organization_name="auth0-emulator")
    leaf = authority.issue_cert(*_HOST_NAMES)
    private_file(wanted.server, leaf.private_key_and_cert_chain_pem.bytes())
    authority.cert_pem.write_to_path(str(wanted.authority))


_ADDRESSES = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


class Transports:
    """The open connections, so that a fault can cut the connection of a request."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int], Transport] = {}

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol that registers its connection here."""
        known = self._open

        class Registering(H11Protocol):
            def connection_made(self, transport: BaseTransport) -> None:
                super().connection_made(transport)  # type: ignore[arg-type]
                self._peer: tuple[str, int] = transport.get_extra_info("peername")[:2]
                known[self._peer] = transport  # type: ignore[assignment]

            def shutdown(self) -> None:
                idle = self.cycle is None or self.cycle.response_complete
                super().shutdown()
                if idle:
                    # A TLS connection closes only when the client answers, and idle clients do not.
                    self.transport.abort()

            def connection_lost(self, exc: Exception | None) -> None:
                known.pop(self._peer, None)
                super().connection_lost(exc)

        return Registering

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
                raise StartError(_port_problem(port, error)) from error
            return []
        # Inherited by accepted connections; without it every answer is delayed by 40 ms.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        wanted = bound.getsockname()[1]
        sockets.append(bound)
    return sockets


_IN_USE = 98 if sys.platform == "linux" else 48


def _port_problem(port: int, error: OSError) -> str:
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
    # uvicorn raises the signal again once it has stopped, which must not be an error.
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
        # Longer than clients keep idle connections, so that none writes to a closing one.
        timeout_keep_alive=300,
        timeout_graceful_shutdown=2,
    )
