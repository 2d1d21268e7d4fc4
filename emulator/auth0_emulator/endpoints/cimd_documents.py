"""Client ID metadata documents: where they come from, what they map to, what is wrong with them.

A document that was given to the control plane is used first; any other URL is fetched as Auth0
fetches it (https, no redirects, small, within seconds), from public addresses only.
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from auth0_emulator.call import Json, strict_json
from auth0_emulator.example_data import DOCUMENTS

_MAPPED = {
    "client_name": "name",
    "redirect_uris": "callbacks",
    "logo_uri": "logo_uri",
    "grant_types": "grant_types",
}
_KNOWN = frozenset(
    {*_MAPPED, "client_id", "application_type", "token_endpoint_auth_method", "jwks_uri"}
)
_APP_TYPES = {"web": "regular_web", "native": "native"}
_GRANTS = frozenset({"authorization_code", "refresh_token"})
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Reading:
    """`mapped` is the client; `violations` prevent that it is applied, `warnings` do not."""

    mapped: Json
    violations: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def validation(self) -> Json:
        """As the API shows it (CIMD-03)."""
        return {
            "valid": not self.violations,
            "violations": self.violations,
            "warnings": self.warnings,
        }


def address_problem(url: str) -> str | None:
    """CIMD-05: why a URL cannot be a client id, None if it can."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "is not a URL"
    segments = parts.path.split("/")
    problems = {
        "must use https": parts.scheme != "https",
        "is longer than 120 bytes": len(url.encode()) > 120,
        "needs a path": parts.path in ("", "/"),
        "must not name localhost": parts.hostname in (None, *_LOOPBACK),
        "must not carry credentials": "@" in parts.netloc,
        "must not have a query or fragment": "?" in url or "#" in url,
        "must not have dot segments": "." in segments or ".." in segments,
        "must not use port 0": port == 0,
        "must not contain whitespace": re.search(r"\s", url) is not None,
        "has a bad escape": re.search(r"%(?![0-9A-Fa-f]{2})", url) is not None,
    }
    return next((problem for problem, found in problems.items() if found), None)


def read(url: str, text: str) -> Reading:
    """CIMD-03, CIMD-06: the client that a document describes."""
    document = _parsed(text)
    if document is None:
        return Reading({"external_client_id": url}, ["The document is not a JSON object."])
    return Reading(_mapped(url, document), _violations(url, document), _warnings(document))


def _parsed(text: str) -> Json | None:
    try:
        document = strict_json(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _mapped(url: str, document: Json) -> Json:
    mapped = {"external_client_id": url}
    mapped |= {new: document[old] for old, new in _MAPPED.items() if old in document}
    mapped["app_type"] = _APP_TYPES.get(_text(document, "application_type", "web"), "regular_web")
    method = document.get("token_endpoint_auth_method", "none")
    if method == "none":
        mapped |= {"token_endpoint_auth_method": method}
    elif "jwks_uri" in document:
        mapped["jwks_uri"] = document["jwks_uri"]
    return mapped


def _text(document: Json, name: str, default: str = "") -> str:
    """A property that must be a text; one of another type is no known word."""
    value = document.get(name, default)
    return value if isinstance(value, str) else ""


def _texts(document: Json, name: str) -> list[str] | None:
    """A list of texts, None if it is anything else."""
    value = document.get(name)
    listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return value if listed else None


def _violations(url: str, document: Json) -> list[str]:
    """CIMD-06: everything that is wrong."""
    uris = _texts(document, "redirect_uris") if "redirect_uris" in document else []
    grants = _texts(document, "grant_types")
    kind = _text(document, "application_type", "web")
    method = _text(document, "token_endpoint_auth_method", "none")
    found = {
        "client_id must equal the URL of the document.": document.get("client_id") != url,
        "client_name is required.": not _text(document, "client_name"),
        "grant_types is required.": not isinstance(document.get("grant_types"), list),
        "grant_types must be authorization_code or refresh_token.": "grant_types" in document
        and (grants is None or not _GRANTS.issuperset(grants)),
        "redirect_uris must be unique.": uris is not None and len(set(uris)) != len(uris),
        "redirect_uris must use https, or loopback for native applications.": uris is None
        or not all(_redirect(uri, native=kind == "native") for uri in uris),
        "application_type must be web or native.": kind not in _APP_TYPES,
        "logo_uri must be a URL.": "logo_uri" in document and not _text(document, "logo_uri"),
        "token_endpoint_auth_method must be none or private_key_jwt.": method
        not in ("none", "private_key_jwt"),
        "jwks is not supported, use jwks_uri.": "jwks" in document,
        "jwks_uri must be of the same origin as the document.": method == "private_key_jwt"
        and not _same_origin(_text(document, "jwks_uri"), url),
    }
    return [sentence for sentence, broken in found.items() if broken]


def _redirect(uri: str, *, native: bool) -> bool:
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    return parts.scheme == "https" or (native and parts.hostname in _LOOPBACK)


def _same_origin(one: str, other: str) -> bool:
    try:
        first, second = urlsplit(one), urlsplit(other)
    except ValueError:
        return False
    return (first.scheme, first.netloc) == (second.scheme, second.netloc)


def _warnings(document: Json) -> list[str]:
    unknown = [name for name in document if name not in _KNOWN and name != "jwks"]
    if not unknown:
        return []
    return [
        f"Ignoring unsupported properties: {', '.join(unknown)}. These properties are not"
        " validated or mapped to the Auth0 client configuration."
    ]


DOCUMENT_BYTES, KEYS_BYTES = 5 * 1024, 12 * 1024


def _examples() -> dict[str, str]:
    return {url: json.dumps(document) for url, document in DOCUMENTS.items()}


@dataclass(frozen=True)
class Documents:
    """Documents by address. `provided` are those that the control plane was given."""

    provided: dict[str, str] = field(default_factory=_examples)

    async def load(self, url: str) -> dict[str, str | None]:
        """A document, and the key set that it names; None where there is nothing to be had."""
        text = await self._content(url, DOCUMENT_BYTES)
        found = {url: text}
        keys = keys_address(url, text)
        if keys is not None:
            found[keys] = await self._content(keys, KEYS_BYTES)
        return found

    async def _content(self, url: str, max_bytes: int) -> str | None:
        if url in self.provided:
            return self.provided[url]
        from auth0_emulator import fetching  # noqa: PLC0415 - slow, rarely needed

        return await fetching.fetched(url, max_bytes)


def keys_address(url: str, text: str | None) -> str | None:
    """Where the keys of a client are that authenticates with them: CIMD-06, in the document's
    origin only.
    """
    document = _parsed(text or "")
    if document is None or document.get("token_endpoint_auth_method") != "private_key_jwt":
        return None
    address = document.get("jwks_uri")
    return address if isinstance(address, str) and _same_origin(address, url) else None
