"""The plugin's HTTP: one connection pool, a token when it is first needed, retries, errors.

Retries have two layers, as in the official plugin: answers of a failing server are retried a few
times, the rate limit without end. Auth0's second Go SDK adds attempts of its own to that.
"""

import base64
import json
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import quote_plus, urlencode

from .errors import PluginError, first_sdk_error, second_sdk_error
from .limits import decoded, exchange
from .settings import Settings, is_visible
from .values import Props, Value

if TYPE_CHECKING:
    import httpx

USER_AGENT = "auth0-stand-in-plugin/3.55.1"
_SECONDS = 60.0
_IDLE_SECONDS = 2.0
"""A connection is given up before the server might close it during a request."""
_BROKEN = frozenset({500, 502, 503, 504, 524})
_SECOND_SDK_ALSO = frozenset({408})
_NO_RESET_SECONDS = 5.0
_LONGEST_LIMIT_SECONDS = 900.0
"""The official plugin waits for the end of a rate limit without an end of its own."""
_EXPIRY_SECONDS = 10.0
"""A token is renewed so long before it expires, as Go's oauth2 package does it."""
_LIFETIME_SECONDS = 86_400.0
_LONGEST_TEXT = 2000
"""Characters of an answer that an error quotes."""
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0


class Sdk(Enum):
    """Which of Auth0's two Go SDKs the official plugin uses for a resource type."""

    FIRST = 1
    SECOND = 2


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


def _until_reset(headers: Mapping[str, str], now: float) -> float:
    """Seconds until `X-RateLimit-Reset` (unix seconds); `Retry-After` is ignored."""
    try:
        return max(0.0, int(headers.get("X-RateLimit-Reset", "")) - now)
    except ValueError:
        return _NO_RESET_SECONDS


def _pause(attempt: int) -> float:
    limit = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
    return random.uniform(0, limit)  # noqa: S311 - jitter


@dataclass(frozen=True)
class Retries:
    """Calls `send` until its answer is final."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time

    def run(self, sdk: Sdk, send: Callable[[], Answer]) -> Answer:
        rounds = 3 if sdk is Sdk.SECOND else 1
        for left in reversed(range(rounds)):
            answer = self._one_round(send)
            retry = answer.status_code in _BROKEN | _SECOND_SDK_ALSO
            if not left or not retry:
                break
            self.sleep(_pause(rounds - left - 1))
        return answer

    def _one_round(self, send: Callable[[], Answer]) -> Answer:
        failed, give_up = 0, self.clock() + _LONGEST_LIMIT_SECONDS
        while True:
            answer = send()
            if answer.status_code == 429:
                now = self.clock()
                if now >= give_up:
                    return answer
                self.sleep(min(_until_reset(answer.headers, now), give_up - now))
            elif answer.status_code in _BROKEN and failed < 3:
                self.sleep(_pause(failed))
                failed += 1
            else:
                return answer


class NoBody:
    """Marks a call without a body; None is sent as JSON null."""


NO_BODY = NoBody()


def query(**parameters: str) -> str:
    """A query string as Go's `url.Values.Encode` writes it: sorted, spaces as plus."""
    return "?" + urlencode(sorted(parameters.items()), quote_via=quote_plus)


def _encoded(body: Value) -> bytes:
    """JSON as Go's encoder writes it."""
    text = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode() + b"\n"


def _headers(token: str, *, with_body: bool) -> dict[str, str]:
    common = {
        "User-Agent": USER_AGENT,
        "Accept": "application/json",
        "Authorization": f"Bearer {token}",
    }
    return {**common, "Content-Type": "application/json"} if with_body else common


def _in_pieces(content: bytes) -> Iterator[bytes]:
    yield content


@dataclass
class Tenant:
    """One tenant's Management API, safe for calls from many threads at once."""

    settings: Settings
    retries: Retries = field(default_factory=Retries)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _pool: "httpx.Client | None" = None
    _tokens: dict[Sdk, tuple[str, float]] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        body: Value = NO_BODY,
        *,
        sdk: Sdk = Sdk.FIRST,
        chunked: bool = False,
    ) -> Value:
        """Make one API call; `path` is below /api/v2 and already escaped.

        Returns the answer's JSON, None if it has no body.

        Raises:
            ApiError: the answer is not a success, after all retries
            PluginError: the tenant can't be reached, or gives no token
        """
        url = f"https://{self.settings.domain}/api/v2{path}"
        content = None if body is NO_BODY else _encoded(body)

        def send() -> Answer:
            pieces = _in_pieces(content) if chunked and content is not None else content
            headers = _headers(self._token(sdk), with_body=content is not None)
            return exchange(self._client(), method, url, headers=headers, content=pieces)

        answer = cast("httpx.Response", self._guarded(method, url, sdk, send))
        if answer.is_success:
            return _decoded(answer, method, url)
        explain = first_sdk_error if sdk is Sdk.FIRST else second_sdk_error
        raise explain(answer.status_code, self._redacted(answer.text)[:_LONGEST_TEXT])

    def _redacted(self, text: str) -> str:
        """Without our secrets, which an answer may quote."""
        known = self.settings.client_secret, self.settings.api_token
        for secret in (*known, *(token for token, _ in self._tokens.values())):
            for form in {secret, json.dumps(secret)[1:-1]} if len(secret) >= 8 else ():
                text = text.replace(form, "[secret]")
        return text

    def _guarded(self, method: str, url: str, sdk: Sdk, send: Callable[[], Answer]) -> Answer:
        import httpx  # noqa: PLC0415 - slow to load, and many runs make no call

        try:
            return self.retries.run(sdk, send)
        except (httpx.HTTPError, _TokenRefused) as error:
            raise PluginError(
                f'failed to send the request: {method.capitalize()} "{url}": {error}'
            ) from None

    def _client(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - slow to load, and many runs make no call

        with self._lock:
            if self._pool is None:
                # No proxies: loopback only. The default context reads SSL_CERT_FILE.
                self._pool = httpx.Client(
                    verify=ssl.create_default_context(),
                    trust_env=False,
                    timeout=_SECONDS,
                    limits=httpx.Limits(
                        max_connections=None,
                        max_keepalive_connections=64,
                        keepalive_expiry=_IDLE_SECONDS,
                    ),
                )
            return self._pool

    def _token(self, sdk: Sdk) -> str:
        """Each of the official plugin's two SDKs has its token, fetched again when it expires."""
        if self.settings.api_token:
            return self.settings.api_token
        client = self._client()
        with self._lock:
            if sdk not in self._tokens or time.monotonic() > self._tokens[sdk][1]:
                self._tokens[sdk] = self._fetch_token(client)
            return self._tokens[sdk][0]

    def _fetch_token(self, client: "httpx.Client") -> tuple[str, float]:
        """The token, and until when it is used."""
        known = self.settings
        form = {"audience": known.token_audience, "grant_type": "client_credentials"}
        pair = f"{quote_plus(known.client_id)}:{quote_plus(known.client_secret)}"
        basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        answer = self._post_form(client, form, basic)
        if answer.status_code == 401:
            in_body = {"client_id": known.client_id, "client_secret": known.client_secret}
            answer = self._post_form(client, {**form, **in_body}, {})
        if not answer.is_success:
            raise _TokenRefused(self._redacted(_refusal(answer)))
        return _usable_token(answer)

    def _post_form(
        self, client: "httpx.Client", form: Mapping[str, str], headers: Mapping[str, str]
    ) -> "httpx.Response":
        type_of_form = {"Content-Type": "application/x-www-form-urlencoded"}
        return exchange(
            client,
            "POST",
            f"https://{self.settings.domain}/oauth/token",
            content=query(**form)[1:].encode(),
            headers={**type_of_form, "User-Agent": USER_AGENT, **headers},
        )


def _decoded(answer: "httpx.Response", method: str, url: str) -> Value:
    try:
        return decoded(answer.content) if answer.content.strip() else None
    except ValueError:
        raise PluginError(
            f"{method} {url} was answered with {answer.status_code}, but not with JSON"
        ) from None


class _TokenRefused(Exception):
    """The token endpoint refused; the text is its reason, without the credentials."""


def _usable_token(answer: "httpx.Response") -> tuple[str, float]:
    try:
        body = cast("Props", decoded(answer.content))
        token, seconds = body["access_token"], body.get("expires_in")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _TokenRefused("oauth2: server response missing access_token") from None
    if not isinstance(token, str) or not is_visible(token):
        raise _TokenRefused("oauth2: server response missing access_token")
    if not isinstance(seconds, int | float) or not 0 < seconds < _LIFETIME_SECONDS * 30:
        seconds = _LIFETIME_SECONDS
    return token, time.monotonic() + seconds - _EXPIRY_SECONDS


def _refusal(answer: "httpx.Response") -> str:
    try:
        body = cast("Props", decoded(answer.content))
        return f'oauth2: "{body["error"]}" "{body.get("error_description", "")}"'
    except (ValueError, KeyError, TypeError):
        return f"oauth2: cannot fetch token: {answer.status_code} {answer.reason_phrase}"
