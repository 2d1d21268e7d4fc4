"""The entry of an API in `stacks/apis.yaml`: its key and its scopes."""

from pathlib import Path

import pytest

from tests.tpa.drift.scenario import edited, in_sync, write
from tpa.comparison.locations import api_scopes, ensure_api, free_key
from tpa.files.editing import staged
from tpa.files.layout import APIS_FILE
from tpa.tenant.view import EnvironmentView


def apis(
    root: Path, view: EnvironmentView, audience: str, *scopes: str
) -> tuple[str, dict[str, object]]:
    """The key, and the entry of the staged file."""
    with staged(root) as stage:
        key = ensure_api(stage, view, audience, scopes)
        found: dict[str, object] = stage.data(APIS_FILE)["apis"][key]
        return key, found


def test_a_known_api_keeps_its_key_and_gains_missing_scopes(tmp_path: Path) -> None:
    view = in_sync(tmp_path).view
    key, found = apis(tmp_path, view, "https://orders.test", "read:orders", "cancel:orders")
    assert key == "orders"
    assert found["scopes"] == ["read:orders", "write:orders", "cancel:orders"]


def test_an_api_is_found_by_its_audience_in_this_environment(tmp_path: Path) -> None:
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
def test_a_new_api_gets_a_key_made_from_its_audience(
    tmp_path: Path, audience: str, key: str
) -> None:
    view = in_sync(tmp_path).view
    found, content = apis(tmp_path, view, audience, "do:it", "do:it")
    assert found == key
    assert content == {"audience": audience, "scopes": ["do:it"]}


def test_a_taken_key_gets_a_number() -> None:
    assert free_key("Acme & Co", ()) == "acme-co"
    assert free_key("acme", {"acme", "acme-2"}) == "acme-3"


def test_the_scopes_of_an_api_are_those_it_defines_now(tmp_path: Path) -> None:
    view = in_sync(tmp_path).view
    assert api_scopes(view, "https://orders.test") == ("read:orders", "write:orders")
    assert api_scopes(view, "https://unknown.test") == ()
