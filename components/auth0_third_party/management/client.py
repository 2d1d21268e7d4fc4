"""The requests that we make of https://DOMAIN/api/v2, with the token fetched on first use."""

import base64
import binascii
import re
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Self

from auth0_third_party.management.credentials import Credentials
from auth0_third_party.management.errors import AccessDenied, NotFound, Refused, UnusableAnswer
from auth0_third_party.management.known_secrets import remember
from auth0_third_party.management.limits import Excess, parsed
from auth0_third_party.management.transport import ATTEMPTS, OnWait, Transport

PAGE = 100
MOST_PAGES = 1000
"""Of one list: Auth0 keeps 100,000 objects of a kind at most."""
LIST_SECONDS = 600.0
"""For all pages of one list."""
TOKEN_SECONDS = 60.0 * 60 * 24 * 30
"""The longest lifetime of a token that is believed."""
LIFETIME = 3600.0
"""Seconds that a token is used whose answer does not say for how long."""
_TOKEN = re.compile(r"[!-~]+")
RENEW = "AUTH0_API_TOKEN has expired or is none of this tenant's: get a new one"
TOKEN_MARGIN = 60.0
"""Seconds before its expiry at which a token is renewed."""


class ManagementClient:
    """A tenant's Management API. Thread-safe; close it, or use it in a `with` block.

    Args:
        credentials: where and as whom.
        attempts: tries per request, the first one included.
        trust: what certificates to accept; by default the system's, or those of SSL_CERT_FILE.
        on_wait: is called before each wait, once they add up to a second: seconds, and what for.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        attempts: int = ATTEMPTS,
        trust: ssl.SSLContext | None = None,
        on_wait: OnWait | None = None,
    ) -> None:
        self.credentials = credentials
        self._transport = Transport(credentials.domain, attempts, trust, on_wait)
        self._token = credentials.api_token
        self._expires = float("inf") if self._token else 0.0
        self._scopes = _scopes_in(self._token)
        self._signing_in = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.http.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Any:
        """The answer's JSON. `path` is below /api/v2, for example `/connections/con_1`."""
        return self._call("GET", path, params=params)

    def patch(self, path: str, body: Mapping[str, object]) -> Any:
        """The answer's JSON."""
        return self._call("PATCH", path, json=body)

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """The answer's JSON. A retry after a lost answer may find the object made: 409."""
        return self._call("POST", path, json=body)

    def delete(self, path: str) -> None:
        """Deletes; deleting again is no error to most of the API."""
        self._call("DELETE", path)

    def pages(
        self, path: str, key: str, params: Mapping[str, str | int] | None = None
    ) -> Iterator[dict[str, Any]]:
        """All items of an offset-paged list; `key` names the list in the envelope."""
        seen, last = 0, None
        started = time.monotonic()
        for page in range(MOST_PAGES):
            if time.monotonic() - started > LIST_SECONDS:
                break
            asked = {**(params or {}), "include_totals": "true", "per_page": PAGE, "page": page}
            answer = self.get(path, asked)
            items = answer.get(key) if isinstance(answer, dict) else None
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise UnusableAnswer(f"GET {path}: the answer has no list '{key}' of objects")
            if items and items == last:
                raise UnusableAnswer(f"GET {path}: the same page comes again and again")
            last = items
            yield from items
            seen += len(items)
            total = answer.get("total")
            # A tenant that does not say how many there are is asked until there are no more.
            if not items or (isinstance(total, int) and seen >= total):
                return
        within = f"{MOST_PAGES} pages and {LIST_SECONDS:.0f} seconds"
        raise UnusableAnswer(f"GET {path}: the list has no end within {within}")

    def token_scopes(self) -> frozenset[str] | None:
        """The scopes of the token, signed in for if need be; None where they can't be seen."""
        self._authorization()
        return self._scopes

    def _call(self, method: str, path: str, **request: object) -> Any:
        token = self._authorization()
        try:
            return self._send(token, method, path, request)
        except AccessDenied as error:
            # It may have expired or been revoked before its time; one that was given can't be had
            # again.
            if self.credentials.api_token:
                error.fix = RENEW
                raise
        self._forget(token)
        return self._send(self._authorization(), method, path, request)

    def _send(self, token: str, method: str, path: str, request: Mapping[str, object]) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        action, place = f"{method} {path}", f"/api/v2{path}"
        return self._transport.send(action, method, place, headers=headers, **request)

    def _forget(self, token: str) -> None:
        """A token that was refused; another thread may have a new one already."""
        with self._signing_in:
            if self._token == token:
                self._expires = 0.0

    def _authorization(self) -> str:
        with self._signing_in:
            if time.monotonic() < self._expires:
                return self._token
            answer = self._sign_in()
            self._token = answer["access_token"]
            seconds, scope = answer.get("expires_in"), answer.get("scope")
            if not isinstance(seconds, int | float) or not 0 < seconds <= TOKEN_SECONDS:
                seconds = LIFETIME
            self._expires = time.monotonic() + seconds - TOKEN_MARGIN
            told = scope.split() if isinstance(scope, str) else []
            self._scopes = frozenset(told) or _scopes_in(self._token)
            return self._token

    def _sign_in(self) -> dict[str, Any]:
        own = self.credentials
        form = {
            "grant_type": "client_credentials",
            "client_id": own.client_id,
            "client_secret": own.client_secret,
            "audience": own.management_audience,
        }
        action = f"sign-in to {own.domain}"
        try:
            answer = self._transport.send(action, "POST", "/oauth/token", json=form)
        except NotFound as error:
            raise UnusableAnswer(str(error)) from None
        except (AccessDenied, Refused) as error:
            text = f"{own.domain} does not accept the client '{own.client_id}' ({error})"
            raise AccessDenied(text) from None
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise UnusableAnswer(f"{action}: the answer has no access_token")
        remember(token)
        return dict(answer)


def _scopes_in(token: str) -> frozenset[str] | None:
    """The `scope` claim of a JWT, unverified: it only makes a message better."""
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = parsed(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return frozenset(str(claims.get("scope", "")).split())
    except (binascii.Error, ValueError, AttributeError, Excess):
        return None
