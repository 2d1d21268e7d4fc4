"""Proxies and certificates of the surrounding network, for this process and its children."""

from collections.abc import Mapping
from pathlib import Path

LOOPBACK = ("localhost", "127.0.0.1", "::1")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "grpc_proxy")
EXCEPTIONS = ("no_proxy", "NO_PROXY")
ROOTS = "SSL_CERT_FILE"
OTHER_ROOTS = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""What other tools call the file of a company's root certificates."""


def network_variables(shell: Mapping[str, str]) -> dict[str, str]:
    """Variables to add to those of the shell.

    The engine, its plugins and the program call each other by gRPC on this machine, and an embedded
    tenant is on it too: no proxy must come between.
    """
    return _without_proxy(shell) | _roots(shell)


def _without_proxy(shell: Mapping[str, str]) -> dict[str, str]:
    if not any(shell.get(name) for each in PROXIES for name in (each, each.upper())):
        return {}
    stated = [shell.get(name, "") for name in EXCEPTIONS]
    common = dict.fromkeys(EXCEPTIONS, _merged(*stated))
    own = shell.get("no_grpc_proxy")  # gRPC reads this one in place of the others
    return common | ({"no_grpc_proxy": _merged(own)} if own else {})


def _merged(*lists: str) -> str:
    hosts = [host.strip() for each in lists for host in each.split(",")]
    if "*" in hosts:
        return "*"
    return ",".join(dict.fromkeys(filter(None, [*hosts, *LOOPBACK])))


def _roots(shell: Mapping[str, str]) -> dict[str, str]:
    """The engine and httpx read SSL_CERT_FILE alone."""
    other = next(filter(None, map(shell.get, OTHER_ROOTS)), "")
    if not other or shell.get(ROOTS, other) != other or not Path(other).is_file():
        return {}
    return {ROOTS: other}
