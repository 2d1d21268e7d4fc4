"""Texts that people read: hidden characters, nothing to see, secrets."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from auth0_third_party.model.application import Application
from auth0_third_party.model.values import Reason, Text
from auth0_third_party.rules import hidden_character, is_visible, names_secret

HIDDEN = [
    *("a\u202eb", "a\nb", "a\tb", "a\rb", "a\0b", "a\x1b[2Jb", "a\x85b", "a\u2028b", "a\u200bb"),
    *(
        "a\u200db",
        "a\u200cb",
        "a\u2060b",
        "a\ufeffb",
        "a\u00adb",
        "a\u2066b",
        "a\u061cb",
        "a\u180eb",
    ),
    *("a\U000e0041b", "a\u3164b", "a\u115fb", "a\u2800b", "a\ue000b", "a\u034fb"),
]
SECRETS = [
    "-----BEGIN RSA PRIVATE KEY-----",
    "see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlMTIz",
    "ghp_0123456789abcdef0123",
    "AKIAIOSFODNN7EXAMPLE",
    "postgres://deployer:hunter2@db.example/state",
]


@pytest.mark.parametrize("text", HIDDEN)
def test_hidden_characters_are_refused_wherever_people_read(text: str) -> None:
    for annotated in (Text, Reason):
        with pytest.raises(ValidationError, match="hidden character U"):
            TypeAdapter(annotated).validate_python(text)
    for field in ("name", "description", "redirection_policy_reason"):
        with pytest.raises(ValidationError, match="hidden character U"):
            Application.model_validate({"name": "A", "app_type": "spa", field: text})
    app = Application(name="A", app_type="spa", client_metadata={"note": text})
    assert "hidden character" in next(iter(app.violations())).what


@pytest.mark.parametrize(
    "text",
    [
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian, with a joiner that it needs
        "\u0915\u094d\u200d\u0937",
        "\U0001f469\u200d\U0001f4bb",
        "\u2764\ufe0f\u200d\U0001f525",
        "\u65e5\u672c\u3000B\u00fccher \u05d0\u05d1",
    ],
)
def test_other_scripts_and_emoji_are_no_fault(text: str) -> None:
    assert not hidden_character(text)
    assert TypeAdapter(Text).validate_python(text) == text


@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\u2003\u3000", "\u0301"])
def test_a_reason_has_something_to_see(text: str) -> None:
    assert not is_visible(text)
    with pytest.raises(ValidationError):
        TypeAdapter(Reason).validate_python(text)
    stated: Any = {"redirection_policy": "allow_always", "app_type": "spa", "name": "A"}
    app = Application.model_construct(**stated, redirection_policy_reason=text, refresh_token=None)
    assert any("without a reason" in found.what for found in app.settings_violations())


@pytest.mark.parametrize(
    "key", ["password", "DB_PASSWORD", "dbpassword", "apiKey", "api-key", "clientSecret", "token"]
)
def test_metadata_is_no_place_for_a_secret(key: str) -> None:
    app = Application(name="A", app_type="spa", client_metadata={key: "hunter2"})
    found = list(app.settings_violations())
    assert [violation.path for violation in found] == [("client_metadata", key)]
    assert "hunter2" not in str(found)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_text_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Text).validate_python(secret)
    (detail,) = caught.value.errors()
    assert "looks like a secret" in detail["msg"]
    assert secret not in detail["msg"]


def test_names_that_only_sound_alike() -> None:
    assert not any(map(names_secret, ["owner", "contact", "secretary", "broken", "key", "tier"]))
