"""The values of a live client: what the API leaves out, or returns in more than one way."""

from typing import Any

import pytest

from auth0_third_party.model.client import key_ids, live_values, requested_properties
from auth0_third_party.rules.violation import Path
from tpa.tenant.objects import read_client

LISTS = ("callbacks", "allowed_origins", "web_origins")


def values(client_id: str = "tpc_1", **item: Any) -> dict[Path, object]:
    return live_values({"client_id": client_id, **item})


def test_a_client_with_nothing_set() -> None:
    found = values()
    assert {found[name,] for name in LISTS} == {()}
    assert ("grant_types",) not in found  # unknown, and not none at all
    assert found["token_endpoint_auth_method",] == "none"
    assert found["redirection_policy",] == "open_redirect_protection"
    assert ("signing_algorithm",) not in found
    assert ("refresh_token", "leeway") not in found


def test_an_empty_list_of_grant_types_stays_empty() -> None:
    assert values(grant_types=[])["grant_types",] == ()


def test_only_strict_clients_have_a_redirection_policy() -> None:
    assert values(redirection_policy="allow_always")["redirection_policy",] == "allow_always"
    assert values(redirection_policy=None)["redirection_policy",] == "open_redirect_protection"
    assert ("redirection_policy",) not in values("abc")


def test_a_client_with_keys_authenticates_with_them() -> None:
    methods = {"private_key_jwt": {"credentials": [{"id": "cred_1"}, {"id": "cred_2"}]}}
    item: dict[str, Any] = {"client_authentication_methods": methods}
    found = values(token_endpoint_auth_method=None, **item)
    assert (found["token_endpoint_auth_method",], found["keys",]) == ("private_key_jwt", 2)
    assert key_ids(item) == ("cred_1", "cred_2")


def test_a_way_to_authenticate_that_files_can_not_state_is_shown_as_itself() -> None:
    item = {"client_authentication_methods": {"tls_client_auth": {"credentials": [{"id": "c"}]}}}
    assert live_values(item)["token_endpoint_auth_method",] == "tls_client_auth"


@pytest.mark.parametrize(
    ("block", "total", "idle"),
    [
        ({"token_lifetime": 5, "idle_token_lifetime": 4}, 5, 4),
        ({"token_lifetime": 5, "infinite_token_lifetime": True}, "unlimited", None),
        ({"infinite_idle_token_lifetime": True, "idle_token_lifetime": 4}, None, "unlimited"),
        ({"expiration_type": "non-expiring", "token_lifetime": 5}, "unlimited", "unlimited"),
    ],
)
def test_tp_create_18_the_flags_win_over_the_numbers(
    block: dict[str, Any], total: object, idle: object
) -> None:
    found = values(refresh_token={"rotation_type": "rotating", **block})
    assert found.get(("refresh_token", "token_lifetime")) == total
    assert found.get(("refresh_token", "idle_token_lifetime")) == idle
    assert found["refresh_token", "leeway"] == 0


def test_ownership_tags_are_left_out() -> None:
    metadata = {"tpa_application": "portal", "tpa_stack": "p/dev", "region": "eu"}
    found = values(client_metadata=metadata)
    assert [path for path in found if path[0] == "client_metadata"] == [
        ("client_metadata", "region")
    ]


@pytest.mark.parametrize(
    "odd",
    [
        {"callbacks": "https://a.test"},
        {"jwt_configuration": []},
        {"refresh_token": "no"},
        {"client_metadata": [1]},
        {"client_authentication_methods": {"private_key_jwt": {"credentials": "x"}}},
        {"name": None, "description": None, "app_type": None},
    ],
)
def test_fields_of_another_shape_count_as_absent(odd: dict[str, Any]) -> None:
    said = {path[0] for path, value in values(**odd).items() if value}
    assert said == {"security_mode", "token_endpoint_auth_method", "redirection_policy"}


def test_every_property_that_is_read_is_requested() -> None:
    asked = set(requested_properties())

    class Recorded(dict[str, Any]):
        def get(self, key: str, default: Any = None) -> Any:
            assert key in {*asked, "client_id", "external_metadata_type"}
            return super().get(key, default)

    assert live_values(Recorded(client_id="tpc_1"))


@pytest.mark.parametrize(
    ("item", "third_party", "mode"),
    [
        ({"client_id": "abc", "is_first_party": False}, True, "permissive"),
        ({"client_id": "abc", "is_first_party": True}, False, ""),
        ({"client_id": "abc"}, False, ""),
        ({"client_id": "tpc_1"}, True, "strict"),
        ({"client_id": "tpc_1", "is_first_party": True}, False, ""),
        ({"client_id": "abc", "external_metadata_type": "cimd"}, True, "strict"),
    ],
)
def test_third_parties_and_their_modes(item: dict[str, Any], third_party: bool, mode: str) -> None:
    found = read_client(item)
    assert (found.third_party, found.mode) == (third_party, mode)
