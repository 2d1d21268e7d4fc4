"""How much of an answer is read, and for how long: the plugin ends with a message, never hangs."""

import json
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from .errors import PluginError
from .values import Value

if TYPE_CHECKING:
    import httpx

MOST_BYTES = 16 * 2**20
SECONDS = 120.0
"""From a request to the last byte of its answer."""
DEEPEST = 64


def exchange(client: "httpx.Client", method: str, url: str, **request: Any) -> "httpx.Response":
    """One request and its whole answer, decompressed.

    Raises:
        PluginError: the answer is too large, too slow, or compressed more than once
        httpx.HTTPError: there is none
    """
    outcome: Future[httpx.Response] = Future()
    until = time.monotonic() + SECONDS

    def run() -> None:
        try:
            outcome.set_result(_read(client, method, url, until, request))
        except BaseException as error:  # noqa: BLE001 - handed on to the caller
            outcome.set_exception(error)

    # A server that drips keeps to every limit for a single piece.
    threading.Thread(target=run, daemon=True).start()
    try:
        return outcome.result(SECONDS)
    except TimeoutError:
        raise PluginError(f"{method} {url}: no whole answer in {SECONDS:.0f} seconds") from None


def decoded(content: bytes | str) -> Value:
    """The JSON of an answer.

    Raises:
        ValueError: it is none, or nested too deep
    """
    try:
        value: Value = json.loads(content)
    except RecursionError:
        raise ValueError("nested too deep") from None
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [part for whole in level for part in _parts(whole)]
        if not level:
            return value
    raise ValueError("nested too deep")


def _read(
    client: "httpx.Client", method: str, url: str, until: float, request: dict[str, Any]
) -> "httpx.Response":
    import httpx  # noqa: PLC0415 - slow to load, and many runs make no call

    with client.stream(method, url, **request) as answer:
        if "," in answer.headers.get("content-encoding", ""):
            raise PluginError(f"{method} {url}: the answer is compressed more than once")
        body = bytearray()
        for piece in answer.iter_bytes():
            body += piece
            if len(body) > MOST_BYTES or time.monotonic() > until:
                raise PluginError(f"{method} {url}: the answer is too large or too slow")
        wire = ("content-encoding", "content-length", "transfer-encoding")
        kept = [(name, value) for name, value in answer.headers.multi_items() if name not in wire]
        return httpx.Response(
            answer.status_code, headers=kept, content=bytes(body), extensions=answer.extensions
        )


def _parts(whole: Any) -> list[Any]:
    inside = whole.values() if isinstance(whole, dict) else whole if isinstance(whole, list) else ()
    return [part for part in inside if isinstance(part, dict | list)]
