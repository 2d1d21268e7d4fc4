"""What an address may be: one place for callbacks, origins, pages, logos and agents' documents.

An address is taken apart by the WHATWG URL standard, as a browser does it (https://url.spec.whatwg.org),
and must be written as it is read: what a reviewer sees is where a browser goes. It consists of the
characters of RFC 3986, and its host is a name in its A-label form (RFC 5890) or an IP address.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import ada_url

from auth0_third_party.rules.hosts import host_faults, is_loopback, is_public_host
from auth0_third_party.rules.texts import CURLY_QUOTES, STRAIGHT
from auth0_third_party.rules.violation import Violation

NO_CALLBACKS = "Auth0 returns the user only to an address on this list, so every sign-in would fail"
# What browsers and systems handle themselves: such an address opens no app of the partner's.
HANDLED_SCHEMES = frozenset(
    (
        *("about", "blob", "chrome", "content", "data", "edge", "feed", "file", "filesystem"),
        *("ftp", "geo", "intent", "irc", "jar", "javascript", "livescript", "mailto", "market"),
        *("mocha", "moz-extension", "resource", "sftp", "shell", "sip", "sms", "ssh", "tel"),
        *("telnet", "urn", "vbscript", "view-source", "wais", "web", "ws", "wss", "wyciwyg"),
    )
)
_ALLOWED = re.compile(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_HIDDEN_ESCAPE = re.compile(r"%(?:[01][0-9A-F]|7F|5C)", re.IGNORECASE)
_PARTS = re.compile(r"([a-z][a-z0-9+.\-]*):(?://([^/?#]*))?(.*)", re.IGNORECASE)
_PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+\-]*(\.[a-z0-9+\-]+)+")
_NAMES = {
    " ": "a blank",
    "\t": "a tab",
    "\n": "a line break",
    "\r": "a line break",
    "\\": "a backslash, which browsers read as /,",
}
_PORT = re.compile(r"\d+(/.*)?")
_SUBDOMAIN = re.compile(r"^(https?://)(?:\*|\{[a-z_.]+\})(?=\.[^./]+\.[^./])", re.IGNORECASE)
DELIVERED = (
    "the authorization code is delivered there: only an exact address that no other party can"
    " read is safe"
)
COMPARED = "an origin is compared with what a browser sends: scheme, host and port without a path"
WHOLE = "write it in full: https://host/path"
Fault = tuple[str, str]
"""What is wrong, and the fix."""


@dataclass(frozen=True)
class Address:
    """An address as a browser reads it. `host` is empty where there is none, `port` as written."""

    scheme: str
    host: str
    port: str
    origin: str
    href: str

    @property
    def web(self) -> bool:
        return self.scheme in ("http", "https")


def read_address(text: str) -> Address | Fault:
    """The address, or why it is none that may be written."""
    fault = _character_fault(text)
    if fault:
        return fault
    try:
        url = ada_url.URL(text)
    except ValueError:
        return "is not an absolute URI", WHOLE
    address = Address(url.protocol[:-1], url.hostname, url.port, url.origin, url.href)
    return next(_faults(text, address), address)


def check_redirect_uris(
    app_type: str, uris: Sequence[str], *, strict: bool = True
) -> Iterator[Violation]:
    """TP-CREATE-19 and TP-CREATE-20: callbacks are exact, and can't be read on the network.

    A permissive application may have a wildcard for one subdomain, http and, on a device, any
    scheme that no browser handles itself.
    """
    for index, uri in enumerate(uris):
        yield from _repeated("callbacks", index, uris)
        for what, fix in _redirect_faults(app_type, uri, strict=strict):
            yield Violation(
                "TP-CREATE-19",
                ("callbacks", index),
                f"'{uri}' {what}",
                fix,
                "" if _inexact(uri) else DELIVERED,
            )


def has_no_port(uri: str) -> bool:
    """Whether a callback leads to the user's own machine, and not to a port of it.

    RFC 8252 7.3 asks a server to accept any port then. Auth0 does not promise it: its pages show
    such addresses with their ports, and compare a callback as a whole.
    """
    address = read_address(uri)
    if not isinstance(address, Address) or address.scheme != "http":
        return False
    return is_loopback(address.host) and not address.port


def check_callbacks(app_type: str, callbacks: Sequence[str]) -> Iterator[Violation]:
    """TP-CREATE-19: who signs users in needs an address to return them to."""
    if not callbacks:
        yield Violation(
            "TP-CREATE-19",
            ("callbacks",),
            f"no callbacks for a {app_type} application",
            "list the addresses that the application is called back at",
            NO_CALLBACKS,
        )


def check_origins(
    field: str, origins: Sequence[str], *, strict: bool = True
) -> Iterator[Violation]:
    """TP-CREATE-19 for `allowed_origins` and `web_origins`: scheme, host and port, nothing else."""
    for index, origin in enumerate(origins):
        yield from _repeated(field, index, origins)
        for what, fix in _origin_faults(origin, strict=strict):
            yield Violation(
                "TP-CREATE-19",
                (field, index),
                f"'{origin}' {what}",
                fix,
                "" if _inexact(origin) else COMPARED,
            )


def is_loopback_address(text: str) -> bool:
    """Whether a browser would go to its own machine."""
    address = read_address(text)
    return isinstance(address, Address) and address.web and is_loopback(address.host)


def web_address_fault(text: str) -> Fault | None:
    """Why a text is not the https address of a page, a script or a picture."""
    address = read_address(text)
    if isinstance(address, tuple):
        return address
    return None if address.scheme == "https" else ("does not use https", WHOLE)


def fetched_address_fault(text: str) -> Fault | None:
    """Why a server should not fetch from there: it must be https, and a public host (CIMD-05)."""
    address = read_address(text)
    if isinstance(address, tuple):
        return address
    if address.scheme != "https":
        return "does not use https", WHOLE
    if not is_public_host(address.host):
        return "points to this machine or a private network", "use the address on the internet"
    return None


def _repeated(field: str, index: int, addresses: Sequence[str]) -> Iterator[Violation]:
    if addresses[index] in addresses[:index]:
        what, why = (
            f"'{addresses[index]}' is listed twice",
            "whoever removes one would keep it open",
        )
        yield Violation("TP-CREATE-19", (field, index), what, "remove one of them", why)


def _redirect_faults(app_type: str, uri: str, *, strict: bool) -> Iterator[Fault]:
    exact = uri if strict else _SUBDOMAIN.sub(r"\1any", uri)
    if _inexact(exact):
        yield _inexact(exact), "list each address on a line of its own"
        return
    address = read_address(exact)
    if isinstance(address, tuple):
        yield address
    elif address.scheme == "http" and strict and not is_loopback(address.host):
        yield "uses http", f"use https://{address.href.removeprefix('http://')}"
    elif not address.web and app_type != "native":
        yield "has a custom scheme", "custom schemes are for app_type native; use https"
    elif not address.web:
        yield from _private_scheme_faults(uri, address, strict=strict)


def _private_scheme_faults(uri: str, address: Address, *, strict: bool) -> Iterator[Fault]:
    """RFC 8252 7.1: a private-use scheme is the reverse of a domain name of the partner's."""
    reverse = "use the reverse of a domain name of the partner's, such as com.example.app:/callback"
    rest = uri[len(address.scheme) + 1 :]
    if address.scheme in HANDLED_SCHEMES:
        yield "opens no app of its own", reverse
    elif strict and not _PRIVATE_SCHEME.fullmatch(address.scheme):
        yield "has a scheme without a dot, which any other app may take", reverse
    elif _PORT.fullmatch(rest):
        yield "is not an absolute URI", WHOLE
    elif not rest.strip("/"):
        yield "ends after the scheme", f"write {address.scheme}:/callback"


def _origin_faults(origin: str, *, strict: bool) -> Iterator[Fault]:
    exact = origin if strict else _SUBDOMAIN.sub(r"\1any", origin)
    if _inexact(exact):
        yield _inexact(exact), "list each origin on a line of its own"
        return
    address = read_address(exact)
    form = "write https://host or https://host:port"
    if isinstance(address, tuple):
        yield address
    elif not address.web or (address.scheme == "http" and strict and not is_loopback(address.host)):
        yield "is not an https origin", form
    elif exact != address.origin:
        yield "is not an https origin as a browser sends it", f"write {address.origin}"


def _inexact(uri: str) -> str:
    plain = unquote(uri)
    return "has a wildcard" if "*" in plain else "has a placeholder" if "{" in plain else ""


def _faults(text: str, address: Address) -> Iterator[Fault]:
    """Where a browser reads something else than what is written, or no host is named well."""
    authority = _taken_apart(text)[1]
    if "@" in authority:
        yield "has credentials in it", "remove everything before the @"
    if address.web and not authority:
        yield "has no host", WHOLE
    if "#" in text:
        yield "has a fragment", "remove '#' and everything after it"
    if address.port == "0":
        yield "has port 0", "write the port, or none"
    if _HIDDEN_ESCAPE.search(text):
        yield "has an escaped control character or backslash", "remove it"
    if _spelled(text, address) != address.href:
        yield f"is read as '{address.href}' by a browser", "write it as it is read"
    if address.web:
        yield from host_faults(address.host)


def _character_fault(text: str) -> Fault | None:
    if _ALLOWED.fullmatch(text):
        return None
    if not text:
        return "is empty", WHOLE
    at = _ALLOWED.match(text)
    odd = text[at.end() if at else 0]
    if odd == "%":
        return "has a bad %-escape", "write %25 for a percent sign"
    if odd in CURLY_QUOTES:
        return f"has the curly quote {odd} in it", f"remove it; {STRAIGHT}"
    if ord(odd) > 0x7F:
        return _beyond_ascii(text, odd)
    return f"has {_NAMES.get(odd) or ascii(odd)} in it", "remove it"


def _beyond_ascii(text: str, odd: str) -> Fault:
    """A name of other letters is written as its A-label, so that no letter looks like another."""
    try:
        host, written = urlsplit(text).hostname or "", ada_url.URL(text).href
    except ValueError:
        host, written = "", ""
    if odd in host and written:
        return f"has the letter {odd!a} in its host", f"write {written}, if that is meant"
    return f"has {odd!a} in it", "write it as a %-escape"


def _taken_apart(text: str) -> tuple[str, str, str]:
    """Scheme, authority and the rest (RFC 3986, appendix B)."""
    found = _PARTS.fullmatch(text)
    return (found[1], found[2] or "", found[3]) if found else ("", "", text)


def _spelled(text: str, address: Address) -> str:
    """The text with what is the same by RFC 3986 6.2: case, the default port, an empty path."""
    scheme, authority, rest = _taken_apart(text)
    if not address.web:
        return f"{scheme.lower()}{text[len(scheme) :]}"
    host = authority.lower().removesuffix(":443" if address.scheme == "https" else ":80")
    return f"{scheme.lower()}://{host}{rest if rest.startswith('/') else '/' + rest}"
