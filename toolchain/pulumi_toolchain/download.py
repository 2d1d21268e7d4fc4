"""Files over HTTPS. In a module of its own: httpx takes longer to load than a whole set-up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from pulumi_toolchain.errors import VendorUnreachableError

CHUNK = 1 << 20  # bytes


@dataclass(frozen=True)
class Client:
    """`connect`: seconds to connect; `stall`: seconds for which a download may receive nothing."""

    connect: float
    stall: float

    def text(self, url: str) -> str:
        """A small file. Raises VendorUnreachableError."""
        try:
            with self._client() as client:
                return client.get(url).raise_for_status().text
        except httpx.HTTPError as error:
            raise VendorUnreachableError(
                f"{_host(url)} can't be reached ({_reason(error)})"
            ) from None

    def file(self, url: str, target: Path, show: Callable[[str], None]) -> str:
        """Write a file, return its SHA-256. Raises VendorUnreachableError."""
        digest, size = hashlib.sha256(), 0
        try:
            with (
                self._client() as client,
                client.stream("GET", url) as response,
                target.open("wb") as out,
            ):
                for chunk in response.raise_for_status().iter_bytes(CHUNK):
                    out.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                    show(f"{size / 1e6:.0f} MB")
        except httpx.HTTPError as error:
            raise VendorUnreachableError(
                f"{_host(url)} stopped sending ({_reason(error)})"
            ) from None
        return digest.hexdigest()

    def _client(self) -> httpx.Client:
        timeout = httpx.Timeout(self.stall, connect=self.connect)
        try:
            return httpx.Client(timeout=timeout, follow_redirects=True)
        except (ImportError, OSError, ValueError, httpx.InvalidURL) as error:
            text = "the network settings of this shell (SSL_CERT_FILE, proxies) can't be used"
            raise VendorUnreachableError(f"{text}: {error}") from None


def _host(url: str) -> str:
    return httpx.URL(url).host


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.ReadTimeout):
        return "no data in time"
    return str(error).rpartition("] ")[2] or type(error).__name__
