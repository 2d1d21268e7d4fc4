"""Texts out of a tenant are shown as they are, apart from what would hide something."""

import unicodedata

import pytest

from auth0_third_party.model.text import shown

BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
HIDDEN = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), *BIDIRECTIONAL]
HIDDEN += ["\u200b", "\ufeff", "\u2028", "\u2029", "\ud800", "\udfff"]


@pytest.mark.parametrize("character", [c for c in HIDDEN if c not in "\t\n\r"], ids=ascii)
def test_a_hidden_character_is_seen(character: str) -> None:
    code = ord(character)
    escape = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
    assert shown(f"a{character}b") == f"a{escape}b"


def test_every_control_and_every_bidirectional_control_is_among_them() -> None:
    explicit = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    everything = map(chr, range(0x110000))
    controls = {
        c
        for c in everything
        if unicodedata.category(c) == "Cc" or unicodedata.bidirectional(c) in explicit
    }
    assert {c for c in controls if c in shown(f"a{c}b")} == set()


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("safe\u202etxt.exe", r"safe\u202etxt.exe"),
        ("one\ntwo", "one two"),
        ("one\r\n\t  two", "one two"),
        ("a\tb\n\nc", "a b c"),
        ("\x85", r"\x85"),
    ],
)
def test_what_is_seen_instead(text: str, seen: str) -> None:
    assert shown(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Acme Order Portal",
        "two  spaces and  a \\ stay",
        "שלום חברת אקמה",
        "می\u200cخواهم",
        "👩\u200d💻 👨\u200d👩\u200d👧",
        "🏴󠁧󠁢󠁥󠁮󠁧󠁿 é e\u0301 日本 ß \u00a0",
        "<script>alert(1)</script>",
        "x" * 10_000,
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert shown(text) == text


def test_what_is_shown_can_be_written_and_shown_again() -> None:
    once = shown("".join(HIDDEN))
    assert once.encode()
    assert shown(once) == once
