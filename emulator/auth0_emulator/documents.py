"""Client metadata documents and the keys they name: where their content comes from.

A document that was handed to the control plane wins; any other address is fetched as the vendor
fetches it (no redirects, small, soon).
"""

import json
from dataclasses import dataclass, field

from auth0_emulator.demo import DOCUMENTS

_SECONDS = 5.0
_MOST, _MOST_KEYS = 5 * 1024, 12 * 1024


def _demo() -> dict[str, str]:
    return {url: json.dumps(document) for url, document in DOCUMENTS.items()}


@dataclass
class Documents:
    """`planted` is what tests and demos hand in; `load` keeps what it found for the call."""

    planted: dict[str, str] = field(default_factory=_demo)
    _loaded: dict[str, str | None] = field(default_factory=dict)

    def load(self, url: str) -> None:
        """Gets a document and its keys; may take seconds, so it runs beside the event loop."""
        self._loaded[url] = text = self._content(url, _MOST)
        keys = _keys_address(text)
        if keys is not None:
            self._loaded[keys] = self._content(keys, _MOST_KEYS)

    def _content(self, url: str, most: int) -> str | None:
        return self.planted[url] if url in self.planted else _fetched(url, most)

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


def _fetched(url: str, most: int) -> str | None:
    import httpx  # noqa: PLC0415 - slow to import, rarely needed

    try:
        answer = httpx.get(url, timeout=_SECONDS, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return None
    # CIMD-06: no redirect is followed, and the document is small.
    return answer.text if answer.status_code == 200 and len(answer.content) <= most else None
