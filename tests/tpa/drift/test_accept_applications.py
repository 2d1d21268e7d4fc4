"""Where a property of an application is written: on its line, in its file or the environment's."""

from pathlib import Path

import pytest

from tests.tpa.drift.accepted import TODAY, accepted
from tests.tpa.drift.values import settled

STAGING = """\
tenant: embedded
embedded_port: 8442
connections: {people: customers}
applications: {widget: }
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
        ({"client_metadata.plan": "x: y"}, ["-   plan: gold", "+   plan: 'x: y'"]),
        ({"client_metadata.a/b": "y"}, ["+   a/b: y"]),
        ({"client_metadata.a:b": "y"}, ["+   a:b: y"]),
        ({"refresh_token.leeway": 5}, ["-   leeway: 3", "+   leeway: 5"]),
        (
            {"refresh_token.rotation_type": "rotating"},
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
    found, left, owners = accepted(tmp_path, settled(tmp_path).client("portal", **changes))
    assert (found, left, owners) == (changed, {}, {})


def test_a_block_that_was_not_there_does_not_ask_for_refresh_tokens(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("widget", **{"refresh_token.leeway": 5})
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["+ grant_types: [authorization_code]", "+ refresh_token:", "+   leeway: 5"]
    assert owners == {}


def test_a_text_that_is_gone_takes_its_line_with_it(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("portal", **{"client_metadata.plan": None})
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["- client_metadata:", "-   plan: gold", "+ client_metadata: {}"]
    assert owners == {}


def test_what_environments_share_is_written_where_this_one_may_differ(tmp_path: Path) -> None:
    """A callback of one tenant must not come to another with the application's own file."""
    bent = settled(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    (tmp_path / "stacks/staging.yaml").write_text(STAGING, encoding="utf-8")
    found, _, owners = accepted(tmp_path, bent)
    assert found == ["+     callbacks: [https://dev.blossom.test/cb]"]
    assert owners == {}


def test_alone_it_is_written_in_the_applications_file(tmp_path: Path) -> None:
    bent = settled(tmp_path).client("widget", callbacks=("https://dev.blossom.test/cb",))
    found, _, _ = accepted(tmp_path, bent)
    assert found == [
        "- callbacks: [https://blossom.test/cb]",
        "+ callbacks: [https://dev.blossom.test/cb]",
    ]
