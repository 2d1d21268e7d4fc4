"""The plugin's HTTP: one keep-alive pool, a token when it is first needed, retries, errors."""

import base64
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast
from urllib.parse import quote_plus, urlencode

from .errors import PluginError, first_sdk_error, second_sdk_error
from .retries import Answer, Retries, Sdk
from .settings import Settings
from .values import Props, Value

if TYPE_CHECKING:
    import httpx

USER_AGENT = "auth0-stand-in-plugin/3.55.1"
_SECONDS = 60.0
_IDLE_SECONDS = 2.0
"""A connection is given up before the server might close it under a request."""


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
    _tokens: dict[Sdk, str] = field(default_factory=dict)

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
            return self._client().request(method, url, headers=headers, content=pieces)

        answer = cast("httpx.Response", self._guarded(method, url, sdk, send))
        if answer.is_success:
            return _decoded(answer, method, url)
        explain = first_sdk_error if sdk is Sdk.FIRST else second_sdk_error
        raise explain(answer.status_code, answer.text)

    def _guarded(self, method: str, url: str, sdk: Sdk, send: Callable[[], Answer]) -> Answer:
        import httpx  # noqa: PLC0415 - a run without calls need not pay for it

        try:
            return self.retries.run(sdk, send)
        except (httpx.HTTPError, _TokenRefused) as error:
            raise PluginError(
                f'failed to send the request: {method.capitalize()} "{url}": {error}'
            ) from None

    def _client(self) -> "httpx.Client":
        import httpx  # noqa: PLC0415 - a run without calls need not pay for it

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
        """Each of the two SDKs of the vendor's plugin fetches a token for itself, once."""
        if self.settings.api_token:
            return self.settings.api_token
        client = self._client()
        with self._lock:
            if sdk not in self._tokens:
                self._tokens[sdk] = self._fetch_token(client)
            return self._tokens[sdk]

    def _fetch_token(self, client: "httpx.Client") -> str:
        known = self.settings
        form = {"audience": known.token_audience, "grant_type": "client_credentials"}
        pair = f"{quote_plus(known.client_id)}:{quote_plus(known.client_secret)}"
        basic = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
        answer = self._post_form(client, form, basic)
        if answer.status_code == 401:
            in_body = {"client_id": known.client_id, "client_secret": known.client_secret}
            answer = self._post_form(client, {**form, **in_body}, {})
        if not answer.is_success:
            raise _TokenRefused(_refusal(answer))
        return str(answer.json()["access_token"])

    def _post_form(
        self, client: "httpx.Client", form: Mapping[str, str], headers: Mapping[str, str]
    ) -> "httpx.Response":
        type_of_form = {"Content-Type": "application/x-www-form-urlencoded"}
        return client.post(
            f"https://{self.settings.domain}/oauth/token",
            content=query(**form)[1:].encode(),
            headers={**type_of_form, "User-Agent": USER_AGENT, **headers},
        )


def _decoded(answer: "httpx.Response", method: str, url: str) -> Value:
    try:
        return answer.json() if answer.content.strip() else None
    except ValueError:
        raise PluginError(
            f"{method} {url} was answered with {answer.status_code}, but not with JSON"
        ) from None


class _TokenRefused(Exception):
    """The token endpoint's reason, without the credentials."""


def _refusal(answer: "httpx.Response") -> str:
    try:
        body: Props = answer.json()
        return f'oauth2: "{body["error"]}" "{body.get("error_description", "")}"'
    except (ValueError, KeyError, TypeError):
        return f"oauth2: cannot fetch token: {answer.status_code} {answer.reason_phrase}"
