"""A certificate authority and a server certificate of the tenant's own, kept with its state."""

import os
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Certificates:
    """`authority` is for those who shall trust the tenant; `server` holds key and chain."""

    authority: Path
    server: Path


def certificates(folder: Path) -> Certificates:
    """The stored ones, or new ones: whoever trusted the tenant before a restart still does."""
    found = Certificates(folder / "ca.pem", folder / "server.pem")
    if not (found.authority.exists() and found.server.exists()):
        _make(found)
    return found


def _make(wanted: Certificates) -> None:
    import trustme  # noqa: PLC0415 - slow to import, needed once per folder

    authority = trustme.CA(organization_name="auth0-third-party-apps embedded tenant")
    leaf = authority.issue_cert(*_NAMES)
    with os.fdopen(os.open(wanted.server, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as f:
        f.write(leaf.private_key_and_cert_chain_pem.bytes())
    authority.cert_pem.write_to_path(str(wanted.authority))
