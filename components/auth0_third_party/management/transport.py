"""HTTP with patience: retries, and one kind of error.

Every request that we make may be repeated safely (reads, and writes of a fixed value), so 429, 5xx
and a lost connection are retried for all of them. A 429 waits for `x-ratelimit-reset` (unix
seconds), see https://auth0.com/docs/troubleshoot/customer-support/operational-policies/rate-limit-policy
"""

import os
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from auth0_third_party.management.errors import (
    ManagementError,
    NoDomain,
    Unreachable,
    UnusableAnswer,
    error_from,
    one_line,
)
from auth0_third_party.management.limits import Excess, exchange, parsed

TIMEOUT = httpx.Timeout(30, connect=5)
ATTEMPTS = 6
LONGEST_WAIT = 60.0
WORTH_SAYING = 1.0
"""Seconds: shorter waits are not worth a word, as long as they don't add up to more."""
OnWait = Callable[[float, str], None]
"""Called before a wait begins, in any thread: seconds, and what for."""
# A proxy can't reach this machine's own tenants; Go's HTTP client leaves it out as well.
UNPROXIED = ("all://localhost", "all://127.0.0.1", "all://[::1]")


@dataclass(eq=False)
class _Passing(Exception):
    """An answer that a later try may better; `wait` in seconds, None: back off.

    `reason` ends the sentence "waiting for".
    """

    error: ManagementError
    wait: float | None = None
    reason: str = ""


class Transport:
    """A connection pool to one domain. Thread-safe."""

    def __init__(
        self,
        domain: str,
        attempts: int = ATTEMPTS,
        trust: ssl.SSLContext | None = None,
        on_wait: OnWait | None = None,
    ) -> None:
        self.http = _client(domain, trust)
        self._domain = domain
        self._attempts = attempts
        self._on_wait = on_wait
        self._waited = 0.0

    def send(self, action: str, method: str, path: str, **request: Any) -> Any:
        """The answer's JSON (None without a body); `action` starts the message of an error."""
        retrying = Retrying(
            retry=retry_if_exception_type(_Passing),
            stop=stop_after_attempt(self._attempts),
            wait=_wait,
            before_sleep=self._say,
            reraise=True,
        )
        try:
            response = retrying(self._once, action, method, path, **request)
        except _Passing as passing:
            raise passing.error from None
        try:
            return parsed(response.content) if response.content else None
        except Excess as excess:
            raise UnusableAnswer(f"{action}: the answer {excess}") from None
        except ValueError:
            raise UnusableAnswer(f"{action}: the answer is not JSON") from None

    def _say(self, state: RetryCallState) -> None:
        seconds = state.next_action.sleep if state.next_action else 0.0
        passing = state.outcome.exception() if state.outcome else None
        self._waited += seconds
        if self._on_wait and self._waited > WORTH_SAYING and isinstance(passing, _Passing):
            self._on_wait(seconds, passing.reason)

    def _once(self, action: str, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            response = exchange(self.http, method, path, **request)
        except Excess as excess:
            raise UnusableAnswer(f"{action}: the answer {excess}") from None
        except httpx.DecodingError:
            raise UnusableAnswer(f"{action}: the answer can't be decoded") from None
        except httpx.TransportError as error:
            reason = one_line(error) or type(error).__name__
            failure = Unreachable(f"{self._domain} can't be reached: {reason}")
            raise _Passing(failure, reason=f"{self._domain}, which can't be reached") from None
        if response.status_code == 429:
            limit = f"the rate limit of {self._domain}"
            raise _Passing(error_from(action, response), until_reset(response.headers), limit)
        if response.status_code >= 500:
            trouble = f"{self._domain}, which answers {response.status_code}"
            raise _Passing(error_from(action, response), reason=trouble)
        if response.status_code >= 400:
            raise error_from(action, response)
        if not response.is_success:
            raise UnusableAnswer(f"{action}: {response.status_code} is not an answer of the API")
        return response


def _client(domain: str, trust: ssl.SSLContext | None) -> httpx.Client:
    try:
        url = httpx.URL(f"https://{domain}")
    except httpx.InvalidURL:
        raise NoDomain(f"'{one_line(domain)}' is not a tenant domain") from None
    try:
        return http_client(url, trust)
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        text = f"the network settings of this shell (SSL_CERT_FILE, proxies): {one_line(error)}"
        raise Unreachable(f"{domain} can't be reached with {text}") from None


def http_client(url: httpx.URL | str, trust: ssl.SSLContext | None) -> httpx.Client:
    """A connection pool; SSL_CERT_FILE and the proxy variables count, and are read here.

    Raises:
        OSError, ValueError, ImportError, httpx.InvalidURL: these, or the address, can't be used.
    """
    return httpx.Client(
        base_url=url,
        timeout=TIMEOUT,
        verify=trust or _trust(*map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR"))),
        mounts=dict.fromkeys(UNPROXIED),
    )


@cache
def _trust(_file: str | None, _folder: str | None) -> ssl.SSLContext:
    """What httpx trusts by itself; loading it takes a tenth of a second, and a run has several
    clients.
    """
    return httpx.create_ssl_context()


def _wait(state: RetryCallState) -> float:
    """Seconds before the next try: as the tenant says, else 0.5, 1, 2, 4 …"""
    passing = state.outcome.exception() if state.outcome else None
    told = passing.wait if isinstance(passing, _Passing) else None
    backoff = 0.5 * float(2 ** (state.attempt_number - 1))
    return min(backoff if told is None else told, LONGEST_WAIT)


def until_reset(headers: Mapping[str, str]) -> float | None:
    """Seconds until a rate limit is reset, by `x-ratelimit-reset` (MG-15); None: it is not told."""
    try:
        reset = float(headers["x-ratelimit-reset"])
    except (KeyError, ValueError):
        return None
    return max(0.2, reset - time.time())  # in this order, 'nan' is 0.2 too
