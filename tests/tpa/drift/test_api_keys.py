"""Which key an API has in `stacks/apis.yaml`, and what an API gets that has none."""

from pathlib import Path

import pytest

from tests.tpa.drift.values import edited, settled, write
from tpa.drift.accept_grants import api_key, every_scope, free_key
from tpa.files.editing.staging import staged
from tpa.files.sources import APIS_FILE
from tpa.tenant.view import EnvironmentView


def apis(
    root: Path, view: EnvironmentView, audience: str, *scopes: str
) -> tuple[str, dict[str, object]]:
    """The key, and what the file would say of it."""
    with staged(root) as stage:
        key = api_key(stage, view, audience, scopes)
        found: dict[str, object] = stage.data(APIS_FILE)["apis"][key]
        return key, found


def test_an_api_of_the_files_keeps_its_key_and_gains_what_it_lacks(tmp_path: Path) -> None:
    view = settled(tmp_path).view
    key, found = apis(tmp_path, view, "https://orders.test", "read:orders", "cancel:orders")
    assert key == "orders"
    assert found["scopes"] == ["read:orders", "write:orders", "cancel:orders"]


def test_an_api_is_known_by_its_audience_in_this_environment(tmp_path: Path) -> None:
    dev = edited(
        "dev", "connections:\n  people", "audiences: {orders: other}\nconnections:\n  people"
    )
    view = EnvironmentView(write(tmp_path, **dev), "project/dev")
    assert apis(tmp_path, view, "other")[0] == "orders"
    assert apis(tmp_path, view, "https://orders.test")[0] == "orders-2"


@pytest.mark.parametrize(
    ("audience", "key"),
    [
        ("https://api.acme.test/v1", "acme-v1"),
        ("https://www.acme.test", "acme"),
        ("urn:acme:things", "urn-acme-things"),
        ("https://orders.test/", "orders-2"),
        ("\u202e\u0007", "api"),
        ("https://" + "a" * 90 + ".test", "a" * 50),
    ],
)
def test_another_gets_a_key_of_its_name(tmp_path: Path, audience: str, key: str) -> None:
    view = settled(tmp_path).view
    found, content = apis(tmp_path, view, audience, "do:it", "do:it")
    assert found == key
    assert content == {"audience": audience, "scopes": ["do:it"]}


def test_a_key_is_free() -> None:
    assert free_key("Acme & Co", ()) == "acme-co"
    assert free_key("acme", {"acme", "acme-2"}) == "acme-3"


def test_every_scope_of_an_api_is_what_it_has_now(tmp_path: Path) -> None:
    view = settled(tmp_path).view
    assert every_scope(view, "https://orders.test") == ("read:orders", "write:orders")
    assert every_scope(view, "https://nobody.test") == ()
