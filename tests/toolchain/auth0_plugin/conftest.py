"""A playback tenant, and a plugin that is configured for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .caller import Caller, plugin
from .playback import PlaybackTenant


@pytest.fixture
def tenant(
    tmp_path: Path, no_credentials: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PlaybackTenant]:
    made = PlaybackTenant(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.ca_file))
    monkeypatch.setenv("AUTH0_DOMAIN", made.domain)
    monkeypatch.setenv("AUTH0_API_TOKEN", "token")
    yield made
    made.close()


@pytest.fixture
def caller(tenant: PlaybackTenant) -> Iterator[Caller]:
    with plugin() as made:
        made.configure()
        yield made
