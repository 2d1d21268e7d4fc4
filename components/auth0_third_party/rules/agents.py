"""Client id metadata documents: what an agent's URL and document may be.

See https://auth0.com/docs/get-started/auth0-overview/create-applications/register-applications-with-cimd
"""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from auth0_third_party.rules.addresses import Address, fetched_address_fault, read_address
from auth0_third_party.rules.hosts import is_loopback
from auth0_third_party.rules.texts import check_text
from auth0_third_party.rules.violation import Violation

LONGEST_URL = 120
LARGEST_DOCUMENT = 5 * 1024
LONGEST_DESCRIPTION = 140
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
    corrected = "have the agent's owner correct the document, then take a new copy"
    for field, fault in _document_faults(url, document, size):
        what = f"{field} {fault}" if field else fault
        yield Violation("CIMD-06", ("copy_of_document",), what, corrected)
    for field, fault, fix in _redirect_faults(document):
        yield Violation("CIMD-06", ("copy_of_document",), f"{field} {fault}", fix or corrected)


def _url_faults(url: str) -> Iterator[str]:
    fault = fetched_address_fault(url)
    if fault:
        yield fault[0]
        return
    if len(url.encode()) > LONGEST_URL:
        yield f"is longer than {LONGEST_URL} bytes"
    if "?" in url:
        yield "has a query"
    if urlsplit(url).path in ("", "/"):
        yield "has no path"


def _document_faults(url: str, document: Mapping[str, Any], size: int) -> Iterator[tuple[str, str]]:
    if size > LARGEST_DOCUMENT:
        yield "", f"the document has {size} bytes, more than {LARGEST_DOCUMENT}"
    if document.get("client_id") != url:
        yield "client_id", "is not the document's own URL"
    for field, kind in (("client_name", str), ("grant_types", list)):
        if not document.get(field):
            yield field, "is missing"
        elif not isinstance(document[field], kind):
            yield field, "is not a text" if kind is str else "is not a list"
    yield from _text_faults(document)
    if "jwks" in document:
        yield "jwks", "is inline; publish it and name it in jwks_uri"
    yield from _choice_faults(document)
    if document.get("token_endpoint_auth_method") == "private_key_jwt":
        jwks, own = read_address(str(document.get("jwks_uri", ""))), read_address(url)
        origins = [one.origin if isinstance(one, Address) else "" for one in (jwks, own)]
        if "" in origins or origins[0] != origins[1]:
            yield "jwks_uri", "is not on the document's own origin"


def _text_faults(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Users read the name, and see the logo, when they are asked for consent."""
    name, logo = document.get("client_name"), document.get("logo_uri")
    found = check_text(("client_name",), name) if isinstance(name, str) and name else ()
    yield from (("client_name", violation.what) for violation in found)
    if len(str(document.get("description") or "")) > LONGEST_DESCRIPTION:
        yield "description", f"has more than {LONGEST_DESCRIPTION} characters"
    address = read_address(str(logo)) if logo else None
    if isinstance(address, tuple) or (address and not address.web):
        yield "logo_uri", "is not an https or http address"


def _choice_faults(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    method = document.get("token_endpoint_auth_method", "none")
    if method not in DOCUMENT_METHODS:
        yield "token_endpoint_auth_method", f"is '{method}', not {' or '.join(DOCUMENT_METHODS)}"
    kind = document.get("application_type", "web")
    if kind not in DOCUMENT_TYPES:
        yield "application_type", f"is '{kind}', not {' or '.join(DOCUMENT_TYPES)}"
    stated = document.get("grant_types")
    if isinstance(stated, list) and stated and not any(one in AGENT_FLOWS for one in stated):
        yield "grant_types", f"has none of {', '.join(AGENT_FLOWS)}"


NATIVE = (
    'have the agent\'s owner write "application_type": "native" into the document, then take a new'
    " copy"
)


def _redirect_faults(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """https alone; for a native application this machine as well. Field, fault, and the fix where
    it is another than a correction.
    """
    stated = document.get("application_type")
    uris, grants = document.get("redirect_uris", []), document.get("grant_types")
    if not isinstance(uris, list):
        yield "redirect_uris", "is not a list", ""
        return
    if not uris and isinstance(grants, list) and "authorization_code" in grants:
        yield "redirect_uris", "is missing, and authorization_code needs one", ""
    for index, uri in enumerate(uris):
        field = f"redirect_uris[{index}]"
        address = read_address(str(uri))
        if not isinstance(address, Address):
            yield field, address[0], ""
        elif not address.web or (address.scheme == "http" and not is_loopback(address.host)):
            yield field, "does not use https", ""
        elif address.scheme == "http" and stated != "native":
            kind = f"'{stated}'" if stated else "missing, which means web"
            at = f"leads to the user's own machine ({uri}), and application_type is {kind}"
            yield field, f"does not use https; it {at}", NATIVE
        if uri in uris[:index]:
            yield field, "is listed twice", ""
