"""`tpa credentials`: one partner's, into a file of the user's alone, never on the terminal."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pyrage
import pytest

from auth0_third_party.management import Credentials
from tests.conftest import LiveTenant
from tests.tpa.applied_stack import AppliedStack
from tests.tpa.conftest import Run, sign_in
from tests.tpa.files.conftest import PORTAL
from tpa.errors import TpaError
from tpa.files.regular import write_private

NAME = "portal-dev.credentials.json"


def secret_of(tenant: LiveTenant, name: str = PORTAL["name"]) -> str:
    clients = tenant.api("GET", "/clients").json()
    (found,) = [client for client in clients if client["name"] == name]
    return str(found["client_secret"])


def test_a_file_that_only_the_user_can_read(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "credentials", "portal")
    file = stack.root / NAME
    assert ended.status == 0
    assert file.stat().st_mode & 0o777 == 0o600
    content = json.loads(file.read_text("utf-8"))
    assert content["client_secret"] == secret_of(stack.tenant)
    assert content["client_id"] in ended.output
    assert content["client_secret"] not in ended.output + ended.error
    again = run(stack.root, "credentials", "portal")
    assert again.status == 2
    assert "is there already" in again.error


def test_encrypted_to_the_partners_key(run: Run, stack: AppliedStack) -> None:
    partner = pyrage.x25519.Identity.generate()
    ended = run(stack.root, "credentials", "portal", "--for", str(partner.to_public()), "--json")
    told = json.loads(ended.output)
    assert told["encrypted"] is True
    written = (stack.root / told["file"]).read_bytes()
    assert secret_of(stack.tenant).encode() not in written
    opened = json.loads(pyrage.decrypt(written, [partner]))
    assert opened["client_secret"] == secret_of(stack.tenant)


def test_on_the_terminal_only_when_it_is_asked_for(run: Run, stack: AppliedStack) -> None:
    ended = run(stack.root, "credentials", "portal", "--out", "-")
    assert json.loads(ended.output)["client_secret"] == secret_of(stack.tenant)
    assert not (stack.root / NAME).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["widget"], "no secret to hand over"),
        (["portel"], "did you mean 'portal'?"),
        (["portal", "--for", "ssh-dss AAAA"], "--for is no public key"),
        (["portal", "--for", "/etc/hostname"], "--for is no public key"),
    ],
)
def test_what_can_not_be_handed_over(
    run: Run, stack: AppliedStack, arguments: list[str], said: str
) -> None:
    ended = run(stack.root, "credentials", *arguments)
    assert ended.status == 2
    assert said in ended.error
    assert not list(stack.root.glob("*.credentials.*"))


def test_a_client_that_may_not_read_secrets(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = stack.tenant.second_client(
        *("read:clients", "read:client_grants", "read:connections", "read:resource_servers")
    )
    for name, value in (("CLIENT_ID", reader.client_id), ("CLIENT_SECRET", reader.client_secret)):
        monkeypatch.setenv(f"AUTH0_{name}", value)
    ended = run(stack.root, "credentials", "portal")
    assert ended.status == 2
    assert "grant read:client_keys" in ended.error


@pytest.mark.parametrize("kind", ["file", "link", "dangling", "folder", "fifo"])
def test_nothing_is_replaced_and_no_link_is_followed(tmp_path: Path, kind: str) -> None:
    target, other = tmp_path / "out.json", tmp_path / "other"
    other.write_text("mine", encoding="utf-8")
    make: dict[str, Callable[[], object]] = {
        "file": lambda: target.write_text("mine", encoding="utf-8"),
        "link": lambda: target.symlink_to(other),
        "dangling": lambda: target.symlink_to(tmp_path / "nowhere"),
        "folder": target.mkdir,
        "fifo": lambda: os.mkfifo(target),
    }
    make[kind]()
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(TpaError, match="is there already"):
        write_private(target, b"secret", may_replace=lambda _: kind != "file")
    assert other.read_text("utf-8") == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_what_a_tenant_quotes_is_printed_without_the_secret(
    run: Run, stack: AppliedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The domain is quoted in the error; here it happens to be what the secret is."""
    secret = "0123456789.of-our-own"
    own = Credentials(stack.tenant.credentials.domain, "our-client", secret)
    sign_in(monkeypatch, stack.project, own)
    monkeypatch.setenv("AUTH0_DOMAIN", secret)
    stack.project.dev(tenant=secret, embedded_port=None)
    ended = run(stack.root, "access", "--live")
    assert ended.status
    assert secret not in ended.output + ended.error
    assert "[secret]" in ended.error
