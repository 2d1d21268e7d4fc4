"""Client id metadata documents: what an agent's URL and document may be.

See https://auth0.com/docs/get-started/auth0-overview/create-applications/register-applications-with-cimd
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from auth0_third_party.rules.addresses import LOOPBACK_HOSTS
from auth0_third_party.rules.violation import Violation

LONGEST_URL = 120
LARGEST_DOCUMENT = 5 * 1024
DOCUMENT_METHODS = ("none", "private_key_jwt")
DOCUMENT_TYPES = ("web", "native")
AGENT_FLOWS = ("authorization_code", "refresh_token")


def check_document_url(url: str) -> Iterator[Violation]:
    """CIMD-05: the URL is the agent's identity, so it has one spelling."""
    for fault in _url_faults(url):
        yield Violation(
            "CIMD-05",
            ("document",),
            f"'{url}' {fault}",
            "use the https address at which the agent publishes its document",
        )


def check_document(url: str, document: Mapping[str, Any], size: int) -> Iterator[Violation]:
    """CIMD-06: what Auth0 requires of the document itself. `size` in bytes."""
    for field, fault in _document_faults(url, document, size):
        yield Violation(
            "CIMD-06",
            ("copy_of_document",),
            f"{field} {fault}" if field else fault,
            "have the agent's owner correct the document, then take a new copy",
        )


def _url_faults(url: str) -> Iterator[str]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        yield "is not a URL"
        return
    segments = parts.path.split("/")
    faults = {
        "does not use https": parts.scheme != "https",
        f"is longer than {LONGEST_URL} bytes": len(url.encode()) > LONGEST_URL,
        "has no path": parts.path in ("", "/"),
        "has credentials in it": bool(parts.username or parts.password),
        "has a query": "?" in url,
        "has a fragment": "#" in url,
        "has dot segments": "." in segments or ".." in segments,
        "has port 0": port == 0,
        "has whitespace": any(character.isspace() for character in url),
        "has a bad %-escape": not _escapes_are_sound(url),
        "points to this machine": (parts.hostname or "") in LOOPBACK_HOSTS,
    }
    yield from (fault for fault, found in faults.items() if found)


def _escapes_are_sound(url: str) -> bool:
    pieces = url.split("%")[1:]
    digits = set("0123456789abcdefABCDEF")
    return all(len(piece) >= 2 and set(piece[:2]) <= digits for piece in pieces)


def _document_faults(url: str, document: Mapping[str, Any], size: int) -> Iterator[tuple[str, str]]:
    if size > LARGEST_DOCUMENT:
        yield "", f"the document has {size} bytes, more than {LARGEST_DOCUMENT}"
    if document.get("client_id") != url:
        yield "client_id", "is not the document's own URL"
    for field in ("client_name", "grant_types"):
        if not document.get(field):
            yield field, "is missing"
    if "jwks" in document:
        yield "jwks", "is inline; publish it and name it in jwks_uri"
    yield from _choice_faults(document)
    kind = document.get("application_type", "web")
    yield from _redirect_faults(document.get("redirect_uris", ()), native=kind == "native")
    if document.get("token_endpoint_auth_method") == "private_key_jwt":
        jwks = urlsplit(str(document.get("jwks_uri", "")))
        own = urlsplit(url)
        if (jwks.scheme, jwks.netloc) != (own.scheme, own.netloc):
            yield "jwks_uri", "is not on the document's own origin"


def _choice_faults(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    method = document.get("token_endpoint_auth_method", "none")
    if method not in DOCUMENT_METHODS:
        yield "token_endpoint_auth_method", f"is '{method}', not {' or '.join(DOCUMENT_METHODS)}"
    kind = document.get("application_type", "web")
    if kind not in DOCUMENT_TYPES:
        yield "application_type", f"is '{kind}', not {' or '.join(DOCUMENT_TYPES)}"
    usable = [one for one in document.get("grant_types", ()) if one in AGENT_FLOWS]
    if document.get("grant_types") and not usable:
        yield "grant_types", f"has none of {', '.join(AGENT_FLOWS)}"


def _redirect_faults(uris: Sequence[str], *, native: bool) -> Iterator[tuple[str, str]]:
    for index, uri in enumerate(uris):
        parts = urlsplit(str(uri))
        local = native and (parts.hostname or "") in LOOPBACK_HOSTS
        if parts.scheme != "https" and not local:
            yield f"redirect_uris[{index}]", "does not use https"
        if uri in uris[:index]:
            yield f"redirect_uris[{index}]", "is listed twice"
