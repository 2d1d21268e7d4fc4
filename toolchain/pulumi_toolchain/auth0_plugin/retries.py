"""When a call is made again, and after how long.

Two layers, as in the vendor's plugin: answers of a busy or broken server are retried a few
times, the rate limit without end. The second Go SDK adds attempts of its own on top.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

_BROKEN = frozenset({500, 502, 503, 504, 524})
_SECOND_SDK_ALSO = frozenset({408})
_NO_RESET_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 10.0


class Sdk(Enum):
    """Which of the vendor's two Go SDKs a resource of the official plugin is written with."""

    FIRST = 1
    SECOND = 2


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


def _until_reset(headers: Mapping[str, str], now: float) -> float:
    """Seconds until `X-RateLimit-Reset` (unix seconds); `Retry-After` is not looked at."""
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
        failed = 0
        while True:
            answer = send()
            if answer.status_code == 429:
                self.sleep(_until_reset(answer.headers, self.clock()))
            elif answer.status_code in _BROKEN and failed < 3:
                self.sleep(_pause(failed))
                failed += 1
            else:
                return answer
