"""The library's page: its programs run, and it names all that the library has."""

import re
from pathlib import Path
from typing import Any

import pulumi
import pytest

import auth0_third_party
from auth0_third_party import InvalidArguments, ThirdPartyApplication
from tests.components.conftest import Register
from tests.e2e.blocks import blocks

PAGE = Path(__file__).parents[2] / "components/README.md"
FIRST, UNIT_TEST = blocks(PAGE, "python")


def types(register: Register, program: str) -> list[str]:
    seen = register(lambda: exec(program, {}))  # noqa: S102
    return [resource.type.rpartition(":")[2] for resource in seen]


def test_the_first_program(register: Register) -> None:
    assert sorted(types(register, FIRST.text)) == [
        *("Client", "ClientCredentials", "ClientGrant", "ConnectionPromotion"),
        *("DomainConnections", "Remembered", "ThirdPartyAccess", "ThirdPartyApplication"),
    ]


def test_the_unit_test_passes() -> None:
    module: dict[str, Any] = {}
    exec(UNIT_TEST.text, module)  # noqa: S102
    module["test_the_shop_is_strict"]()
    pulumi.runtime.settings.reset_options()


def test_the_error_is_worded_like_this(register: Register) -> None:
    args: Any = {"name": "Portal", "app_type": "spa", "callbacks": ["https://*.example/cb"]}
    with pytest.raises(InvalidArguments) as caught:
        register(lambda: ThirdPartyApplication("portal", args))
    (shown,) = blocks(PAGE, "text")
    assert str(caught.value) == shown.text.rstrip("\n")


def test_every_public_name_and_argument_is_on_it() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE.read_text(encoding="utf-8")))
    public = {name: getattr(auth0_third_party, name) for name in auth0_third_party.__all__}
    arguments = {name: kind for name, kind in public.items() if name.endswith("Args")}
    assert public.keys() - arguments.keys() - named == set()
    for name, kind in arguments.items():
        fields = kind.__required_keys__ | kind.__optional_keys__
        assert fields - named == set(), name
