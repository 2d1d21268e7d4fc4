"""A playback tenant, and a plugin that is configured for it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .caller import Caller, plugin
from .partner import METADATA, PATH, PROGRAM, SENT, SERVED, Bag, served
from .playback import Exchange, PlaybackTenant


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


@pytest.fixture
def made(caller: Caller, tenant: PlaybackTenant) -> tuple[Bag, Bag]:
    """A client in the state: its inputs and outputs."""
    inputs = caller.inputs("Client", "c", PROGRAM)
    body = {**SENT, **METADATA, "token_endpoint_auth_method": "client_secret_post"}
    tenant.script.expect(Exchange("POST", "/api/v2/clients", body, 201, SERVED), served())
    _, outputs = caller.create("Client", "c", inputs)
    assert tenant.script.seen == [("POST", "/api/v2/clients", body), ("GET", PATH, None)]
    return inputs, outputs
