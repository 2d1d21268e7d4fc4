"""Where a property of an application is written: for one environment or for all."""

from pathlib import Path

import pytest

from tests.tpa.drift.accepting import TODAY, accepted
from tests.tpa.drift.scenario import in_sync

STAGING = """\
tenant: embedded
embedded_port: 8442
connections: {people: customers}
organizations: {north: {name: north, connections: [people]}}
"""


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        (
            {"description": "Words"},
            [
                "- description: Orders  # shown to admins",
                "+ description: Words  # shown to admins",
            ],
        ),
        (
            {"callbacks": ("https://a.test/cb", "https://b.test/cb")},
            [
                "-     callbacks: [https://dev.acme.test/cb]",
                "+     callbacks: [https://a.test/cb, https://b.test/cb]",
            ],
        ),
        ({"web_origins": ("https://a.test",)}, ["+ web_origins: [https://a.test]"]),
        ({"client_metadata/plan": "x: y"}, ["-   plan: gold", "+   plan: 'x: y'"]),
        ({"client_metadata/a%2Fb": "y"}, ["+   a/b: y"]),
        ({"client_metadata/a:b": "y"}, ["+   a:b: y"]),
        ({"refresh_token/leeway": 5}, ["-   leeway: 3", "+   leeway: 5"]),
        (
            {"refresh_token/rotation_type": "rotating"},
            ["+   rotation_type: rotating"],
        ),
        (
            {"token_endpoint_auth_method": "client_secret_basic"},
            ["+ token_endpoint_auth_method: client_secret_basic"],
        ),
        (
            {"redirection_policy": "allow_always"},
            ["+ redirection_policy: allow_always", f"+ redirection_policy_reason: {TODAY}"],
        ),
        ({"access_token_lifetime": 60}, ["+ access_token_lifetime: 60"]),
    ],
)
def test_a_property_is_written_on_its_line(
    tmp_path: Path, changes: dict[str, object], changed: list[str]
) -> None:
    found, refused, changed_by = accepted(tmp_path, in_sync(tmp_path).client("portal", **changes))
    assert (found, refused, changed_by) == (changed, {}, {})


def test_a_new_refresh_token_block_does_not_turn_refresh_tokens_on(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("widget", **{"refresh_token/leeway": 5})
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found == ["+ grant_types: [authorization_code]", "+ refresh_token:", "+   leeway: 5"]
    assert changed_by == {}


def test_a_removed_metadata_entry_is_removed_from_its_file(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("portal", **{"client_metadata/plan": None})
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found == ["- client_metadata:", "-   plan: gold", "+ client_metadata: {}"]
    assert changed_by == {}


def test_a_shared_application_gets_its_callbacks_under_the_environment(tmp_path: Path) -> None:
    """A callback of one tenant must not get into another."""
    drifted = in_sync(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    (tmp_path / "stacks/staging.yaml").write_text(STAGING, encoding="utf-8")
    widget = tmp_path / "stacks/applications/widget.yaml"
    widget.write_text(f"{widget.read_text('utf-8')}  staging: {{}}\n", encoding="utf-8")
    found, _, changed_by = accepted(tmp_path, drifted)
    assert found[-2:] == ["+     callbacks: [https://dev.blossom.test/cb]", "+   staging: {}"]
    assert changed_by == {}


def test_an_application_of_one_environment_gets_its_callbacks_for_all(tmp_path: Path) -> None:
    drifted = in_sync(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    found, _, _ = accepted(tmp_path, drifted)
    assert found == [
        "- callbacks: [https://blossom.test/cb]",
        "+ callbacks: [https://dev.blossom.test/cb]",
    ]
