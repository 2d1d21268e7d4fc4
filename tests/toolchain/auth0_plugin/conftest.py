"""A playback tenant, and the environment in which the plugin trusts and reaches it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .playback import PlaybackTenant


@pytest.fixture
def tenant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PlaybackTenant]:
    made = PlaybackTenant(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_file))
    for name in ("CLIENT_ID", "CLIENT_SECRET", "AUDIENCE"):
        monkeypatch.delenv(f"AUTH0_{name}", raising=False)
    monkeypatch.setenv("AUTH0_DOMAIN", made.domain)
    monkeypatch.setenv("AUTH0_API_TOKEN", "token")
    yield made
    made.close()
