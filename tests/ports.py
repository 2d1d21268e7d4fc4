"""Ports for servers that a test starts some time after their port was chosen."""

import os
import socket
from itertools import cycle

LOWEST, PER_WORKER, WORKERS = 20_000, 1_500, 8


def free_port() -> int:
    """A port that nothing uses, and that no outgoing connection is given in the meantime.

    What the kernel gives for port 0 lies where it also takes the near ends of connections
    from, so that any program's connection may hold it when the server is started at last.
    """
    return next(port for port in _ports if _is_free(port))


def _own_ports() -> list[int]:
    """This worker's share, begun anywhere for the sake of another run beside this one."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    first, turn = LOWEST + worker * PER_WORKER, os.getpid() % PER_WORKER
    return [first + (turn + step) % PER_WORKER for step in range(PER_WORKER)]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


_ports = cycle(_own_ports())
