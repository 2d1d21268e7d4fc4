"""What a host may be: a name of letters, digits and hyphens, or an IP address."""

import ipaddress
import re
import unicodedata
from collections.abc import Iterator

import idna

LOOPBACK_HOSTS = ("localhost", "127.0.0.1", "::1")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9\-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
# Ends of names without a public server: RFC 6761, 6762, 7686, 8375, and ICANN's .internal.
_LOCAL_ENDS = ("localhost", "local", "internal", "home.arpa", "onion", "invalid", "lan", "intranet")
# Scripts that are written together: https://www.unicode.org/reports/tr39/#Restriction_Level_Detection
_EAST_ASIA = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "LATIN", "FULLWIDTH")
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


def host_faults(host: str) -> Iterator[tuple[str, str]]:
    """What is wrong with a host, as a browser reads it, and the fix."""
    address = ip_address(host)
    if address is not None:
        if address.is_unspecified or address.is_multicast:
            yield f"has the host {host}, which is no machine's", "name the host"
        return
    labels = host.split(".")
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)):
        yield f"has the host '{host}', which is no name", "use letters, digits and inner hyphens"
    elif _NUMBER.fullmatch(labels[-1]):
        yield f"has the host '{host}', which ends with a number", "name the host"
    elif any(label.startswith("xn--") for label in labels):
        yield from _other_letters(host)


def unicode_name(host: str) -> str:
    """A host of A-labels as people read it; "" for one of plain letters, or that can't be read."""
    if "xn--" not in host:
        return ""
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return ""


def is_loopback(host: str) -> bool:
    """Whether RFC 8252 7.3 counts it as this machine (`localhost` for development)."""
    return host.strip("[]") in LOOPBACK_HOSTS


def is_public_host(host: str) -> bool:
    """Whether the internet may have a server there: no private, local or special address."""
    address = ip_address(host)
    if address is not None:
        return all(map(_is_public, (address, *_embedded(address))))
    name = host.rstrip(".").lower()
    return "." in name and not any(name == end or name.endswith(f".{end}") for end in _LOCAL_ENDS)


def tenant_address(domain: str) -> str:
    """A tenant's domain in the one spelling that others of the same server have in common."""
    host, _, port = domain.lower().partition(":")
    name = "localhost" if is_loopback(host) else host.rstrip(".")
    return name if port in ("", "443") else f"{name}:{port}"


def ip_address(host: str) -> IpAddress | None:
    """The address that a host is, IPv6 with or without brackets."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _is_public(address: IpAddress) -> bool:
    return address.is_global and not address.is_multicast


def _embedded(address: IpAddress) -> Iterator[IpAddress]:
    """IPv4 addresses inside of an IPv6 one: mapped, 6to4, Teredo, NAT64 (RFC 6052)."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    inner = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()))
    yield from (one for one in inner if one is not None)
    if address in ipaddress.ip_network("64:ff9b::/96"):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _other_letters(host: str) -> Iterator[tuple[str, str]]:
    name = unicode_name(host)
    if not name:
        yield f"has the host '{host}', which is no international name", "check the xn-- parts"
        return
    for label in name.split("."):
        scripts = {unicodedata.name(one, "?").split()[0] for one in label if one.isalpha()}
        if len(scripts) > 1 and not scripts <= set(_EAST_ASIA):
            mixed = " and ".join(sorted(script.capitalize() for script in scripts))
            yield f"has the host '{name}', which mixes {mixed} letters", "name another host"
            return
