"""Client ID metadata documents: where they come from, what they map to, what is wrong with them.

A document that was given to the control plane is used first; any other URL is fetched as Auth0
fetches it (no redirects, small, within seconds).
"""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from auth0_emulator.call import Json
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
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Reading({"external_client_id": url}, ["The document is not a JSON object."])
    return Reading(_mapped(url, document), _violations(url, document), _warnings(document))


def _mapped(url: str, document: Json) -> Json:
    mapped = {"external_client_id": url}
    mapped |= {new: document[old] for old, new in _MAPPED.items() if old in document}
    mapped["app_type"] = _APP_TYPES.get(document.get("application_type", "web"), "regular_web")
    method = document.get("token_endpoint_auth_method", "none")
    if method == "none":
        mapped |= {"token_endpoint_auth_method": method}
    elif "jwks_uri" in document:
        mapped["jwks_uri"] = document["jwks_uri"]
    return mapped


def _violations(url: str, document: Json) -> list[str]:
    """CIMD-06: everything that is wrong."""
    uris = document.get("redirect_uris", [])
    grants = document.get("grant_types")
    native = document.get("application_type") == "native"
    method = document.get("token_endpoint_auth_method", "none")
    listed = isinstance(uris, list) and all(isinstance(uri, str) for uri in uris)
    found = {
        "client_id must equal the URL of the document.": document.get("client_id") != url,
        "client_name is required.": not isinstance(document.get("client_name"), str),
        "grant_types is required.": not isinstance(grants, list),
        "grant_types must be authorization_code or refresh_token.": isinstance(grants, list)
        and any(grant not in _GRANTS for grant in grants if isinstance(grant, str)),
        "redirect_uris must be unique.": listed and len(set(uris)) != len(uris),
        "redirect_uris must use https, or loopback for native applications.": not listed
        or not all(_redirect(uri, native=native) for uri in uris),
        "application_type must be web or native.": document.get("application_type", "web")
        not in _APP_TYPES,
        "token_endpoint_auth_method must be none or private_key_jwt.": method
        not in ("none", "private_key_jwt"),
        "jwks is not supported, use jwks_uri.": "jwks" in document,
        "jwks_uri must be of the same origin as the document.": method == "private_key_jwt"
        and _origin(str(document.get("jwks_uri", ""))) != _origin(url),
    }
    return [sentence for sentence, broken in found.items() if broken]


def _redirect(uri: str, *, native: bool) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "https" or (native and parts.hostname in _LOOPBACK)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


def _warnings(document: Json) -> list[str]:
    unknown = [name for name in document if name not in _KNOWN and name != "jwks"]
    if not unknown:
        return []
    return [
        f"Ignoring unsupported properties: {', '.join(unknown)}. These properties are not"
        " validated or mapped to the Auth0 client configuration."
    ]


_SECONDS = 5.0
_DOCUMENT_BYTES, _KEYS_BYTES = 5 * 1024, 12 * 1024


def _examples() -> dict[str, str]:
    return {url: json.dumps(document) for url, document in DOCUMENTS.items()}


@dataclass
class Documents:
    """`provided` is what the control plane was given; `load` keeps what it found for one call."""

    provided: dict[str, str] = field(default_factory=_examples)
    _loaded: dict[str, str | None] = field(default_factory=dict)

    def load(self, url: str) -> None:
        """Gets a document and its keys; may take seconds, so it runs outside the event loop."""
        self._loaded[url] = text = self._content(url, _DOCUMENT_BYTES)
        keys = _keys_address(text)
        if keys is not None:
            self._loaded[keys] = self._content(keys, _KEYS_BYTES)

    def _content(self, url: str, max_bytes: int) -> str | None:
        return self.provided[url] if url in self.provided else _fetched(url, max_bytes)

    def take(self, url: str) -> str | None:
        """What `load` found, None if it could not be retrieved."""
        return self._loaded.pop(url, None)


def _keys_address(text: str | None) -> str | None:
    try:
        document = json.loads(text or "")
    except ValueError:
        return None
    address = document.get("jwks_uri") if isinstance(document, dict) else None
    return address if isinstance(address, str) else None


def _fetched(url: str, max_bytes: int) -> str | None:
    import httpx  # noqa: PLC0415 - slow to import, rarely needed

    try:
        answer = httpx.get(url, timeout=_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    # CIMD-06: no redirect is followed, and the document is small.
    return answer.text if answer.status_code == 200 and len(answer.content) <= max_bytes else None
