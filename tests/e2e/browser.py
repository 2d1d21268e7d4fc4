"""A headless Chromium that trusts one tenant and reaches nothing else, and scripts for it."""

import base64
import hashlib
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from filelock import FileLock
from playwright.sync_api import Browser, sync_playwright

SOURCE = Path(__file__).parent / "npm"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def missing(what: str) -> NoReturn:
    """Skips the test; a pipeline has what it needs, and fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


def bundled(cache: Path, name: str) -> Path:
    """`lock.js` or `clients.js`: scripts out of the packages that `package-lock.json` pins.

    npm compares what it fetches with the digests there. Lock has no script for browsers, so it is
    bundled as its README says, by esbuild; the others come along.
    """
    files = sorted(file for file in SOURCE.iterdir() if file.is_file())
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    folder = cache / f"scripts-{digest[:16]}"
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "busy"):
        if not folder.exists():
            _bundle(files, cache / "build")
            (cache / "build" / "built").rename(folder)
            shutil.rmtree(cache / "build")
    return folder / name


def _bundle(files: list[Path], folder: Path) -> None:
    npm = shutil.which("npm") or missing("npm")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file in files:
        shutil.copy(file, folder)
    for command in ("ci --ignore-scripts --no-audit --no-fund", "run build"):
        done = subprocess.run(
            [npm, *command.split()],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr


def integrity(script: Path) -> str:
    digest = hashlib.sha384(script.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()


@contextmanager
def chromium(domain: str, authority: str) -> Iterator[Browser]:
    """With a profile of its own; trusts the tenant at `domain`, and reaches localhost alone."""
    path = shutil.which("chromium") or missing("chromium")
    trust = f"--ignore-certificate-errors-spki-list={_key_digest(domain, authority)}"
    alone = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, trust, alone])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def lone_chromium() -> Iterator[Browser]:
    """For pages that need nothing but their own file: it finds no host at all."""
    path = shutil.which("chromium") or missing("chromium")
    alone = "--host-resolver-rules=MAP * ~NOTFOUND"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, alone])
        try:
            yield browser
        finally:
            browser.close()


def _key_digest(domain: str, authority: str) -> str:
    """Of the key that the tenant shows, once its certificate was found to be the authority's."""
    host, _, port = domain.partition(":")
    shown = ssl.get_server_certificate((host, int(port)), ca_certs=authority, timeout=30)
    key = x509.load_pem_x509_certificate(shown.encode()).public_key()
    encoded = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(encoded).digest()).decode()
