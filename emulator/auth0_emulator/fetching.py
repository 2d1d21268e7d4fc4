"""Gets a small document from a public https address, and from nowhere else.

Whoever may call the API names the address, so it must not reach what only this machine or its
network can reach: names are resolved here, and the connection goes to an address that was judged,
whatever the name stands for a moment later. Proxies are not used for the same reason.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import httpx

SECONDS = 5.0
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
Resolve = Callable[[str, int], Awaitable[list[str]]]


def is_public(address: str) -> bool:
    """False for loopback, private, link-local, shared and reserved addresses, also inside IPv6.

    Raises:
        ValueError: it is not an IP address.
    """
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        found = _embedded(found) or found
    return found.is_global and not found.is_multicast


def _embedded(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


async def public_addresses(host: str, port: int) -> list[str]:
    """The addresses that a name stands for; none if it has none, or one that is not public."""
    loop = asyncio.get_running_loop()
    try:
        known = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    found = [str(place[0]) for *_, place in known]
    return found if all(is_public(address) for address in found) else []


async def fetched(
    url: str,
    max_bytes: int,
    resolve: Resolve = public_addresses,
    trust: ssl.SSLContext | None = None,
) -> str | None:
    """The text at an https URL: status 200, at most `max_bytes`, within `SECONDS` in all; else
    None. No redirect is followed.
    """
    if not url.startswith("https://"):
        return None
    try:
        async with asyncio.timeout(SECONDS):
            name = httpx.URL(url)
            for address in await resolve(name.raw_host.decode(), name.port or 443):
                try:
                    return await _read(name, address, max_bytes, trust)
                except httpx.ConnectError:
                    continue
    except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    return None


async def _read(
    url: httpx.URL, address: str, max_bytes: int, trust: ssl.SSLContext | None
) -> str | None:
    headers = {"host": url.netloc.decode(), "accept-encoding": "identity"}
    options = {"sni_hostname": url.raw_host.decode()}
    client = httpx.AsyncClient(verify=trust or True, trust_env=False, timeout=SECONDS)
    async with (
        client,
        client.stream(
            "GET", url.copy_with(host=address), headers=headers, extensions=options
        ) as answer,
    ):
        if answer.status_code != 200 or "content-encoding" in answer.headers:
            return None
        body = bytearray()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > max_bytes:
                return None
    return body.decode("utf-8", "replace")
