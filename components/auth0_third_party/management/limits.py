"""How much of an answer is read, and for how long: a broken or hostile server ends in a message."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

import httpx
from socksio.exceptions import SOCKSError

MOST_BYTES = 16 * 2**20
"""Of one answer, decompressed; a page of a hundred objects has less than a tenth of it."""
SECONDS = 60.0
"""From sending a request to the last byte of its answer, however slowly it drips."""
DEEPEST = 64
"""Levels of lists and objects in an answer."""
# They say how the body was sent, and it is read already.
_OF_THE_WIRE = ("content-encoding", "content-length", "transfer-encoding")
T = TypeVar("T")


class Excess(Exception):
    """The answer is beyond a limit; the text ends a sentence that begins with "the answer"."""


def exchange(client: httpx.Client, method: str, path: str, **request: Any) -> httpx.Response:
    """One request and its whole answer.

    Raises:
        Excess: the answer is too large, too slow, or compressed more than once.
        httpx.HTTPError: there is no answer.
    """
    started = time.monotonic()

    def read() -> httpx.Response:
        with client.stream(method, path, **request) as response:
            if "," in response.headers.get("content-encoding", ""):
                raise Excess("is compressed more than once")
            body = bytearray()
            for piece in response.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES:
                    raise Excess(f"is larger than {MOST_BYTES // 2**20} MB")
                if time.monotonic() - started > SECONDS:
                    raise _too_slow()
            kept = [(k, v) for k, v in response.headers.multi_items() if k not in _OF_THE_WIRE]
            return httpx.Response(
                response.status_code,
                headers=kept,
                content=bytes(body),
                extensions=response.extensions,
            )

    try:
        return _in_time(read)
    except SOCKSError as error:  # httpx lets it pass
        raise httpx.ProxyError(f"the SOCKS proxy: {error}") from None


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text.

    Raises:
        Excess: it is nested too deep.
        ValueError: it is no JSON (RFC 8259 has no NaN).
    """
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise _too_deep() from None
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return value
    raise _too_deep()


def _inside(value: Any) -> list[Any]:
    """What a value holds that may hold something in turn."""
    held = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [inner for inner in held if isinstance(inner, dict | list)]


def _in_time(work: Callable[[], T]) -> T:
    """Reading by itself has a limit per piece alone, and a server that drips keeps to it."""
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 - handed on to the caller
            outcome.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return outcome.result(SECONDS)
    except TimeoutError:
        raise _too_slow() from None


def _too_slow() -> Excess:
    return Excess(f"is not complete after {SECONDS:.0f} seconds")


def _too_deep() -> Excess:
    return Excess(f"is nested more than {DEEPEST} levels deep")


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number")
