"""HTTP to a tenant's OAuth endpoints: paced, counted, and no redirect is followed."""

import re
import ssl
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any, Self
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from auth0_third_party.management.limits import Excess, exchange, parsed
from auth0_third_party.management.transport import LONGEST_WAIT, http_client, until_reset
from tpa.errors import TpaError

ATTEMPTS = 3
TOLERATED_SKEW = 60.0
"""Seconds: signed assertions and tokens are accepted or refused by less than a minute."""
CODES = re.compile(
    r"\b(invalid_request|invalid_client|invalid_grant|invalid_scope|invalid_target|invalid_token"
    r"|unauthorized_client|unauthorized|unsupported_response_type|unsupported_grant_type"
    r"|access_denied|login_required|consent_required|server_error|too_many_requests)\b"
)
"""Error codes of RFC 6749, 8707 and OpenID Connect, for pages that show them to users."""


@dataclass(frozen=True)
class Answer:
    """What a tenant answered; header names are in small letters. `url` is what was requested."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    url: str = ""

    @property
    def location(self) -> str:
        """Where it redirects to, in full; "" if it does not."""
        place = self.headers.get("location", "")
        return urljoin(self.url, place) if place and 300 <= self.status < 400 else ""

    @property
    def returned(self) -> dict[str, str]:
        """The parameters of the redirect, in its query or its fragment."""
        parts = urlsplit(self.location)
        return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))

    @property
    def json(self) -> dict[str, Any]:
        """The body, empty where it is no JSON object."""
        try:
            body = parsed(self.text)
        except (ValueError, Excess):
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def error(self) -> str:
        """The error code, as a parameter of the redirect, in JSON or on a page; "" without."""
        told = self.returned.get("error") or self.json.get("error")
        if told:
            return str(told)
        found = CODES.search(self.text) if self.status >= 400 else None
        return found.group(1) if found else ""

    @property
    def error_text(self) -> str:
        """Status of a failure, error code and description, on one line."""
        told = self.returned.get("error_description") or self.json.get("error_description") or ""
        status = str(self.status) if self.status >= 400 else ""
        return " ".join(f"{status} {self.error} {told}".split())


class TenantHttp:
    """A connection to one tenant, which keeps cookies as a browser does.

    `per_second`: at most so many requests; 0 for no limit. `sent`: how many there were.
    """

    def __init__(
        self,
        domain: str,
        trust: ssl.SSLContext | None = None,
        *,
        per_second: float = 0,
    ) -> None:
        self.domain = domain
        self.url = f"https://{domain}"
        self.sent = 0
        self._gap = 1 / per_second if per_second else 0.0
        self._next = 0.0
        try:
            self._client = http_client(self.url, trust)
        except (httpx.InvalidURL, OSError, ValueError, ImportError) as error:
            raise TpaError(f"{domain} can't be reached from this shell: {error}") from None
        self._client.headers["user-agent"] = "tpa"

    def send(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request, with a path or a whole address; repeated where the tenant says "later".

        Raises:
            TpaError: the tenant can't be reached, or its rate limit does not let us in.
        """
        wait = 0.0
        for _ in range(ATTEMPTS):
            now = time.monotonic()
            start = max(now + wait, self._next)
            self._next = start + self._gap
            time.sleep(start - now)
            answer = self._once(method, url, params=params, data=form, headers=headers)
            if answer.status != 429:
                return answer
            wait = _told_wait(answer)
        raise TpaError(
            f"{self.domain} answers 429: its rate limit is used up\n"
            "  fix: wait a minute, or lower --rate; the limit may be the tenant's own"
        )

    def _once(self, method: str, url: str, **arguments: Any) -> Answer:
        self.sent += 1
        given = {name: value for name, value in arguments.items() if value is not None}
        try:
            response = exchange(self._client, method, url, **given)
        except Excess as error:
            raise TpaError(f"what {self.domain} answers {error}, so it is not read") from None
        except httpx.TransportError as error:
            raise TpaError(_unreachable(self.domain, error)) from None
        asked = self._client.build_request(method, url, params=given.get("params"))
        return Answer(
            response.status_code,
            {name.lower(): value for name, value in response.headers.items()},
            response.text,
            str(asked.url),
        )

    def forget(self) -> None:
        """What follows comes from a stranger, without cookies."""
        self._client.cookies.clear()

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def skew_warning(answers: Iterable[Answer], now: float) -> str:
    """A sentence about this machine's clock, "" where it agrees with the tenant's."""
    date = next((each.headers["date"] for each in answers if "date" in each.headers), "")
    try:
        skew = now - parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError):
        return ""
    if abs(skew) < TOLERATED_SKEW:
        return ""
    side = "ahead of" if skew > 0 else "behind"
    return (
        f"this machine's clock is {abs(skew):.0f} s {side} the tenant's: signed assertions are"
        " refused, and lifetimes look wrong; set the clock"
    )


def _unreachable(domain: str, error: httpx.TransportError) -> str:
    reason = " ".join(str(error).split()) or type(error).__name__
    if "CERTIFICATE_VERIFY_FAILED" in reason or isinstance(error.__cause__, ssl.SSLError):
        return (
            f"the certificate of {domain} is not trusted here: {reason}\n"
            "  fix: if your company's proxy replaces certificates, set SSL_CERT_FILE to a file"
            " with its root certificate"
        )
    return (
        f"{domain} can't be reached: {reason}\n  fix: check that domain, the network and any proxy"
    )


def _told_wait(answer: Answer) -> float:
    """Seconds, by `Retry-After` or by `x-ratelimit-reset` (MG-15)."""
    told, reset = answer.headers.get("retry-after", ""), until_reset(answer.headers)
    wait = 1.0 if reset is None else reset
    return min(float(told) if told.isdigit() else wait, LONGEST_WAIT)
