"""Where an application's credential is found, and how it is sent; it is in no message."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.tpa.files.conftest import Project
from tpa.errors import TpaError
from tpa.oauth.credentials import Credential, find_credential
from tpa.oauth.deployed import Deployed, deployed
from tpa.oauth.tokens import open_token

KEY = RSAKey.generate_key(2048, private=True)
URL = "https://acme.test/"


@pytest.fixture
def portal(project: Project) -> Deployed:
    return deployed(project.load(), "portal", "tpc_1")


def test_the_shell_wins_over_what_is_stored(
    portal: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert find_credential(portal, {}) is None
    stored = find_credential(portal, {"portal": "stored"})
    monkeypatch.setenv("TPA_CLIENT_SECRET_PORTAL", "from the shell")
    own = find_credential(portal, {"portal": "stored"})
    assert stored is not None
    assert own is not None
    assert (stored.secret, own.secret) == ("stored", "from the shell")
    assert "shell" not in repr(own)


def test_a_public_application_has_none(portal: Deployed) -> None:
    settings = portal.application.model_copy(update={"token_endpoint_auth_method": "none"})
    assert find_credential(replace(portal, application=settings), {"portal": "x"}) is None


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_secret_is_sent_in_one_place(method: str) -> None:
    form, headers = Credential("tpc_1", method, "a:b%").authenticate({"a": "b"}, URL)
    if method == "client_secret_post":
        assert (form, headers) == ({"a": "b", "client_secret": "a:b%"}, {})
    else:
        sent = base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode()
        assert (form, sent) == ({"a": "b"}, "tpc_1:a%3Ab%25")


def test_a_key_file(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project.portal(keys=[{"name": "k", "pem": KEY.as_pem(private=False).decode()}])
    app, file = deployed(project.load(), "portal", "tpc_1"), tmp_path / "key.pem"
    assert find_credential(app, {"portal": "secret"}) is None
    monkeypatch.setenv("TPA_PRIVATE_KEY_FILE_PORTAL", str(file))
    with pytest.raises(TpaError, match="TPA_PRIVATE_KEY_FILE_PORTAL names a file"):
        find_credential(app, {})
    file.write_bytes(KEY.as_pem(private=True))
    found = find_credential(app, {})
    assert found is not None
    form, _ = found.authenticate({}, URL)
    claims = jwt.decode(form["client_assertion"], KEY).claims
    assert (claims["iss"], claims["sub"], claims["aud"]) == ("tpc_1", "tpc_1", URL)
    assert claims["exp"] - claims["iat"] == 60


def test_a_key_that_is_none() -> None:
    with pytest.raises(TpaError, match="can't be used") as told:
        Credential("tpc_1", "private_key_jwt", "-----BEGIN nonsense").authenticate({}, URL)
    assert "nonsense" not in str(told.value)


@pytest.mark.parametrize("text", ["", "opaque", "a.b.c", "e30.W10.x", "1.2.3.4.5"])
def test_a_token_that_can_not_be_opened(text: str) -> None:
    token = open_token(text)
    assert (token.claims, token.audiences, token.scopes) == ({}, (), ())
